"""A network with a project, somebody who pays for its jobs, somebody who pays fees, and a host."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from harness.networks import local_network
from solders.pubkey import Pubkey
from stage import PRICE, Scene, scene_on

from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.units import DAY, nos
from nosana_chain.wallet import Wallet

SOL = 10**9


@pytest.fixture
def slot_ms() -> int:
    """The network's pace: a blockhash lives for 150 slots. Tests that wait for its end ask for a faster one."""
    return 50


@pytest.fixture
async def scene(slot_ms: int) -> AsyncIterator[Scene]:
    async with local_network(slot_ms) as net, scene_on(net) as everybody:
        yield everybody


@pytest.fixture
async def market(scene: Scene) -> Pubkey:
    return (await scene.operator.markets.open_market(MarketTerms(job_price=PRICE))).market


@pytest.fixture
async def patron(scene: Scene) -> Wallet:
    """Pays deposits for others."""
    return await _with_means(scene)


@pytest.fixture
async def sponsor(scene: Scene) -> Wallet:
    """Pays transaction fees for others; has NOS too, which nobody may touch."""
    return await _with_means(scene)


async def _with_means(scene: Scene) -> Wallet:
    wallet = Wallet.generate()
    await scene.net.airdrop(wallet.address, SOL)
    await scene.net.mint_nos(wallet.address, nos("100"))
    return wallet


@pytest.fixture
def people(patron: Wallet, sponsor: Wallet) -> dict[str, Wallet]:
    """Those two by name."""
    return {"patron": patron, "sponsor": sponsor}


@pytest.fixture
async def staked(scene: Scene) -> None:
    """The host has a stake, which it needs to work."""
    await scene.host.stakes.stake(nos("1000"), duration=14 * DAY)
