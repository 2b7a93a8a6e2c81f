"""Random lives of a wallet that builds, hosts, stakes and vests, beside others who never sleep."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from random import Random

from harness.in_process import InProcessChain
from solders.account import Account
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM
from stage import CID, PRICE, RESULT

from nosana_chain import pda
from nosana_chain.client import NosanaClient
from nosana_chain.errors import NosanaError
from nosana_chain.localnet.accounts import mint_account, token_account
from nosana_chain.models.job import JobState
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.programs.pools.terms import PoolTerms
from nosana_chain.programs.token_accounts import create_token_account_ix
from nosana_chain.units import DAY, HOUR, nos
from nosana_chain.wallet import Wallet

#: What a wallet does, and how often of a hundred.
STEPS = {
    "post": 16,
    "somebody_works": 12,
    "somebody_finishes": 8,
    "somebody_quits": 6,
    "stop": 3,
    "extend": 3,
    "admin_evicts": 1,
    "stake": 4,
    "top_up": 1,
    "enter_pool": 6,
    "fee_comes": 4,
    "be_slashed": 2,
    "unstake": 4,
    "withdraw": 2,
    "restake": 1,
    "claim": 2,
    "host": 6,
    "host_claims": 2,
    "host_finishes": 2,
    "vest": 3,
    "open_pool": 3,
    "make_nonce": 2,
    "make_token_account": 3,
    "open_market": 2,
    "wait": 8,
}
OTHER_MINT = Pubkey(b"other mint".ljust(32, b"."))


@dataclass
class Neighbours:
    """Those whom a wallet meets, and the markets that they run."""

    chain: InProcessChain
    operator: NosanaClient
    host: NosanaClient
    authority: NosanaClient
    markets: list[Pubkey] = field(default_factory=list)

    async def open_markets(self) -> None:
        """New ones, in which nobody waits: jobs can be cleaned in one at once, and late in the other."""
        self.markets.clear()
        for expiration in (0, 90 * DAY):
            terms = MarketTerms(job_price=PRICE, job_expiration=expiration)
            self.markets.append((await self.operator.markets.open_market(terms)).market)


@asynccontextmanager
async def neighbours() -> AsyncIterator[Neighbours]:
    chain = InProcessChain()
    chain.svm.set_account(OTHER_MINT, mint_account(supply=0, decimals=0, authority=None))
    async with AsyncExitStack() as stack:
        names = ("operator", "host", "authority")
        everybody = Neighbours(chain, *[await stack.enter_async_context(chain.client(name)) for name in names])
        await everybody.host.stakes.stake(nos("1000"), duration=14 * DAY)
        yield everybody


class Life:
    """One wallet, from its first step to its last.

    Attributes:
        did: how often which step succeeded.
    """

    def __init__(self, seed: int, around: Neighbours, client: NosanaClient, me: Pubkey) -> None:
        self._draw = Random(seed)
        self._chain, self._around, self._client, self._me = around.chain, around, client, me
        self.did: Counter[str] = Counter()
        self._purse = pda.nos_account_address(me, network=around.chain.network)

    async def live(self, steps: int) -> None:
        for name in self._draw.choices(list(STEPS), weights=list(STEPS.values()), k=steps):
            try:
                await getattr(self, f"_{name}")()
            except (NosanaError, IndexError):  # it can't be done now, as in many a life
                continue
            self.did[name] += 1

    async def _jobs(self, *states: JobState) -> list[Pubkey]:
        jobs = await self._client.jobs.find_jobs(payer=self._me)
        return [job.address for job in jobs if job.state in states]

    async def _a_job(self, *states: JobState) -> Pubkey:
        return self._draw.choice(sorted(await self._jobs(*states)))

    async def _post(self) -> None:
        timeout, market = self._draw.randrange(1, 3 * HOUR), self._draw.choice(self._around.markets)
        await self._client.jobs.post_job(market, definition_cid=CID, timeout=timeout)

    async def _somebody_works(self) -> None:
        market = await self._around.host.markets.fetch_market(self._draw.choice(self._around.markets))
        if market.waiting_jobs:
            await self._around.host.hosts.join_queue(market.address)

    async def _somebody_finishes(self) -> None:
        await self._around.host.hosts.finish_job(await self._a_job(JobState.RUNNING), result_cid=RESULT)

    async def _somebody_quits(self) -> None:
        await self._around.host.hosts.quit_job(await self._a_job(JobState.RUNNING))

    async def _admin_evicts(self) -> None:
        await self._around.authority.hosts.evict_host(await self._a_job(JobState.RUNNING))

    async def _stop(self) -> None:
        await self._client.jobs.stop_job(await self._a_job(JobState.QUEUED, JobState.RUNNING))

    async def _extend(self) -> None:
        await self._client.jobs.extend_job(await self._a_job(JobState.QUEUED, JobState.RUNNING), by=HOUR)

    async def _stake(self) -> None:
        duration = self._draw.randrange(14 * DAY, 60 * DAY)
        await self._client.stakes.stake(self._draw.randrange(1, nos("100")), duration=duration)

    async def _top_up(self) -> None:
        await self._client.stakes.topup(self._draw.randrange(1, nos("10")))

    async def _enter_pool(self) -> None:
        await self._client.rewards.enter_pool()

    async def _fee_comes(self) -> None:
        await self._around.operator.rewards.add_fee(self._draw.randrange(1, nos("1")))

    async def _be_slashed(self) -> None:
        await self._around.authority.staking_authority.slash(self._me, amount=self._draw.randrange(1, nos("1")))

    async def _unstake(self) -> None:
        await self._client.stakes.unstake()

    async def _withdraw(self) -> None:
        await self._client.stakes.withdraw()

    async def _restake(self) -> None:
        await self._client.stakes.restake()

    async def _claim(self) -> None:
        await self._client.rewards.claim_rewards()

    async def _host(self) -> None:
        market = await self._client.markets.fetch_market(self._draw.choice(self._around.markets))
        if market.waiting_jobs:
            await self._client.hosts.join_queue(market.address)

    async def _host_claims(self) -> None:
        await self._client.hosts.claim_job(await self._a_job(JobState.STOPPED))

    async def _host_finishes(self) -> None:
        run = self._draw.choice(await self._client.hosts.find_runs())
        await self._client.hosts.finish_job(run.job, result_cid=RESULT, run=run.address)

    async def _vest(self) -> None:
        terms = PoolTerms(
            emission=self._draw.randrange(1, 100), start_time=self._chain.now, closeable=self._draw.random() < 0.5
        )
        deposit = self._draw.randrange(nos("1"))
        await self._around.operator.pools.open_vesting_pool(terms, beneficiary=self._me, deposit=deposit)

    async def _open_pool(self) -> None:
        terms = PoolTerms(emission=1, start_time=self._chain.now, closeable=self._draw.random() < 0.7)
        other = self._around.host.wallet
        assert other
        deposit = self._draw.choice([0, 1_000])
        await self._client.pools.open_vesting_pool(terms, beneficiary=other.address, deposit=deposit)

    async def _make_nonce(self) -> None:
        await self._client.nonces.create_nonce()

    async def _make_token_account(self) -> None:
        await self._client.transactions.send([create_token_account_ix(owner=self._me, mint=OTHER_MINT, payer=self._me)])

    async def _open_market(self) -> None:
        await self._client.markets.open_market(MarketTerms(job_price=1))

    async def _wait(self) -> None:
        self._chain.wait(self._draw.choice([1, HOUR, HOUR, 5 * HOUR, DAY, 20 * DAY]))


def newborn(seed: int, chain: InProcessChain) -> Wallet:
    """A wallet with a SOL and some NOS."""
    wallet = Wallet.from_seed(Random(seed).randbytes(32))
    chain.svm.set_account(wallet.address, Account(10**9, b"", SYSTEM_PROGRAM))
    mint = chain.network.nos_mint
    purse = pda.nos_account_address(wallet.address, network=chain.network)
    chain.svm.set_account(purse, token_account(wallet.address, mint=mint, amount=nos("1000")))
    return wallet
