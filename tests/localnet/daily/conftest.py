"""The programs in this process, a client for each main wallet, and a market to post to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from daily_stage import EXPIRATION, Stage
from harness.in_process import InProcessChain
from stage import PRICE

from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.units import DAY, nos


@pytest.fixture
async def chain() -> InProcessChain:
    return InProcessChain()


@pytest.fixture
async def stage(chain: InProcessChain) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        names = ("operator", "builder", "host", "authority")
        clients = [await stack.enter_async_context(chain.client(name)) for name in names]
        terms = MarketTerms(job_price=PRICE, job_expiration=EXPIRATION)
        opened = await clients[0].markets.open_market(terms)
        await clients[2].stakes.stake(nos("1000"), duration=14 * DAY)
        yield Stage(chain, *clients, opened.market)
