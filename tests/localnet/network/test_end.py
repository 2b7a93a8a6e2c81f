"""Ending a local network: whatever happens to its owner, no process stays behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from nosana_chain.errors import LocalnetError
from nosana_chain.localnet import Genesis, Localnet

HOLD = Path(__file__).with_name("hold.py")
PATIENCE_SECONDS = 10


class Holder(NamedTuple):
    """A process that holds a network open, and the id of its Surfpool."""

    process: subprocess.Popen[str]
    surfpool: int


@pytest.fixture
def start_holder() -> Iterator[Callable[..., Holder]]:
    started: list[subprocess.Popen[str]] = []

    def start(*options: str) -> Holder:
        process = subprocess.Popen(
            [sys.executable, HOLD, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        assert process.stdout
        (surfpool,) = json.loads(process.stdout.readline())
        return Holder(process, surfpool)

    yield start
    for process in started:
        with process:
            _kill_group(process.pid)


@pytest.fixture
def holder(start_holder: Callable[..., Holder]) -> Holder:
    return start_holder()


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def children() -> set[int]:
    listed = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text()
    return {int(pid) for pid in listed.split()}


def runs(pid: int) -> bool:
    """Whether a process executes anything: one that ended and that nobody has asked about (Z) doesn't."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def ends(pid: int) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while runs(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not runs(pid)


async def test_it_ends_with_a_block_that_raises(bare_genesis: Genesis) -> None:
    before = children()

    async def fail() -> None:
        async with Localnet.start(genesis=bare_genesis):
            assert len(children() - before) == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert children() == before


async def test_a_surfpool_that_was_killed_is_reported(bare_genesis: Genesis) -> None:
    before = children()

    async def kill() -> None:
        async with Localnet.start(genesis=bare_genesis):
            (surfpool,) = children() - before
            os.kill(surfpool, signal.SIGKILL)

    with pytest.raises(LocalnetError, match=r"Surfpool stopped by itself \(exit code -9\)"):
        await kill()
    assert children() == before


def test_it_ends_when_its_owner_is_killed(holder: Holder) -> None:
    holder.process.kill()

    assert ends(holder.surfpool)


def test_it_ends_when_its_owner_is_killed_and_a_fork_of_it_lives_on(start_holder: Callable[..., Holder]) -> None:
    holder = start_holder("--fork")

    holder.process.kill()

    assert ends(holder.surfpool)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP])
def test_it_ends_when_its_owner_is_told_to_end(ending: signal.Signals, holder: Holder) -> None:
    holder.process.send_signal(ending)

    assert ends(holder.surfpool)


def test_ctrl_c_unwinds_the_block_with_the_network_still_there(holder: Holder) -> None:
    os.killpg(holder.process.pid, signal.SIGINT)  # a terminal sends it to the whole group

    said, _ = holder.process.communicate(timeout=PATIENCE_SECONDS)
    assert int(said) > 0
    assert holder.process.returncode == -signal.SIGINT
    assert ends(holder.surfpool)


def test_it_ends_with_its_owner(holder: Holder) -> None:
    holder.process.communicate(timeout=PATIENCE_SECONDS)

    assert holder.process.returncode == 0
    assert ends(holder.surfpool)


async def test_it_ends_with_the_block(bare_genesis: Genesis) -> None:
    before = children()

    async with Localnet.start(genesis=bare_genesis):
        assert len(children() - before) == 1

    assert children() == before
