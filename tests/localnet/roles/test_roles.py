"""Fee payer, authority and payer may be three signers: who pays what, to the lamport, in every combination."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from solders.pubkey import Pubkey
from stage import CID, PRICE, RESULT, TIMEOUT, Interrupted, Scene

from nosana_chain.client import NosanaClient
from nosana_chain.engine.journal import Budget, MemoryJournal
from nosana_chain.errors import (
    BoundExceededError,
    BudgetExceededError,
    InputError,
    InsufficientFundsError,
    ReservedFundsError,
    TermsDifferError,
)
from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.jobs.results import StopKind
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.programs.nodes.terms import NodeSpec
from nosana_chain.wallet import Wallet

DEPOSIT = PRICE * TIMEOUT
JOB_RENT, RUN_RENT = 2_561_280, 1_726_080
WALLET_RENT, NOS_ACCOUNT_RENT = 890_880, 2_039_280
COMBINATIONS = [(fee, payer) for fee in ("wallet", "sponsor") for payer in ("wallet", "patron", "sponsor")]


@dataclass
class Books:
    """What everybody has, and what each has lost since."""

    client: NosanaClient
    people: dict[str, Wallet]
    before: dict[str, tuple[int, int]]

    async def lost(self) -> dict[str, tuple[int, int]]:
        """NOS and lamports lost since the last look, of those who lost or gained any."""
        now = await self.look()
        lost = {name: (self.before[name][0] - now[name][0], self.before[name][1] - now[name][1]) for name in now}
        self.before = now
        return {name: each for name, each in lost.items() if any(each)}

    async def look(self) -> dict[str, tuple[int, int]]:
        return {
            name: (
                await self.client.fetch_nos_balance(owner=one.address),
                await self.client.fetch_sol_balance(owner=one.address),
            )
            for name, one in self.people.items()
        }


async def books(scene: Scene, wallet: str, **others: Wallet) -> Books:
    kept = Books(scene.operator, {"wallet": scene.net.wallets[wallet], **others}, {})
    kept.before = await kept.look()
    return kept


@asynccontextmanager
async def client_of(scene: Scene, name: str, fee: Wallet | None, **more: object) -> AsyncIterator[NosanaClient]:
    async with NosanaClient(scene.net.network, scene.net.wallets[name], fee_payer=fee, **more) as client:  # type: ignore[arg-type]
        yield client


def owed(*parts: tuple[str, int, int]) -> dict[str, tuple[int, int]]:
    """Sums by name of (name, NOS, lamports), without those that come to nothing."""
    sums: dict[str, tuple[int, int]] = {}
    for name, units, lamports in parts:
        already = sums.get(name, (0, 0))
        sums[name] = already[0] + units, already[1] + lamports
    return {name: each for name, each in sums.items() if any(each)}


def fee_of(receipt: Receipt | None) -> int:
    assert receipt is not None
    assert receipt.fee is not None
    return receipt.fee


# ------------------------------------------------------------ refused


async def test_extending_out_of_another_purse_than_the_deposits(
    scene: Scene, market: Pubkey, patron: Wallet, sponsor: Wallet
) -> None:
    jobs = scene.builder.jobs
    job = (await jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT, payer=patron)).job
    for payer in (None, sponsor):
        with pytest.raises(InputError, match=str(patron.address)):
            await jobs.extend_job(job, by=10, payer=payer)


async def test_a_payer_without_means(scene: Scene, market: Pubkey) -> None:
    poor = Wallet.generate()
    with pytest.raises(InsufficientFundsError, match=str(poor.address)):
        await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT, payer=poor)


async def test_a_raised_price_takes_nothing_of_the_payer(
    scene: Scene, market: Pubkey, patron: Wallet, sponsor: Wallet
) -> None:
    async def raise_price() -> None:
        await scene.operator.markets.update_market(market, job_price=PRICE * 500)

    kept = await books(scene, "builder", patron=patron, sponsor=sponsor)
    wire = Interrupted(scene.net.network, raise_price, before="sendTransaction")
    async with client_of(scene, "builder", sponsor, transport=wire) as client:
        with pytest.raises(BoundExceededError):
            await client.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT, payer=patron)
    assert list(await kept.lost()) == ["sponsor"]  # its fee


async def test_a_fee_payer_who_has_enough_for_one_is_not_asked_for_two(
    scene: Scene, market: Pubkey, staked: None
) -> None:
    """Each makes a NOS account at the fee payer's expense; the first is under way when the second is asked for."""
    sponsor = Wallet.generate()
    await scene.net.airdrop(sponsor.address, WALLET_RENT + 3 * NOS_ACCOUNT_RENT // 2)
    jobs = [await given_up(scene, market) for _ in range(2)]
    refused: list[ReservedFundsError] = []

    async def recover_another() -> None:
        async with client_of(scene, "builder", sponsor) as client:
            with pytest.raises(ReservedFundsError) as caught:
                await client.jobs.recover_job(jobs[1], to=Wallet.generate().address)
        refused.append(caught.value)

    wire = Interrupted(scene.net.network, recover_another, before="sendTransaction")
    async with client_of(scene, "builder", sponsor, transport=wire) as client:
        await client.jobs.recover_job(jobs[0], to=Wallet.generate().address)
    assert (refused[0].wallet, refused[0].unit) == (str(sponsor.address), "lamports")
    assert refused[0].reserved >= NOS_ACCOUNT_RENT
    async with client_of(scene, "builder", None) as client:
        await client.jobs.recover_job(jobs[1])  # once somebody else pays, it goes


async def given_up(scene: Scene, market: Pubkey) -> Pubkey:
    """A job that its host quit."""
    job = (await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)).job
    await scene.host.hosts.join_queue(market)
    await scene.host.hosts.quit_job(job)
    return job


async def test_a_key_stands_for_its_payer_too(scene: Scene, market: Pubkey, patron: Wallet) -> None:
    """In the journal, and by the job's own account where the journal is lost."""
    terms = {"definition_cid": CID, "timeout": TIMEOUT, "idempotency_key": "order-1"}
    for journal in (MemoryJournal(), None):
        async with client_of(scene, "builder", None, journal=journal) as client:
            posted = await client.jobs.post_job(market, payer=patron, **terms)  # type: ignore[arg-type]
            again = await client.jobs.post_job(market, payer=patron, **terms)  # type: ignore[arg-type]
            assert (again.receipt, again.job) == (None, posted.job)
            with pytest.raises(TermsDifferError):
                await client.jobs.post_job(market, **terms)  # type: ignore[arg-type]


async def test_a_budget_counts_what_the_payer_spends(scene: Scene, market: Pubkey, patron: Wallet) -> None:
    budget = Budget(nos=DEPOSIT, per="1d")  # type: ignore[arg-type]
    async with client_of(scene, "builder", None, journal=MemoryJournal(), budget=budget) as client:
        post = client.jobs.post_job
        await post(market, definition_cid=CID, timeout=TIMEOUT, payer=patron)
        with pytest.raises(BudgetExceededError):
            await post(market, definition_cid=CID, timeout=TIMEOUT, payer=patron)
        await post(market, definition_cid=CID, timeout=TIMEOUT)


# ------------------------------------------------------------ every combination


async def test_a_job_that_waits(scene: Scene, market: Pubkey, people: dict[str, Wallet]) -> None:
    for fee, payer in COMBINATIONS:
        await _a_job_that_waits(scene, market, people, (fee, payer))


async def _a_job_that_waits(scene: Scene, market: Pubkey, people: dict[str, Wallet], roles: tuple[str, str]) -> None:
    fee, payer = roles
    kept = await books(scene, "builder", **people)
    async with client_of(scene, "builder", people.get(fee)) as client:
        action = client.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT, payer=people.get(payer))
        quote = await action.quote()
        before = dict(kept.before)
        posted = await action
        assert await kept.lost() == owed((fee, 0, fee_of(posted.receipt)), (payer, DEPOSIT, JOB_RENT))
        assert (quote.deposit, quote.rent) == (DEPOSIT, JOB_RENT)
        assert quote.nos_after == before[payer][0] - DEPOSIT
        assert quote.lamports_after == kept.before[fee][1]
        job = await client.jobs.fetch_job(posted.job)
        assert (job.project, job.payer) == (client.wallet.address, kept.people[payer].address)  # type: ignore[union-attr]

        extended = await client.jobs.extend_job(posted.job, by=TIMEOUT, payer=people.get(payer))
        assert await kept.lost() == owed((fee, 0, fee_of(extended.receipt)), (payer, DEPOSIT, 0))

        stopped = await client.jobs.stop_job(posted.job)
        assert stopped.kind is StopKind.DELISTED
        assert await kept.lost() == owed((fee, 0, fee_of(stopped.receipt)), (payer, -2 * DEPOSIT, -JOB_RENT))


@pytest.mark.usefixtures("staked")
@pytest.mark.parametrize(("fee", "payer"), COMBINATIONS)
async def test_a_job_that_is_given_up(
    scene: Scene, market: Pubkey, people: dict[str, Wallet], fee: str, payer: str
) -> None:
    """The rent of the run is its payer's, whoever the host is; a job that comes back is its own payer's."""
    paying = people.get(payer)
    kept = await books(scene, "host", **people)
    async with (
        client_of(scene, "builder", people["sponsor"]) as builder,
        client_of(scene, "host", people.get(fee)) as host,
    ):
        posted = await builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT, payer=people["patron"])
        await kept.lost()

        joined = await host.hosts.join_queue(market, payer=paying)
        assert await kept.lost() == owed((fee, 0, fee_of(joined.receipt)), (payer, 0, RUN_RENT))
        gone = await host.hosts.quit_job(posted.job)
        assert await kept.lost() == owed((fee, 0, fee_of(gone)), (payer, 0, -RUN_RENT))

        claimed = await host.hosts.claim_job(posted.job, payer=paying)
        assert await kept.lost() == owed((fee, 0, fee_of(claimed.receipt)), (payer, 0, RUN_RENT))
        await host.hosts.quit_job(posted.job, run=claimed.run)
        await kept.lost()

        recovered = await builder.jobs.recover_job(posted.job)
        assert await kept.lost() == owed(("sponsor", 0, fee_of(recovered)), ("patron", -DEPOSIT, -JOB_RENT))


@pytest.mark.usefixtures("staked")
async def test_a_host_that_waits(scene: Scene, market: Pubkey, people: dict[str, Wallet]) -> None:
    for fee, payer in COMBINATIONS:
        await _a_host_that_waits(scene, market, people, (fee, payer))


async def _a_host_that_waits(scene: Scene, market: Pubkey, people: dict[str, Wallet], roles: tuple[str, str]) -> None:
    fee, payer = roles
    """Then the run is paid for by who pays for the job; what is left of the deposit comes back to it."""
    await scene.host.hosts.join_queue(market)
    kept = await books(scene, "builder", **people)
    async with client_of(scene, "builder", people.get(fee)) as builder:
        posted = await builder.jobs.post_job(
            market,
            definition_cid=CID,
            timeout=TIMEOUT,
            payer=people.get(payer),
            host=scene.host.wallet.address,  # type: ignore[union-attr]
        )
        assert posted.run is not None
        assert await kept.lost() == owed((fee, 0, fee_of(posted.receipt)), (payer, DEPOSIT, JOB_RENT + RUN_RENT))
        finished = await scene.host.hosts.finish_job(posted.job, result_cid=RESULT)
        assert finished.paid is not None
        assert await kept.lost() == owed((payer, finished.paid - DEPOSIT, -RUN_RENT))


async def test_a_node_is_registered(scene: Scene, people: dict[str, Wallet]) -> None:
    for fee, payer in COMBINATIONS:
        host = Wallet.generate()  # each registers once
        await scene.net.airdrop(host.address, 10**8)
        await _a_node_is_registered(scene, {"wallet": host, **people}, fee, payer)


async def _a_node_is_registered(scene: Scene, people: dict[str, Wallet], fee: str, payer: str) -> None:
    spec = NodeSpec(
        architecture=1, country=528, cpu=1, gpu=1, memory=1, iops=1, storage=1, endpoint="", icon="", version=""
    )
    kept = Books(scene.operator, people, {})
    kept.before = await kept.look()
    async with NosanaClient(scene.net.network, people["wallet"], fee_payer=people[fee]) as host:
        receipt = await host.nodes.register_node(spec, payer=people[payer])
        lost = await kept.lost()
        rent = sum(lamports for _, lamports in lost.values()) - fee_of(receipt)
        assert rent > 0
        assert lost == owed((fee, 0, fee_of(receipt)), (payer, 0, rent))
        assert (await host.nodes.fetch_node()).authority == people["wallet"].address


async def test_a_wallet_without_sol_or_nos_posts_and_stops(scene: Scene, market: Pubkey, patron: Wallet) -> None:
    bare = Wallet.generate()
    async with NosanaClient(scene.net.network, bare, fee_payer=patron) as client:
        posted = await client.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT, payer=patron)
        assert (await client.jobs.stop_job(posted.job)).kind is StopKind.DELISTED
        assert await client.fetch_sol_balance() == 0


async def test_a_free_market_has_no_payer_to_ask(scene: Scene, patron: Wallet) -> None:
    free = (await scene.operator.markets.open_market(MarketTerms(job_price=0))).market
    jobs = scene.builder.jobs
    posted = await jobs.post_job(free, definition_cid=CID, timeout=TIMEOUT, payer=patron)
    assert (await jobs.extend_job(posted.job, by=5)).timeout == TIMEOUT + 5
