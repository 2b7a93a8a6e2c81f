"""Everybody on one chain in this process, whose clock only moves when it is told to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from harness.in_process import InProcessChain
from solders.pubkey import Pubkey
from stage import CID, PRICE, TIMEOUT

from nosana_chain.client import NosanaClient
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.units import DAY, nos

EXPIRATION = DAY  # of the market


@dataclass(frozen=True, slots=True)
class Stage:
    """The chain, a client for each main wallet, and a market to post to. The host has a stake."""

    chain: InProcessChain
    operator: NosanaClient
    builder: NosanaClient
    host: NosanaClient
    authority: NosanaClient
    market: Pubkey

    async def waiting_job(self, timeout: int = TIMEOUT) -> Pubkey:
        """A job of the builder's."""
        posted = await self.builder.jobs.post_job(self.market, definition_cid=CID, timeout=timeout)
        return posted.job

    async def running_job(self, timeout: int = TIMEOUT) -> Pubkey:
        """The same, which the host works on."""
        job = await self.waiting_job(timeout)
        await self.host.hosts.join_queue(self.market)
        return job


@asynccontextmanager
async def stage_on(chain: InProcessChain) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        names = ("operator", "builder", "host", "authority")
        clients = [await stack.enter_async_context(chain.client(name)) for name in names]
        terms = MarketTerms(job_price=PRICE, job_expiration=EXPIRATION)
        opened = await clients[0].markets.open_market(terms)
        await clients[2].stakes.stake(nos("1000"), duration=14 * DAY)
        yield Stage(chain, *clients, opened.market)
