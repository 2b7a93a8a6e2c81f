"""Every example that help shows is a process, in a pipe and in a terminal: it does it, or says in one line why not."""

from __future__ import annotations

import shlex
from collections.abc import Callable

import pytest
from harness.command_line import Home
from harness.command_tree import examples
from harness.forked_command import ForkedCommands

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


@pytest.mark.parametrize("where", ["pipe", "terminal"])
@pytest.mark.parametrize("line", lines())
def test_an_example(home: Callable[..., Home], processes: ForkedCommands, line: str, where: str) -> None:
    staker = home("staker")
    staker = home("staker", NOSANA_RPC_URL=staker.world.url, NOSANA_WS_URL="")
    ended = staker.forked(processes, line, where)
    assert ended.code not in (1, 2), ended
    if line in DONE:
        assert ended.code == 0, ended
    if ended.code:
        said = ended.stderr.splitlines() or [""] if where == "pipe" else ended.stdout.splitlines()
        assert any(one.startswith(("error: ", '{"error": ')) for one in said), ended
    assert "unexpected" not in ended.stdout + ended.stderr


def test_what_is_done_are_examples() -> None:
    assert set(lines()) >= DONE
    assert all(shlex.split(line) for line in lines())
