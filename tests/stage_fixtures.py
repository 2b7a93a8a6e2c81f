"""Fixtures of folders whose tests have a fresh network each: everybody on it, a market, and a host with a stake."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from harness.networks import local_network
from solders.pubkey import Pubkey
from stage import PRICE, Scene, scene_on

from nosana_chain.client import NosanaClient
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.units import DAY, nos


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with local_network() as net, scene_on(net) as everybody:
        yield everybody


@pytest.fixture
async def market(scene: Scene) -> Pubkey:
    opened = await scene.operator.markets.open_market(MarketTerms(job_price=PRICE))
    return opened.market


@pytest.fixture
async def staked_host(scene: Scene) -> NosanaClient:
    """The host with a stake, which it needs to work."""
    await scene.host.stakes.stake(nos("1000"), duration=14 * DAY)
    return scene.host
