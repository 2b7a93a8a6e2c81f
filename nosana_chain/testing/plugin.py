"""The pytest plugin: a Nosana network, clients and wallets as fixtures.

pytest loads this module in every run in an environment that has nosana-chain, also where no test uses it. So what takes
time is imported when a fixture is first asked for. docs/testing.md is the how-to.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

if TYPE_CHECKING:
    from nosana_chain.client import NosanaClient
    from nosana_chain.sync import SyncClient, SyncInProcessLocalnet, SyncLocalIpfs, SyncLocalnet
    from nosana_chain.wallet import Signer, Wallet

    Net: TypeAlias = SyncLocalnet | SyncInProcessLocalnet
    ClientOf: TypeAlias = Callable[[str | Signer | None], SyncClient]

FRESH = "nosana_fresh"
IN_PROCESS = "--nosana-inprocess"
_MARK = f"{FRESH}: the test has a local network of its own, which nobody used before"
_SLOT_MS = 50  # an action takes a slot, and nobody waits in a wallet here
_OF_EVERY_NETWORK = {"genesis", "jobs_fee", "now"}  # what a network in process is started with


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say what can be chosen for a whole run."""
    parser.getgroup("nosana-chain").addoption(
        IN_PROCESS,
        action="store_true",
        help="run on LiteSVM in this process, without a server: faster; time stands still but for warp()",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Say what marks there are, and learn how this environment runs coroutines."""
    config.addinivalue_line("markers", _MARK)
    if config.pluginmanager.hasplugin("asyncio"):
        from nosana_chain.testing import asyncio_client  # noqa: PLC0415  it imports pytest-asyncio, which is there

        config.pluginmanager.register(asyncio_client, "nosana_chain_asyncio")


@pytest.fixture(scope="session")
def nosana_localnet_settings() -> Mapping[str, Any]:
    """What networks are started with: override it to return what `Localnet.start` takes, as `genesis` or `slot_ms`."""
    return {"slot_ms": _SLOT_MS}


@pytest.fixture(scope="session")
def nosana_localnet(pytestconfig: pytest.Config, nosana_localnet_settings: Mapping[str, Any]) -> Iterator[Net]:
    """The local network of this run; with pytest-xdist, of each worker. Tests share what is on it, and its clock."""
    with _started(pytestconfig, nosana_localnet_settings) as net:
        yield net


@pytest.fixture
def nosana_net(request: pytest.FixtureRequest) -> Iterator[Net]:
    """The network of this test: that of the run, or a fresh one with the mark `nosana_fresh`."""
    if request.node.get_closest_marker(FRESH) is None:
        yield request.getfixturevalue("nosana_localnet")
        return
    with _started(request.config, request.getfixturevalue("nosana_localnet_settings")) as net:
        yield net


@pytest.fixture(scope="session")
def nosana_ipfs() -> Iterator[SyncLocalIpfs]:
    """A local IPFS, to pin job definitions and results and fetch them: `Kubo(nosana_ipfs.url)`, `gateway_url`."""
    from nosana_chain.sync import SyncLocalIpfs  # noqa: PLC0415  heavy

    with SyncLocalIpfs.start() as ipfs:
        yield ipfs


@pytest.fixture
def nosana_wallets(nosana_net: Net) -> Mapping[str, Wallet]:
    """Wallets with SOL and NOS on the test's network, by name: builder, host, operator, staker, authority, faucet."""
    return nosana_net.wallets


@pytest.fixture
def warp(nosana_net: Net) -> Callable[[int], int]:
    """`warp(seconds)` moves the clock of the test's network forward, and returns its new time."""
    return nosana_net.warp


@pytest.fixture
def nosana_client_of(nosana_net: Net) -> Iterator[ClientOf]:
    """`nosana_client_of("host")` is a client of that wallet, or of a signer of one's own; closed after the test."""
    from nosana_chain.sync import SyncClient  # noqa: PLC0415  heavy

    with ExitStack() as opened:

        def client_of(wallet: str | Signer | None) -> SyncClient:
            signer = nosana_net.wallets[wallet] if isinstance(wallet, str) else wallet
            client = SyncClient(nosana_net.network, signer, transport=nosana_net.transport)
            return opened.enter_context(client)

        yield client_of


@pytest.fixture
def nosana_client(nosana_client_of: ClientOf) -> SyncClient:
    """A synchronous client of the builder's wallet, on the test's network."""
    return nosana_client_of("builder")


@pytest.fixture
def nosana_async_client(request: pytest.FixtureRequest) -> NosanaClient:
    """A client of the builder's wallet for coroutines: with pytest-asyncio, or where the test has the mark `anyio`."""
    client: NosanaClient = request.getfixturevalue(_fixture_for_coroutines(request))
    return client


@pytest.fixture
async def _nosana_anyio_client(nosana_net: Net) -> AsyncIterator[NosanaClient]:
    from nosana_chain.testing.builder_client import builder_client  # noqa: PLC0415  heavy

    async with builder_client(nosana_net) as client:
        yield client


def _fixture_for_coroutines(request: pytest.FixtureRequest) -> str:
    if "anyio_backend" in request.fixturenames:
        return "_nosana_anyio_client"
    if request.config.pluginmanager.hasplugin("nosana_chain_asyncio"):
        return "_nosana_asyncio_client"
    pytest.fail("nosana_async_client needs pytest-asyncio, or the mark anyio on the test; nosana_client needs neither")


def _started(config: pytest.Config, settings: Mapping[str, Any]) -> Net:
    from nosana_chain.sync import SyncInProcessLocalnet, SyncLocalnet  # noqa: PLC0415  heavy

    if config.getoption(IN_PROCESS):
        return SyncInProcessLocalnet.start(**{name: settings[name] for name in settings.keys() & _OF_EVERY_NETWORK})
    return SyncLocalnet.start(**settings)
