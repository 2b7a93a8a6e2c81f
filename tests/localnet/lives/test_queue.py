"""A market's queue: how it fills, empties, and decides races between builders and hosts."""

import pytest
from lives.town import Town, address
from model.layouts import ALLOCATED
from model.states import wallet
from solders.pubkey import Pubkey

CAPACITY = 314
NODES_QUEUE, JOBS_QUEUE, EMPTY_QUEUE = 1, 0, 255


@pytest.fixture
def market(town: Town) -> Pubkey:
    return town.open_market(job_price=10)


def queue_of(town: Town, market: Pubkey) -> list[Pubkey]:
    return list(town.chain.record(market).queue)


def test_a_full_queue_of_jobs_takes_no_further_job(town: Town, builder: Pubkey) -> None:
    market = town.open_market()
    jobs = [town.list_job(market, builder) for _ in range(CAPACITY)]
    full, paid = town.chain.account(market), town.chain.account(builder)
    refused = town.list_job(market, builder, error="AccountDidNotSerialize")
    assert not town.chain.exists(refused)
    assert (town.chain.account(market), town.chain.account(builder)) == (full, paid)
    assert len(full.data) == ALLOCATED["Market"] == 10_224
    assert queue_of(town, market) == jobs


def test_a_full_queue_takes_a_job_again_once_one_has_left(town: Town, builder: Pubkey) -> None:
    market = town.open_market()
    jobs = [town.list_job(market, builder) for _ in range(CAPACITY)]
    town.delist(jobs[7])
    last = town.list_job(market, builder)
    assert queue_of(town, market) == [*jobs[:7], *jobs[8:], last]


def test_a_full_queue_of_hosts_takes_no_further_host(town: Town) -> None:
    market = town.open_market()
    hosts = [town.wallet(f"host {number}") for number in range(CAPACITY + 1)]
    for host in hosts:
        town.stake(host)
    for host in hosts[:CAPACITY]:
        town.work(market, host)
    town.work(market, hosts[CAPACITY], error="AccountDidNotSerialize")
    assert queue_of(town, market) == hosts[:CAPACITY]


def test_a_host_waits_only_once(town: Town, market: Pubkey, host: Pubkey) -> None:
    town.work(market, host)
    town.work(market, host, error="NodeAlreadyQueued")
    town.stop(market, host)
    town.stop(market, host, error="MarketInWrongState")
    town.work(market, host)
    assert queue_of(town, market) == [host]


def test_a_host_with_no_stake_does_not_get_in(town: Town, market: Pubkey) -> None:
    stranger = town.wallet("stranger")
    town.work(market, stranger, error="AccountNotInitialized")
    assert queue_of(town, market) == []


def test_a_run_key_that_was_sent_lamports_is_spoiled(town: Town, market: Pubkey, builder: Pubkey) -> None:
    run = address("a run key that a stranger knows")
    town.chain.place({run: wallet(sol=1)})
    town.list_job(market, builder, run=run, error="LamportsNonNull")
    assert queue_of(town, market) == []


def test_list_before_work_uses_the_run_of_the_host(town: Town, market: Pubkey, builder: Pubkey, host: Pubkey) -> None:
    job = town.list_job(market, builder)
    assert not town.chain.exists(town.run_of(job))
    assert town.chain.record(market).queue_type == JOBS_QUEUE
    run = town.work(market, host)
    matched = town.chain.record(run)
    assert (matched.job, matched.node, matched.payer, matched.time) == (job, host, host, town.chain.clock)
    assert (town.chain.record(market).queue_type, queue_of(town, market)) == (EMPTY_QUEUE, [])


def test_work_before_list_uses_the_run_of_the_builder(
    town: Town, market: Pubkey, builder: Pubkey, host: Pubkey
) -> None:
    unused = town.work(market, host)
    assert not town.chain.exists(unused)
    assert town.chain.record(market).queue_type == NODES_QUEUE
    job = town.list_job(market, builder)
    matched = town.chain.record(town.run_of(job))
    assert (matched.job, matched.node, matched.payer, matched.time) == (job, host, builder, town.chain.clock)
    assert (town.chain.record(market).queue_type, queue_of(town, market)) == (EMPTY_QUEUE, [])


def test_two_jobs_and_one_host(town: Town, market: Pubkey, builder: Pubkey, host: Pubkey) -> None:
    first, second = town.list_job(market, builder), town.list_job(market, builder)
    run = town.work(market, host)
    assert town.chain.record(run).job == first
    assert queue_of(town, market) == [second]
    other_run = town.work(market, host)
    assert town.chain.record(other_run).job == second
    assert town.chain.record(market).queue_type == EMPTY_QUEUE


def test_two_hosts_and_one_job(town: Town, market: Pubkey, builder: Pubkey, host: Pubkey, second_host: Pubkey) -> None:
    town.work(market, host)
    town.work(market, second_host)
    job = town.list_job(market, builder)
    assert town.chain.record(town.run_of(job)).node == host
    assert queue_of(town, market) == [second_host]


def test_assign_chooses_from_the_middle_of_the_queue(
    town: Town, market: Pubkey, builder: Pubkey, host: Pubkey, second_host: Pubkey
) -> None:
    town.assign(market, builder, host, error="MarketInWrongState")
    town.work(market, host)
    town.assign(market, builder, second_host, error="NotInMarketQueue")
    town.work(market, second_host)
    job = town.assign(market, builder, second_host)
    assert town.chain.record(town.run_of(job)).node == second_host
    assert queue_of(town, market) == [host]


def test_delist_after_a_match_fails_and_end_works(town: Town, market: Pubkey, builder: Pubkey, host: Pubkey) -> None:
    job = town.list_job(market, builder)
    run = town.work(market, host)
    town.delist(job, error="MarketInWrongState")
    other = town.list_job(market, builder)
    town.delist(job, error="NotInMarketQueue")
    town.end(job, run)
    town.delist(other)
    assert not town.chain.exists(other)


def test_work_after_delist_waits(town: Town, market: Pubkey, builder: Pubkey, host: Pubkey) -> None:
    job = town.list_job(market, builder)
    town.delist(job)
    run = town.work(market, host)
    assert not town.chain.exists(run)
    assert queue_of(town, market) == [host]
