"""A network that runs in another process: found by its folder, looked at, paid into, kept, reset and stopped."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from nosana_chain.errors import LocalnetError, NotFoundError
from nosana_chain.localnet.genesis import Genesis, local_wallet
from nosana_chain.localnet.network import Localnet
from nosana_chain.localnet.up.export import state_of
from nosana_chain.localnet.up.folder import StateFolder
from nosana_chain.localnet.up.saved import SavedState
from nosana_chain.localnet.up.settings import default_folder
from nosana_chain.localnet.up.summary import LocalnetSummary
from nosana_chain.wire.connection import Connection

_POLL_SECONDS = 0.02
_STOP_SECONDS = 15.0  # a save, and five for Surfpool
_RESET_SECONDS = 60.0


def find_localnet(folder: Path | None = None) -> LocalnetSummary:
    """The network that runs in a folder; it does run, and its process is the one that is told. Network: none.

    Args:
        folder: its state's; the default one when None.

    Raises:
        NotFoundError: none runs there.
        LocalnetError: its `localnet.json` can't be read.
    """
    place = StateFolder(folder or default_folder())
    process = place.holder()
    if process is None:
        raise NotFoundError(f"no local network runs in {place.path}: start one there", address=str(place.path))
    summary = LocalnetSummary.from_json(place.read(place.summary, what="localnet.json yet"))
    if summary.process_id != process:
        raise LocalnetError(f"the local network in {place.path} is only just starting; try again")
    return summary


@asynccontextmanager
async def attached_localnet(folder: Path | None = None) -> AsyncIterator[Localnet]:
    """The network that runs in a folder, to warp, to mint and to give SOL; it goes on after the block.

    Raises:
        NotFoundError: none runs there.
        LocalnetError: its `localnet.json` can't be read.
    """
    summary = find_localnet(folder)
    network = summary.network
    wallets = {name: local_wallet(name) for name in summary.wallets}
    genesis = Genesis(network=network, accounts={}, programs={}, wallets=wallets)
    async with Connection(network, commitment="processed") as connection:
        yield Localnet(genesis, connection, slot_ms=summary.slot_ms)


async def stop_localnet(folder: Path | None = None) -> LocalnetSummary:
    """Stop the network that runs in a folder, and wait until it has ended; what it was.

    Raises:
        NotFoundError: none runs there.
        LocalnetError: it doesn't end.

    Network: none. Safe to retry: yes.
    """
    summary = find_localnet(folder)
    place = StateFolder(summary.folder)
    _signal(place, summary.process_id)
    await _until(lambda: place.holder() is None, _STOP_SECONDS, f"process {summary.process_id} doesn't end; kill it")
    return summary


async def snapshot_localnet(name: str, folder: Path | None = None) -> Path:
    """Keep the state of the network that runs in a folder under a name, in place of one that had it; the file.

    Raises:
        NotFoundError: none runs there.
        InputError: the name is no name for a file.
        LocalnetError: it can't be written.

    Network: 2 calls. Safe to retry: yes.
    """
    summary = find_localnet(folder)
    place = StateFolder(summary.folder)
    file = place.snapshot(name)
    async with Connection(summary.network, commitment="processed") as connection:
        state = await state_of(connection, summary)
    place.write(file, state.to_bytes())
    return file


async def reset_localnet(name: str | None = None, folder: Path | None = None) -> None:
    """Let the network of a folder be as in a snapshot, or as in its genesis. Its clock is, too.

    One that runs is started anew on the same ports: what is connected to it is cut off. Where none runs, the next one
    begins so.

    Args:
        name: of the snapshot; None for the genesis.
        folder: its state's; the default one when None.

    Raises:
        NotFoundError: no such snapshot.
        LocalnetError: the snapshot is damaged, or of another kind of network.

    Network: none. Safe to retry: yes.
    """
    place = StateFolder(folder or default_folder())
    file = place.snapshot(name) if name is not None else None
    content = (
        place.read(file, what=f"snapshot {name} (there are: {', '.join(place.snapshot_names()) or 'none'})")
        if file
        else None
    )
    if content is not None:
        SavedState.from_bytes(content, file=file)
    if place.holder() is None:
        _reset_at_rest(place, content)
        return
    place.refusal.unlink(missing_ok=True)
    place.write(place.request, str(file or "").encode())
    await _until(lambda: not place.request.exists(), _RESET_SECONDS, "the local network doesn't reset itself")
    if place.refusal.exists():
        raise LocalnetError(place.refusal.read_text())


def _reset_at_rest(place: StateFolder, content: bytes | None) -> None:
    with place.taken():
        if content is None:
            place.state.unlink(missing_ok=True)
        else:
            place.write(place.state, content)


def _signal(place: StateFolder, process: int) -> None:
    """Ask the process to end. It is the network's: it holds the folder, and by its handle no other can be meant."""
    try:
        handle = os.pidfd_open(process)
    except (AttributeError, OSError):  # no Linux, or it has ended
        if place.holder() == process:
            os.kill(process, signal.SIGTERM)
        return
    try:
        if place.holder() == process:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(handle, signal.SIGTERM)
    finally:
        os.close(handle)


async def _until(done: Callable[[], bool], seconds: float, failure: str) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not done():  # noqa: ASYNC110  another process's files
                await asyncio.sleep(_POLL_SECONDS)
    except TimeoutError:
        raise LocalnetError(failure) from None
