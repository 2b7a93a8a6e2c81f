"""Live views: pipes get events as JSON lines, terminals a picture; both end by themselves or with Ctrl-C."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from harness.command_line import Home, LocalWorld
from harness.proxy import proxy_to
from stage import CID

pytestmark = pytest.mark.usefixtures("staked_host")


@contextmanager
def piped(home: Home, line: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "nosana_chain", *line.split()]
    with subprocess.Popen(
        command, env=home.process_environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_line(process: subprocess.Popen[str]) -> dict[str, object]:
    assert process.stdout is not None
    found: dict[str, object] = json.loads(process.stdout.readline())
    return found


def posted(builder: Home, market: str) -> str:
    return str(builder.json(f"job post --cid {CID} --market {market} --timeout 10m")["job"])


def test_a_job_is_watched_until_it_is_done(builder: Home, host: Home, market: str) -> None:
    job = posted(builder, market)
    with builder.terminal(f"job watch {job}", width=80) as screen:
        screen.wait_for("1 of 1 that wait")
        host.call(f"host queue {market}")
        screen.wait_for("left")
        host.call(f"host finish {job} {CID}")
        assert screen.end() == 0
    for told in ("started", f"host {host.wallet.address}", "finished", "the host was paid", "came back", CID):
        assert told in screen.shown
    assert screen.shown.endswith("\x1b[?25h")  # the cursor is there again
    over = builder.call(f"job watch {job}")
    assert over.stdout == ""


def read_until_told(process: subprocess.Popen[str], act: Callable[[], object]) -> dict[str, object]:
    """The first line; `act` is done again and again until there is one, since nobody says when it listens."""
    lines: list[dict[str, object]] = []
    reading = threading.Thread(target=lambda: lines.append(read_line(process)), daemon=True)
    reading.start()
    for _ in range(40):
        act()
        reading.join(0.3)
        if lines:
            return lines[0]
    raise AssertionError("it tells nothing")


def test_a_pipe_gets_the_events_until_the_job_is_over(builder: Home, market: str) -> None:
    job = posted(builder, market)
    with piped(builder, f"job watch {job}") as process:
        first = read_until_told(process, lambda: builder.call(f"job extend {job} --by 1s"))
        assert (first["event"], first["job"], first["deposit_units"]) == ("extended", job, 1000)
        builder.call(f"job stop {job}")
        assert process.stdout is not None
        *_, last = map(json.loads, process.stdout)
        assert (last["event"], last["job"]) == ("delisted", job)
        assert process.wait(20) == 0
    assert builder.call(f"job watch {job}", code=4).stderr.startswith("error: ")


def test_a_service_is_kept_and_goes_on_where_it_was_left(builder: Home, market: str) -> None:
    line = f"job keep --cid {CID} --name my-api --market {market} --max-nos 20 --step 10m"
    jobs = []
    for _ in range(2):
        with piped(builder, line) as process:
            first = read_line(process)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=30)
        assert (process.returncode, first["step"], first["timeout_seconds"]) == (130, "posted", 600)
        assert "the same command" in said
        jobs.append(first["job"])
    assert jobs[0] == jobs[1]
    builder.call(f"job stop {jobs[0]}")


def test_a_budget_that_holds_no_job_is_told(builder: Home, market: str) -> None:
    told = builder.call(f"job keep --cid {CID} --name broke --market {market} --max-nos 0.001")
    assert json.loads(told.stdout)["step"] == "exhausted"


def test_all_own_jobs_are_watched(builder: Home, market: str) -> None:
    with piped(builder, "job watch") as process:
        told = read_until_told(process, lambda: builder.call(f"job stop {posted(builder, market)}"))
        assert told["project"] == str(builder.wallet.address)
    last = posted(builder, market)
    with piped(builder, f"job watch --since {told['cursor']}") as process:
        jobs = iter(lambda: read_line(process)["job"], last)
        assert last not in list(jobs)  # it came at last
    builder.call(f"job stop {last}")
    assert "cursor" in builder.call(f"job watch --market {market} --since {told['cursor']}", code=3).stderr


def test_a_market_and_a_host_are_watched_until_ctrl_c(builder: Home, host: Home, market: str) -> None:
    with (
        builder.terminal(f"market watch {market}", width=80) as square,
        host.terminal("host status --follow", width=80) as status,
        host.terminal("host watch", width=80) as watched,
    ):
        screens = (square, status, watched)
        for screen, told in zip(screens, ("nobody waits", "idle", "idle"), strict=True):
            screen.wait_for(told)
        host.call(f"host queue {market}")
        for screen, told in zip(screens, ("host joined", "joined", "joined"), strict=True):
            screen.wait_for(told)
        square.wait_for("1 host waits for a job")
        status.wait_for(f"1 of 1 in {market}")
        for screen in screens:
            screen.type("\x03")
        assert [screen.end() for screen in screens] == [130, 130, 130]
    assert "Traceback" not in "".join(screen.shown for screen in screens)
    assert "interrupted" not in square.shown
    assert max(len(line) for line in plain(square.shown)) <= 80
    host.call(f"host leave {market}")


def plain(shown: str) -> Iterator[str]:
    for line in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown).splitlines():
        yield line.rsplit("\r", 1)[-1]


def test_a_status_in_a_pipe_is_a_line_a_look(home: Callable[..., Home]) -> None:
    with piped(home("staker"), "host status --follow") as process:
        assert read_line(process)["state"] == "idle"
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(10) == 130
        assert process.stderr is not None
        told = process.stderr.read()
        assert "interrupted" not in told
        assert "Traceback" not in told


async def test_a_wait_that_is_interrupted_says_that_the_job_goes_on(
    home: Callable[..., Home], world: LocalWorld, market: str
) -> None:
    builder = home("builder")
    job = await asyncio.to_thread(posted, builder, market)
    async with proxy_to(world.url) as proxy:
        waiting = home("builder", NOSANA_NETWORK=proxy.url)

        def interrupted() -> tuple[int, str]:
            with waiting.terminal(f"job wait {job} --until gone --within 1h") as screen:
                until = time.monotonic() + 30
                while "getMultipleAccounts" not in proxy.asked and time.monotonic() < until:
                    time.sleep(0.05)
                screen.type("\x03")
                return screen.end(), screen.shown

        code, shown = await asyncio.to_thread(interrupted)
    assert (code, "interrupted; the job goes on" in shown) == (130, True), shown
    await asyncio.to_thread(builder.call, f"job stop {job}")
