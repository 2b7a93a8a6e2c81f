"""A local network for each module, beside its tests, and a person with a home of his own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from harness.command_line import Home, LocalWorld, local_world
from harness.forked_command import ForkedCommands, forked_commands
from stage import PRICE

from nosana_chain.localnet.ipfs import LocalIpfs
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.units import DAY, nos

JOB = """
version: "0.1"
type: container
ops:
  - type: container/run
    id: web
    args:
      image: nginx
      gpu: true
      expose: [80]
"""


@pytest.fixture(scope="module")
def world() -> Iterator[LocalWorld]:
    with local_world() as running:
        yield running


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkedCommands]:
    """Command lines as processes."""
    with forked_commands(tmp_path_factory.mktemp("printed")) as running:
        yield running


@pytest.fixture
def home(world: LocalWorld, tmp_path: Path) -> Callable[..., Home]:
    """The home of the wallet called so, set to the local network."""

    def at_home(name: str, **environ: Any) -> Home:
        return Home(tmp_path, world, name, environ)

    return at_home


@pytest.fixture(scope="module")
def ipfs(world: LocalWorld) -> Iterator[LocalIpfs]:
    """A local IPFS beside the network, in the same thread."""
    stack = AsyncExitStack()
    yield world.run(stack.enter_async_context(LocalIpfs.start()))
    world.run(stack.aclose())


@pytest.fixture(scope="module")
def market(world: LocalWorld) -> str:
    """A market of the operator's, for tests that leave its queue as it was."""
    opened = world.act("operator", lambda client: client.markets.open_market(MarketTerms(job_price=PRICE)))
    return str(opened.market)


@pytest.fixture(scope="module")
def staked_host(world: LocalWorld) -> None:
    """The host may work."""
    world.act("host", lambda client: client.stakes.stake(nos("1000"), duration=14 * DAY))


@pytest.fixture
def builder(home: Callable[..., Home], ipfs: LocalIpfs) -> Home:
    """The builder, who pins and fetches on the local IPFS."""
    return home("builder", NOSANA_KUBO_URL=ipfs.url, NOSANA_IPFS_GATEWAYS=ipfs.gateway_url)


@pytest.fixture
def host(home: Callable[..., Home], ipfs: LocalIpfs) -> Home:
    """The host, likewise."""
    return home("host", NOSANA_KUBO_URL=ipfs.url, NOSANA_IPFS_GATEWAYS=ipfs.gateway_url)


@pytest.fixture
def job_file(tmp_path: Path) -> Path:
    """A definition that is valid."""
    path = tmp_path / "job.yaml"
    path.write_text(JOB)
    return path
