"""Every example that help shows is run: on a local network it does what it says, or says in one line why it can't."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from harness.command_line import Home
from harness.command_tree import examples

#: By their beginning: what goes on until Ctrl-C, and what has tests of its own since it starts a network.
ELSEWHERE = ("stake watch", "pool watch", "wallet watch", "demo")
#: Of nouns that are others' to try.
OTHERS = ("localnet", "market", "job", "host")
#: Those that do what they say whatever was done before.
DONE = {
    "stake show",
    "stake list --output csv",
    "stake estimate 1000 90d",
    "stake yield",
    "stake settings",
    "rewards pool",
    "pool list",
    "node list --audited",
    "distributor list",
    "sweep find",
    "journal pending",
    "wallet show --network localnet",
    "wallet address",
    "wallet balance",
    "wallet new my-key.json",
    "wallet tokens",
    "config show",
    "config set network mainnet",
    "completion bash",
}


def lines() -> list[str]:
    found = sorted({example.removeprefix("nosana-chain ") for example in examples()})
    return [line for line in found if line.split()[0] not in OTHERS and not line.startswith(ELSEWHERE)]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    before = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(before)


@pytest.mark.parametrize("line", lines())
def test_an_example(home: Callable[..., Home], folder: Path, line: str) -> None:
    staker = home("staker")
    staker = home("staker", NOSANA_RPC_URL=staker.world.url, NOSANA_WS_URL="")
    result = staker.run(line, input="")
    assert result.exit_code not in (1, 2), result.output
    if line in DONE:
        assert result.exit_code == 0, result.output
    if result.exit_code:
        assert result.stderr.startswith(("error: ", '{"error": '))
        assert "unexpected" not in result.stderr


def test_what_is_done_are_examples() -> None:
    assert set(lines()) >= DONE
    assert all(shlex.split(line) for line in lines())
