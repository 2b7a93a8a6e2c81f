"""A Surfpool that does not end when it is asked to, or has too much to say."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from nosana_chain.errors import LocalnetError
from nosana_chain.localnet import standard_genesis
from nosana_chain.localnet.surfpool import running_surfpool
from nosana_chain.localnet.toolchain import Toolchain

GENESIS = replace(standard_genesis(), programs={})
READY = '{"event": "ready", "rpc_url": "http://127.0.0.1:1", "ws_url": "ws://127.0.0.1:1"}'


@pytest.fixture
def stubborn(tmp_path: Path) -> Toolchain:
    """A program in place of Node.js that is ready at once, tells its process id, and never looks at its input."""
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\necho '{READY}'\nexec sleep 60\n")
    node.chmod(0o700)
    return Toolchain(node, tmp_path)


@pytest.fixture
def talkative(tmp_path: Path) -> Toolchain:
    """A program in place of Node.js that is ready at once, and then prints more on one line than anybody reads."""
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho '{READY}'\nhead -c 3000000 /dev/zero | tr '\\0' x\necho\ncat >/dev/null\n")
    node.chmod(0o700)
    return Toolchain(node, tmp_path)


CLASHES = {
    "refuses": "echo 'Error: RPC port 40001 is already in use. Try --port'; exec sleep 60",
    "hangs": "echo 'Cannot drop a runtime in a context where blocking is not allowed.'; exec sleep 60",
    "aborts": """echo '{"event": "clash", "message": "AddrInUse"}'; exit 1""",
}


@pytest.fixture
def unlucky(tmp_path: Path) -> Callable[[str, int], Toolchain]:
    """A program in place of Node.js whose Surfpool finds its port taken some times, and then is ready."""

    def make(clash: str, times: int) -> Toolchain:
        node = tmp_path / "node"
        count = f"{tmp_path}/starts"
        node.write_text(
            f"#!/bin/sh\necho >> {count}\nif [ $(wc -l < {count}) -le {times} ]; then {CLASHES[clash]}; fi\n"
            f"echo '{READY}'\ncat >/dev/null\n"
        )
        node.chmod(0o700)
        return Toolchain(node, tmp_path)

    return make


def starts(toolchain: Toolchain) -> int:
    return len(toolchain.node.with_name("starts").read_text().splitlines())


def still_there(stubborn: Toolchain) -> bool:
    try:
        os.kill(int(stubborn.node.with_name("pid").read_text()), 0)
    except ProcessLookupError:
        return False
    return True


async def hold(stubborn: Toolchain, ending: asyncio.Event) -> None:
    async with running_surfpool(stubborn, GENESIS, slot_ms=50, ports={}):
        assert still_there(stubborn)
        ending.set()


async def test_it_is_killed_when_the_end_is_cancelled(stubborn: Toolchain) -> None:
    ending = asyncio.Event()
    holding = asyncio.create_task(hold(stubborn, ending))
    await ending.wait()
    await asyncio.sleep(0.1)  # now the end of the process is waited for
    holding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await holding
    assert not still_there(stubborn)


async def test_output_without_an_end_is_read_all_the_same(talkative: Toolchain) -> None:
    async with running_surfpool(talkative, GENESIS, slot_ms=50, ports={}):
        await asyncio.sleep(0.3)


async def test_it_is_killed_in_the_end_and_nobody_is_blamed(stubborn: Toolchain) -> None:
    await hold(stubborn, asyncio.Event())
    assert not still_there(stubborn)


@pytest.mark.parametrize("clash", CLASHES)
async def test_it_is_started_again_when_a_port_of_surfpool_was_taken(
    clash: str, unlucky: Callable[[str, int], Toolchain]
) -> None:
    toolchain = unlucky(clash, 2)
    async with running_surfpool(toolchain, GENESIS, slot_ms=50, ports={}) as endpoints:
        assert endpoints.rpc_url == "http://127.0.0.1:1"
    assert starts(toolchain) == 3


async def test_it_is_not_started_again_for_ever(unlucky: Callable[[str, int], Toolchain]) -> None:
    toolchain = unlucky("refuses", 3)
    with pytest.raises(LocalnetError, match="did not start: Error: RPC port 40001 is already in use"):
        async with running_surfpool(toolchain, GENESIS, slot_ms=50, ports={}):
            pass
    assert starts(toolchain) == 3
