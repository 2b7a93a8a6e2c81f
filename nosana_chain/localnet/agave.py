"""One official validator as a child process, on a genesis of ours: start it, wait until it answers, end it."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from nosana_chain.errors import LocalnetError, PortInUseError, RpcError
from nosana_chain.localnet.agave_genesis import genesis_arguments
from nosana_chain.localnet.child_environment import for_surfpool
from nosana_chain.localnet.child_process import LOOPBACK, Endpoints, end_child
from nosana_chain.localnet.genesis import Genesis
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.retry import RetryPolicy
from nosana_chain.wire.stack import WirePolicy

MS_PER_TICK = 6.25  #: DEFAULT_MS_PER_TICK of the validator: 160 ticks a second
TICKS_PER_SLOT = 64  #: DEFAULT_TICKS_PER_SLOT: slots of 400 ms

_SUPERVISOR = Path(__file__).with_name("supervisor.py")
_START_SECONDS = 60.0  # a start takes 2 to 5; a machine under load gets its time
_STOP_SECONDS = 15.0
_POLL_SECONDS = 0.1
_TRIES = 3
_PORTS = range(10_000, 32_000)  # below those that Linux gives to outgoing connections
_OWN_PORTS = 64  # in a row: what one validator binds beside JSON-RPC, WebSocket, gossip and faucet
_SHOWN_LINES = 12
_LONGEST_SHOWN = 200
_ONCE = WirePolicy(retries=RetryPolicy(attempts=1), timeout_seconds=5.0)


@asynccontextmanager
async def running_agave(
    validator: Path, genesis: Genesis, *, ticks_per_slot: int, ports: Mapping[str, int]
) -> AsyncIterator[Endpoints]:
    """Run the official validator on `genesis` for the length of the block; its ledger is gone afterwards.

    It also ends when this process does, however that comes, and listens on loopback only.

    Args:
        validator: its program.
        genesis: programs and accounts of slot 0.
        ticks_per_slot: length of a slot, in ticks of 6.25 ms.
        ports: a fixed one, by "rpc_url"; WebSockets are on the one after it.

    Raises:
        PortInUseError: a fixed port is taken.
        MissingDependencyError: it can't be run.
        LocalnetError: no room or no right to write the ledger; it did not start, or stopped before the end of the
            block. The message has the end of its log.
    """
    with ExitStack() as stack:
        ledger = stack.enter_context(_ledger_folder())
        given = genesis_arguments(ledger, genesis)
        process, endpoints = await _started(validator, ledger, given, ticks_per_slot, ports)
        try:
            yield endpoints
        finally:
            exit_code = await end_child(process, within=_STOP_SECONDS)
        if exit_code:
            raise LocalnetError(f"{validator.name} stopped by itself (exit code {exit_code}). {_last_words(ledger)}")


def _ledger_folder() -> TemporaryDirectory[str]:
    try:
        return TemporaryDirectory(prefix="nosana-agave-", ignore_cleanup_errors=True)
    except OSError as error:
        raise LocalnetError(
            f"no folder can be made for the validator's ledger ({error.strerror}): make room, or name another place in "
            "TMPDIR"
        ) from error


async def _started(
    validator: Path, folder: str, given: list[str], ticks_per_slot: int, ports: Mapping[str, int]
) -> tuple[Process, Endpoints]:
    """A validator that is ready. One that ends at once may have lost a port to another program: it is started again."""
    for left in reversed(range(_TRIES)):
        rpc, base = _chosen(ports)
        command = [*_command(validator, folder, rpc=rpc, base=base), "--ticks-per-slot", str(ticks_per_slot), *given]
        process = await _launch(command, Path(folder, "output"))
        endpoints = Endpoints(f"http://{LOOPBACK}:{rpc}", f"ws://{LOOPBACK}:{rpc + 1}")
        try:
            await _until_ready(process, endpoints, validator, folder)
        except BaseException as error:
            ended_by_itself = isinstance(error, LocalnetError) and process.returncode is not None
            await end_child(process, within=_STOP_SECONDS)
            if ended_by_itself and left:
                continue
            raise
        return process, endpoints
    raise AssertionError("unreachable")


def _command(validator: Path, folder: str, *, rpc: int, base: int) -> list[str]:
    # without the warp to slot 1 no root has SlotHashes for the first 32 slots, and until one has, the validator drops
    # every version 0 transaction that it is sent
    return [
        str(validator),
        "--quiet",
        "--reset",
        "--warp-slot",
        "1",
        "--ledger",
        str(Path(folder, "ledger")),
        "--bind-address",
        LOOPBACK,
        "--rpc-port",
        str(rpc),
        "--faucet-port",
        str(base),
        "--gossip-port",
        str(base + 1),
        "--dynamic-port-range",
        f"{base + 2}-{base + _OWN_PORTS}",
    ]


async def _launch(command: list[str], output: Path) -> Process:
    with output.open("wb") as file:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            _SUPERVISOR,
            *command,
            stdin=PIPE,
            stdout=file,
            stderr=STDOUT,
            env=for_surfpool(os.environ),
            start_new_session=True,
        )


async def _until_ready(process: Process, endpoints: Endpoints, validator: Path, folder: str) -> None:
    """Wait until it makes blocks that transactions can refer to."""
    network = LOCALNET.at(endpoints.rpc_url)
    started = asyncio.get_running_loop().time()
    async with Connection(network, policy=_ONCE) as connection:
        while process.returncode is None:
            with suppress(RpcError):
                if await connection.call("getHealth", answer=str) == "ok" and (await connection.fetch_blockhash()).slot:
                    return
            if asyncio.get_running_loop().time() - started > _START_SECONDS:
                raise LocalnetError(
                    f"{validator.name} was not ready within {_START_SECONDS:g} s. {_last_words(folder)}"
                )
            await asyncio.sleep(_POLL_SECONDS)
    raise LocalnetError(f"{validator.name} did not start. {_last_words(folder)}")


def _chosen(ports: Mapping[str, int]) -> tuple[int, int]:
    """Ports that are free now: the endpoint's, the next one being free too, and the first of a row for the rest.

    Raises:
        PortInUseError: a fixed one is taken.
    """
    fixed = ports.get("rpc_url")
    for port in () if fixed is None else (fixed, fixed + 1):
        if not _is_free(port):
            raise PortInUseError(
                f"port {port} on {LOOPBACK} is taken: stop what listens there, or give another port or none", port=port
            )
    rows = _PORTS[: -_OWN_PORTS - 2 : _OWN_PORTS + 2]
    row = next(one for one in random.sample(rows, len(rows)) if all(map(_is_free, range(one, one + 4))))
    return (row if fixed is None else fixed), row + 2


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        try:
            one.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _last_words(folder: str) -> str:
    """The end of what it printed and logged, for an error's message."""
    lines = [line for name in ("output", "ledger/validator.log") for line in _lines(Path(folder, name))]
    told = [line[:_LONGEST_SHOWN] for line in lines if line][-_SHOWN_LINES:]
    return "It said: " + "\n".join(told) if told else "It said nothing."


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(errors="replace").splitlines()[-_SHOWN_LINES:]
    except OSError:
        return []
