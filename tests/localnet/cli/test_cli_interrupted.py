"""Ctrl-C at any time: no traceback, and what is said of the money is true."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from harness.command_line import Home, LocalWorld

from nosana_chain.units import nos


def staked(world: LocalWorld) -> int:
    return world.act("staker", lambda client: client.stakes.fetch_stake()).amount


def starting(home: Home, line: str) -> subprocess.Popen[str]:
    """A command that has begun to carry out its line."""
    words = [sys.executable, "-X", "importtime", "-m", "nosana_chain", *line.split()]
    process = subprocess.Popen(
        words,
        env=home.process_environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    for told in process.stderr:
        if "nosana_chain.cli.columns" in told:
            break
    return process


@pytest.fixture(scope="module")
def whole(world: LocalWorld, tmp_path_factory: pytest.TempPathFactory) -> float:
    """Seconds that a payment takes from then on."""
    process = starting(Home(tmp_path_factory.mktemp("home"), world, "staker"), "stake topup 1")
    begun = time.monotonic()
    process.communicate(timeout=60)
    assert process.returncode == 0
    return time.monotonic() - begun


@pytest.mark.parametrize("share", [0.1, 0.6, 0.8, 0.95])
def test_a_payment_that_is_interrupted(
    home: Callable[..., Home], world: LocalWorld, whole: float, share: float
) -> None:
    staker = home("staker")
    before = staked(world)
    process = starting(staker, "stake topup 1 --idempotency-key one")
    time.sleep(share * whole)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    told = "\n".join(line for line in err.splitlines() if not line.startswith("import time:"))
    assert process.returncode in (0, 130, -signal.SIGINT), told  # the last while Python itself ends, as shells: 130
    assert "Traceback" not in told
    if process.returncode in (0, -signal.SIGINT):
        assert staked(world) == before + nos("1")
        assert json.loads(out)["signature"]
        return
    assert out == ""
    if "may still land" in told:
        staker.call("journal resume")
        assert staked(world) - before in (0, nos("1"))
    elif "had landed" in told:
        assert staked(world) == before + nos("1")
    else:
        assert told == "interrupted; nothing was sent"
        staker.call("journal resume")
        assert staked(world) == before


def test_what_was_interrupted_can_be_asked_for_again(home: Callable[..., Home], world: LocalWorld) -> None:
    staker = home("staker")
    process = starting(staker, "stake topup 2 --idempotency-key two")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    before = staked(world)
    staker.json("stake topup 2 --idempotency-key two")
    assert staked(world) == before + nos("2")
