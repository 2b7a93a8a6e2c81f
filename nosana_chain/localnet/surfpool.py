"""One Surfpool as a child process: start it, learn its endpoints, end it."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
from asyncio.subprocess import PIPE, STDOUT, Process
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from nosana_chain.errors import LocalnetError, MissingDependencyError, NosanaError, PortInUseError
from nosana_chain.localnet.child_environment import for_surfpool
from nosana_chain.localnet.child_process import Endpoints, end_child, pipe_of
from nosana_chain.localnet.genesis import Genesis
from nosana_chain.localnet.toolchain import NODE_ADVICE, Toolchain

_LAUNCHER = Path(__file__).with_name("launcher.cjs")
_START_SECONDS = 30  # a start takes 0.2; a machine under load gets its time
_ACCOUNT_SECONDS = 0.01  # an account of the genesis takes 0.0005, likewise
_STOP_SECONDS = 5  # until an end that was asked for is enforced
_SHOWN_LINES = 12  # of the output, in the message of a failed start

_LONGEST_LINE = 1024**2
_TRIES = 3  # to start, when another program took a port that Surfpool had chosen

# What Surfpool prints when a port that it chose was taken meanwhile. It may hang then, and never answer.
_CLASH = re.compile(rb"port \d+ is already in use|Cannot drop a runtime in a context")


@asynccontextmanager
async def running_surfpool(
    toolchain: Toolchain,
    genesis: Genesis,
    *,
    slot_ms: int,
    ports: Mapping[str, int],
    fork_url: str | None = None,
) -> AsyncIterator[Endpoints]:
    """Run a Surfpool on `genesis` for the length of the block.

    It also ends when this process does, however that comes. It doesn't see the terminal's Ctrl-C: the block that
    Ctrl-C unwinds can still use the network.

    Args:
        toolchain: Node.js and Surfpool's module.
        genesis: programs to load and accounts to set before it is ready.
        slot_ms: length of a slot, in milliseconds.
        ports: fixed ports, by "rpc_url" and "ws_url". Without the first any free one is taken; without the second, the
            one after the first.
        fork_url: endpoint of a live cluster, whose accounts are there too, as they are when they are first asked for.

    Raises:
        PortInUseError: a fixed port is taken.
        MissingDependencyError: Node.js can't be run, or the npm package ws is missing.
        LocalnetError: it did not start, or stopped before the end of the block; the message has the end of its output.
    """
    order = {**_order(toolchain, genesis, slot_ms, ports), "remote_rpc_url": fork_url}
    process, output, endpoints = await _started(toolchain.node, order)
    try:
        yield endpoints
    finally:
        exit_code = await end_child(process, within=_STOP_SECONDS)
        await output.end()
    if exit_code:
        raise LocalnetError(f"Surfpool stopped by itself (exit code {exit_code}). {output.shown()}")


async def _started(node: Path, order: Mapping[str, Any]) -> tuple[Process, _Output, Endpoints]:
    """A process whose Surfpool is ready; started again when the ports that it chose clash with those of others."""
    for _ in range(_TRIES - 1):
        with suppress(_PortClashError):
            return await _start(node, order)
    return await _start(node, order)


async def _start(node: Path, order: Mapping[str, Any]) -> tuple[Process, _Output, Endpoints]:
    process = await _launch(node)
    output = _Output(pipe_of(process.stdout))
    try:
        await _tell(process, order)
        within = _START_SECONDS + _ACCOUNT_SECONDS * len(order["accounts"])
        return process, output, await output.endpoints(within=within)
    except BaseException as error:
        if isinstance(error, _PortClashError):
            with suppress(ProcessLookupError):  # it may hang, or have ended
                process.kill()
        await end_child(process, within=_STOP_SECONDS)
        await output.end()
        raise


class _PortClashError(LocalnetError):
    """Surfpool chose a port that another program took before it did."""


class _Output:
    """What the launcher prints: one answer, and around it whatever Surfpool has to say."""

    def __init__(self, stream: asyncio.StreamReader) -> None:
        self._stream = stream
        self._last: deque[str] = deque(maxlen=_SHOWN_LINES)
        self._answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._reading = asyncio.create_task(self._read())

    async def endpoints(self, *, within: float) -> Endpoints:
        """The endpoints of a Surfpool that is ready within so many seconds; LocalnetError of a kind when it isn't."""
        try:
            answer = await asyncio.wait_for(self._answer, within)
        except TimeoutError:
            raise LocalnetError(f"Surfpool was not ready within {within:g} s. {self.shown()}") from None
        if answer["event"] == "ready":
            return Endpoints(answer["rpc_url"], answer["ws_url"])
        raise _start_error(answer, self.shown())

    async def end(self) -> None:
        """Wait for the end of the output, which comes with that of the process."""
        await self._reading

    def shown(self) -> str:
        """The last lines, for an error's message."""
        return "It said: " + "\n".join(self._last) if self._last else "It said nothing."

    async def _read(self) -> None:
        """Read to the end, also after the answer: a full pipe would stop Surfpool."""
        while line := await self._line():
            event = _event_in(line) or _clash_in(line)
            if event and not self._answer.done():
                self._answer.set_result(event)
            else:
                self._last.append(line.decode(errors="replace").rstrip())
        if not self._answer.done():
            self._answer.set_result({"event": "failed", "message": "its process ended"})

    async def _line(self) -> bytes:
        try:
            return await self._stream.readline()
        except ValueError:  # longer than the limit, and dropped by the reader
            return b"(a line too long to show)\n"


def _order(toolchain: Toolchain, genesis: Genesis, slot_ms: int, ports: Mapping[str, int]) -> dict[str, Any]:
    return {
        "surfpool": str(toolchain.surfpool),
        "slot_ms": slot_ms,
        "ports": {name.removesuffix("_url"): port for name, port in ports.items()},
        "programs": [{"address": str(address), "elf": _base64(elf)} for address, elf in genesis.programs.items()],
        "accounts": [
            {
                "address": str(address),
                "lamports": account.lamports,
                "data": _base64(account.data),
                "owner": str(account.owner),
            }
            for address, account in genesis.accounts.items()
        ],
    }


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _event_in(line: bytes) -> dict[str, Any] | None:
    with suppress(ValueError):
        value = json.loads(line)
        if isinstance(value, dict) and "event" in value:
            return value
    return None


def _clash_in(line: bytes) -> dict[str, Any] | None:
    return {"event": "clash", "message": line.decode(errors="replace").strip()} if _CLASH.search(line) else None


def _start_error(answer: Mapping[str, Any], shown: str) -> NosanaError:
    event = answer["event"]
    if event == "port_in_use":
        port = answer["port"]
        return PortInUseError(
            f"port {port} on 127.0.0.1 is taken: stop what listens there, or give another port or none", port=port
        )
    if event == "missing":
        return MissingDependencyError(f"{answer['message']}: install it there (npm install ws)")
    kind = _PortClashError if event == "clash" else LocalnetError
    return kind(f"Surfpool did not start: {answer['message']}. {shown}")


async def _launch(node: Path) -> Process:
    try:
        return await asyncio.create_subprocess_exec(
            node,
            _LAUNCHER,
            stdin=PIPE,
            stdout=PIPE,
            stderr=STDOUT,
            env=for_surfpool(os.environ),
            limit=_LONGEST_LINE,
            start_new_session=True,
        )
    except OSError as error:
        raise MissingDependencyError(f"can't run {node} ({error.strerror}): {NODE_ADVICE}") from error


async def _tell(process: Process, order: Mapping[str, Any]) -> None:
    stdin = pipe_of(process.stdin)
    stdin.write(json.dumps(order).encode() + b"\n")
    with suppress(ConnectionError):  # it ended at once: its output says why
        await stdin.drain()
