"""The facade for code without `async`, on a network."""

from __future__ import annotations

import asyncio
import inspect
import pydoc
import threading
from collections.abc import Iterator
from itertools import islice

import pytest
from solders.pubkey import Pubkey
from stage import CID, PRICE, RESULT

from nosana_chain import (
    JobEventKind,
    MarketTerms,
    NotFoundError,
    RpcClosedError,
    SyncAction,
    SyncClient,
    SyncLocalnet,
    SyncSweep,
    nos,
)
from nosana_chain.units import DAY


@pytest.fixture(scope="module")
def net() -> Iterator[SyncLocalnet]:
    with SyncLocalnet.start(slot_ms=50) as running:
        yield running


@pytest.fixture
def client(net: SyncLocalnet) -> Iterator[SyncClient]:
    with SyncClient(net.network, net.wallets["builder"]) as opened:
        yield opened


@pytest.fixture
def market(net: SyncLocalnet) -> Pubkey:
    with SyncClient(net.network, net.wallets["operator"]) as operator:
        return operator.markets.open_market(MarketTerms(job_price=PRICE)).market


def test_a_job_is_posted_hosted_and_finished(net: SyncLocalnet, client: SyncClient, market: Pubkey) -> None:
    before = client.fetch_nos_balance()
    posted = client.jobs.post_job(market, definition_cid=CID, timeout=60)
    assert before - client.fetch_nos_balance() == posted.deposit == 60 * PRICE
    with SyncClient(net.network, net.wallets["host"]) as host:
        host.stakes.stake(nos("1000"), duration=14 * DAY)
        host.hosts.join_queue(market)
        net.warp(30)
        host.hosts.finish_job(posted.job, result_cid=RESULT)
    waited = client.jobs.wait_for(posted.job, until="done", within=10)
    assert waited.is_as_awaited
    assert client.jobs.fetch_job(posted.job).result_cid == RESULT


def test_what_is_kept_is_looked_at_first_and_done_once(client: SyncClient, market: Pubkey) -> None:
    action = client.jobs.post_job.action(market, definition_cid=CID, timeout=60, max_nos=nos("1"))
    assert isinstance(action, SyncAction)
    assert "post_job" in repr(action)
    assert action.quote().deposit == 60 * PRICE
    assert "post_job" not in str(action.dry_run())
    assert len(action.unsigned()) > 100
    before = client.fetch_nos_balance()
    posted = action.send()
    assert action.send() == posted
    assert before - client.fetch_nos_balance() == posted.deposit
    assert action.idempotency_key is not None


def test_many_are_sent_at_once(client: SyncClient, market: Pubkey) -> None:
    actions = [client.jobs.post_job.action(market, definition_cid=CID, timeout=60 + n) for n in range(3)]
    posted = client.send_all(actions)
    assert [one.deposit for one in posted] == [(60 + n) * PRICE for n in range(3)]


def test_events_come_from_an_ordinary_iterator(client: SyncClient, market: Pubkey) -> None:
    with client.jobs.watch_jobs(market=market) as watch:
        assert watch.wait(within=0.05) is None
        posted = client.jobs.post_job(market, definition_cid=CID, timeout=60)
        event = next(iter(watch))
        assert (event.kind, event.address) == (JobEventKind.POSTED, posted.job)
        assert watch.cursor == event.cursor
    with client.jobs.watch_jobs(market=market, since=watch.cursor) as later:
        client.jobs.stop_job(posted.job)
        kinds = [event.kind for event in islice(later, 2)]
        assert kinds == [JobEventKind.QUEUED, JobEventKind.DELISTED]


def test_errors_are_the_same_and_lead_to_the_line_that_called(client: SyncClient) -> None:
    with pytest.raises(NotFoundError) as caught:
        client.jobs.fetch_job(Pubkey.new_unique())
    assert any(entry.path.name == "test_sync_client.py" for entry in caught.traceback)
    assert any(entry.path.name == "queries.py" for entry in caught.traceback)


def test_a_sweep_finds_and_gets_back(net: SyncLocalnet, market: Pubkey) -> None:
    with SyncClient(net.network, net.wallets["authority"]) as client:
        net.mint_nos(net.wallets["authority"].address, nos("10"))
        posted = client.jobs.post_job(market, definition_cid=CID, timeout=60)
        sweep = SyncSweep(client)
        assert posted.job not in {finding.address for finding in sweep.find()}
        assert sweep.run().failed == ()


def test_it_works_where_a_loop_runs_already(net: SyncLocalnet) -> None:
    """As in a notebook, whose cells run in a loop."""

    async def cell() -> int:
        with SyncClient(net.network, net.wallets["staker"]) as client:
            return client.fetch_sol_balance()

    assert asyncio.run(cell()) > 0


def test_no_thread_is_left_behind(net: SyncLocalnet) -> None:
    before = set(threading.enumerate())
    client = SyncClient(net.network, net.wallets["staker"])
    client.fetch_sol_balance()
    watch = client.stakes.watch_stake()
    watch.start()
    client.close()
    watch.close()
    assert set(threading.enumerate()) <= before
    with pytest.raises(RpcClosedError):
        client.fetch_sol_balance()


def test_people_and_their_editors_are_told_what_a_method_takes(client: SyncClient) -> None:
    told = inspect.signature(client.jobs.post_job)
    asked = inspect.signature(client.jobs.asynchronous.post_job)
    assert told.parameters == asked.parameters
    assert list(told.parameters)[:3] == ["market", "definition_cid", "timeout"]
    assert told.return_annotation == "PostedJob"
    assert "Safe to retry" in str(client.jobs.post_job.__doc__)
    page = pydoc.render_doc(client.jobs.post_job, renderer=pydoc.plaintext)
    assert "post_job(market: 'AddressLike', *, definition_cid: 'str'" in page
    assert "Post a job: the price of its whole timeout is locked" in pydoc.render_doc(type(client.jobs))
    assert "post_job" in dir(client.jobs)
