"""A network that keeps running, for other programs: started, kept in its folder, and stopped by a signal."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from os import getpid
from pathlib import Path
from urllib.parse import urlsplit

from solders.pubkey import Pubkey

from nosana_chain.errors import LocalnetError, NosanaError, RpcError
from nosana_chain.localnet.genesis import HOST, Genesis, standard_genesis
from nosana_chain.localnet.genesis.wallets import local_secret_key
from nosana_chain.localnet.ipfs import LocalIpfs
from nosana_chain.localnet.network import Localnet
from nosana_chain.localnet.surfpool_package import TellUser
from nosana_chain.localnet.toolchain import Toolchain
from nosana_chain.localnet.up.export import purse_of_runtime, state_of
from nosana_chain.localnet.up.folder import StateFolder
from nosana_chain.localnet.up.fork import fork_genesis
from nosana_chain.localnet.up.ready import make_ready, ready_genesis
from nosana_chain.localnet.up.saved import Kind, SavedState, behind
from nosana_chain.localnet.up.settings import UpSettings
from nosana_chain.localnet.up.summary import LocalnetSummary, LocalWallet, programs_of
from nosana_chain.wire.connection import Connection

_LOOK_SECONDS = 0.1  # between looks for a request to reset
_SAVE_SECONDS = 2.0  # between saves: what a killed network loses
_SAVE_SHARE = 20  # a save takes a twentieth of the time at most
_DRIFT_SECONDS = 2  # by which a clock that nobody moved is off this machine's, at most
_MILLISECONDS = 1000


class UpNetwork:
    """A running network, and its folder. `localnet_up` makes one.

    Attributes:
        settings: what it was started with.
        net: the network itself; another one after a reset.
        ipfs: where job definitions and results are; it stays as it is over a reset.
        summary: what other programs need to know.
        is_running: whether it has begun.
    """

    net: Localnet
    ipfs: LocalIpfs
    summary: LocalnetSummary

    def __init__(
        self, settings: UpSettings, folder: StateFolder, toolchain: Toolchain | None, tell: TellUser | None
    ) -> None:
        self.settings = settings
        self._folder = folder
        self._toolchain = toolchain
        self._tell = tell
        self._kind = Kind(settings.mainnet, settings.jobs_fee, settings.fork is not None)
        self._ports = settings.rpc_port, settings.ws_port
        self._running = AsyncExitStack()
        self._stop = asyncio.Event()
        self._saved: tuple[str, int] | None = None  # hash, and how far the clock is ahead
        self.is_running = False

    async def until_stopped(self) -> None:
        """Keep it running until SIGINT, SIGTERM or `stop`, save its state meanwhile, and reset it when asked to.

        Raises:
            LocalnetError: its validator has ended, or a reset left it without one. That its state can't be written is
                told (`progress`) and no end of it.
        """
        due = time.monotonic() + _SAVE_SECONDS
        while not await self._stopped_within(_LOOK_SECONDS):
            if self._folder.request.exists():
                await self._reset()
            if time.monotonic() >= due:
                begun = time.monotonic()
                await self._save_meanwhile()
                due = time.monotonic() + max(_SAVE_SECONDS, _SAVE_SHARE * (time.monotonic() - begun))

    def stop(self) -> None:
        """Let `until_stopped` return."""
        self._stop.set()

    async def save(self) -> None:
        """Write the state into the folder, where it is kept and has changed. Network: 2 calls.

        Raises:
            LocalnetError: it can't be written, or the validator has ended.
        """
        if self.settings.state is not None:
            self._keep(await self._state())

    async def _save_meanwhile(self) -> None:
        """As `save`, but a full disk doesn't end a network that works: the last save says it again."""
        if self.settings.state is None:
            return
        state = await self._state()
        try:
            self._keep(state)
        except LocalnetError as error:
            if self._tell is not None:
                self._tell(str(error))

    def _keep(self, state: SavedState) -> None:
        ahead = state.unix_time - int(time.time())
        if self._saved is None or state.sha256 != self._saved[0] or abs(ahead - self._saved[1]) > _DRIFT_SECONDS:
            self._folder.write(self._folder.state, state.to_bytes())
            self._saved = state.sha256, ahead

    async def start(self, state: SavedState | None) -> None:
        """Start it from a state, or from its genesis."""
        base = await self._base()
        genesis, market = (state.genesis(base), None) if state else await self._first(base)
        rpc_port, ws_port = self._ports
        starting = Localnet.start(
            genesis=genesis,
            slot_ms=self.settings.slot_ms,
            rpc_port=rpc_port,
            ws_port=ws_port,
            validator="surfpool",
            toolchain=self._toolchain,
            progress=self._tell,
            fork_url=self.settings.fork,
        )
        self.net = await self._running.enter_async_context(starting)
        connection = await self._running.enter_async_context(Connection(self.net.network, commitment="processed"))
        self._connection = connection
        purse = await purse_of_runtime(connection, genesis)
        if state:
            market = Pubkey.from_string(state.market)
            if seconds := behind(state, await self.net.unix_time()):
                await self.net.warp(seconds)
        self.summary = self._summarised(market or await make_ready(connection, self.net.wallets), purse)
        self._ports = _port(self.summary.rpc_url), _port(self.summary.ws_url)
        self.is_running = True

    def publish(self) -> None:
        """Let other programs find it. Raises LocalnetError where the file can't be written."""
        self._folder.write(self._folder.summary, self.summary.to_json())

    @contextmanager
    def heeding_signals(self) -> Iterator[None]:
        """Let the signals that end a process stop it, where this is the main thread."""
        loop, taken = asyncio.get_running_loop(), []
        for one in (signal.SIGINT, signal.SIGTERM):
            with suppress(ValueError, RuntimeError, NotImplementedError):
                loop.add_signal_handler(one, self.stop)
                taken.append(one)
        try:
            yield
        finally:
            for one in taken:
                loop.remove_signal_handler(one)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start it from what is in its folder, and at the end save its state and stop it."""
        try:
            await self.start(self.kept_state())
            with self.heeding_signals():
                self.publish()
                yield
        finally:
            try:
                if self.is_running:
                    await self.save()
            finally:
                with suppress(OSError):
                    self._folder.summary.unlink(missing_ok=True)
                await self._running.aclose()

    async def _reset(self) -> None:
        """Start again from the snapshot that the request names, or from the genesis."""
        wanted = self._folder.request.read_text()
        try:
            state = self.read_state(Path(wanted)) if wanted else None
        except NosanaError as error:
            self._folder.write(self._folder.refusal, str(error).encode())
        else:
            self.is_running = False
            await self._running.aclose()
            self._saved = None
            await self.start(state)
            self.publish()
            await self.save()
        self._folder.request.unlink(missing_ok=True)

    def kept_state(self) -> SavedState | None:
        """What an earlier run left in the folder; None where there is nothing, or nothing is to be kept."""
        if self.settings.state is None or not self._folder.state.exists():
            return None
        return self.read_state(self._folder.state)

    def read_state(self, file: Path) -> SavedState:
        """A state in a file.

        Raises:
            LocalnetError: it is damaged, or this network can't go on with it.
        """
        state = SavedState.from_bytes(self._folder.read(file, what="such snapshot"), file=file)
        if state.kind != self._kind:
            raise LocalnetError(f"{file} is of {state.kind}, and this network of {self._kind}: start it with the same")
        return state

    async def _base(self) -> Genesis:
        if self.settings.fork is not None:
            return await fork_genesis(self.settings.fork, like=self.settings.addresses)
        return standard_genesis(jobs_fee=self.settings.jobs_fee, network=self.settings.addresses)

    async def _first(self, base: Genesis) -> tuple[Genesis, Pubkey | None]:
        """The genesis of a first start, and its market, unless that has to be opened on the running network."""
        if self.settings.fork is not None:
            return base, None
        return await ready_genesis(base)

    async def _state(self) -> SavedState:
        try:
            return await state_of(self._connection, self.summary)
        except RpcError as error:
            raise LocalnetError(f"the local network doesn't answer any more ({error.message})") from error

    async def _stopped_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)
        return self._stop.is_set()

    def _summarised(self, market: Pubkey, purse: Pubkey) -> LocalnetSummary:
        network, wallets = self.net.network, self.net.wallets
        keys = self._folder.write_keys({name: local_secret_key(name) for name in wallets})
        return LocalnetSummary(
            rpc_url=str(network.rpc_url),
            ws_url=str(network.ws_url),
            ipfs_url=self.ipfs.url,
            ipfs_gateway=self.ipfs.gateway_url,
            slot_ms=int(network.slot_seconds * _MILLISECONDS),
            addresses="mainnet" if self.settings.mainnet else "devnet",
            is_fork=self.settings.fork is not None,
            has_jobs_fee=self.settings.jobs_fee,
            programs=programs_of(network),
            nos_mint=network.nos_mint,
            runtime_purse=purse,
            market=market,
            host=wallets[HOST].address,
            wallets={name: LocalWallet(address=wallets[name].address, keypair=keys[name]) for name in wallets},
            folder=self._folder.path,
            is_kept=self.settings.state is not None,
            journal=self._folder.journal,
            process_id=getpid(),
        )


@asynccontextmanager
async def localnet_up(
    settings: UpSettings, *, toolchain: Toolchain | None = None, progress: TellUser | None = None
) -> AsyncIterator[UpNetwork]:
    """Start a network for other programs, for the length of the block; `until_stopped` keeps it there.

    Within the block SIGINT and SIGTERM end `until_stopped`, and nothing else.

    In its folder it writes `localnet.json` for programs, and key files (mode 0600). With `settings.state` it goes on
    from what an earlier run left there, and saves what it has every 2 seconds and at the end; its clock doesn't go
    back. Transactions themselves are not kept.

    Args:
        settings: what to start.
        toolchain: Node.js and Surfpool; looked for, and Surfpool installed if need be, when None.
        progress: is told in one line of anything that takes long.

    Raises:
        LocalnetError: another network runs in the folder, it can't be written to, or its state is damaged; or the
            validator doesn't start.
        PortInUseError: a port is taken.
        MissingDependencyError: no Node.js, no Surfpool.
        InputError: a port or the slot's length is out of range.
        RpcError: of a fork: its cluster doesn't answer.

    Network: none beyond this machine, but for a fork, and the first use, when Surfpool is installed.
    """
    folder = StateFolder(settings.folder)
    kept = folder.ipfs if settings.state is not None else None
    with folder.taken():
        up = UpNetwork(settings, folder, toolchain, progress)
        async with LocalIpfs.start(settings.ipfs_port, kept) as up.ipfs, up.running():
            yield up


def _port(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None  # noqa: S101  for the type: local endpoints have one
    return port
