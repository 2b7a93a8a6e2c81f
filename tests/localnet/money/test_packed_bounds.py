"""Many posts in a transaction where no amount bounds all of them: each has its own, and none pays more than seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from harness.in_process import InProcessChain
from harness.in_process_stage import Stage, stage_on
from solders.account import Account
from stage import CID, PRICE

from nosana_chain.bindings.jobs.accounts import MarketAccount
from nosana_chain.engine.action import Action
from nosana_chain.errors import BoundExceededError, NotAsQuotedError
from nosana_chain.localnet.genesis import standard_genesis
from nosana_chain.programs.jobs.results import PostedJob

COUNT = 12
FEE_PART = 10


@asynccontextmanager
async def town(*, jobs_fee: bool) -> AsyncIterator[Stage]:
    async with stage_on(InProcessChain(standard_genesis(jobs_fee=jobs_fee))) as stage:
        yield stage


def posts(stage: Stage, timeouts: list[int], **more: Any) -> list[Action[PostedJob]]:
    jobs = stage.builder.jobs
    return [jobs.post_job(stage.market, definition_cid=CID, timeout=timeout, **more) for timeout in timeouts]


def sizes(posted: list[PostedJob]) -> Counter[int]:
    """How many transactions posted so many jobs."""
    receipts = [one.receipt for one in posted]
    shared = Counter(receipt.signature for receipt in receipts if receipt is not None)
    return Counter(shared.values())


def reprice(stage: Stage, price: int) -> None:
    """What an operator does in the moment between simulation and landing."""
    account = stage.chain.account(stage.market)
    assert account is not None
    parsed = dict(MarketAccount.layout.parse(account.data[8:]).items()) | {"job_price": price}
    parsed.pop("_io", None)
    data = (account.data[:8] + MarketAccount.layout.build(parsed)).ljust(len(account.data), b"\0")
    stage.chain.svm.set_account(stage.market, Account(account.lamports, data, account.owner))


@pytest.mark.parametrize(
    ("jobs_fee", "timeouts"),
    [(True, [60] * COUNT), (True, [3600, 61, 60] * (COUNT // 3)), (False, [60, 61, 77] * (COUNT // 3))],
    ids=["fee", "fee and no common measure", "no common measure"],
)
async def test_each_has_a_bound_of_its_own(*, jobs_fee: bool, timeouts: list[int]) -> None:
    async with town(jobs_fee=jobs_fee) as stage:
        before = await stage.builder.fetch_nos_balance()
        posted = await stage.builder.send_all(posts(stage, timeouts))
        paid = before - await stage.builder.fetch_nos_balance()

        deposits = [timeout * PRICE for timeout in timeouts]
        fees = [deposit // FEE_PART if jobs_fee else 0 for deposit in deposits]
        assert [(one.deposit, one.network_fee) for one in posted] == list(zip(deposits, fees, strict=True))
        assert paid == sum(deposits) + sum(fees)
        assert max(sizes(posted)) == 3  # and what is left over, by itself
        assert sum(sizes(posted).values()) <= COUNT // 2


async def test_packs_after_the_first_know_of_the_fee() -> None:
    async with town(jobs_fee=True) as stage:
        await stage.builder.send_all(posts(stage, [60] * COUNT))
        stage.chain.methods.clear()
        posted = await stage.builder.send_all(posts(stage, [60] * COUNT))
        assert sizes(posted) == {3: COUNT // 3}
        assert stage.chain.methods.count("simulateTransaction") == COUNT // 3


@pytest.mark.parametrize("factor", [2, 1000])
async def test_no_dearer_price_takes_more_than_was_seen(factor: int) -> None:
    async with town(jobs_fee=True) as stage:
        await stage.builder.send_all(posts(stage, [60]))
        before = await stage.builder.fetch_nos_balance()

        def overtake(method: str) -> None:
            if method == "sendTransaction":
                stage.chain.before = lambda _method: None
                reprice(stage, PRICE * factor)

        stage.chain.before = overtake
        actions = posts(stage, [60] * 4)
        quotes = [await action.quote() for action in actions]
        told = await stage.builder.send_all(actions)
        paid = before - await stage.builder.fetch_nos_balance()

        assert paid <= sum(quote.total_nos for quote in quotes)
        assert {type(one) for one in told} <= {BoundExceededError, NotAsQuotedError}


async def test_what_may_take_no_fee_is_refused_and_the_rest_is_done() -> None:
    async with town(jobs_fee=True) as stage:
        actions = posts(stage, [60] * 3) + posts(stage, [60], max_nos=60 * PRICE)
        *posted, refused = await stage.builder.send_all(actions)
        assert [one.network_fee for one in posted] == [60 * PRICE // FEE_PART] * 3
        assert isinstance(refused, NotAsQuotedError)
