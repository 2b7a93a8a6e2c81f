"""What a job costs and when it can be cleaned, where clocks and accounts are odd."""

from __future__ import annotations

from dataclasses import replace

import pytest
from solders.pubkey import Pubkey

from nosana_chain.models.job import Job, JobState, Run
from nosana_chain.models.market import Market, QueueKind
from nosana_chain.programs.jobs.balances import Earnings, Spending
from nosana_chain.programs.jobs.formulas import JobProgress, QueuePlace, cleanable_from, cost, elapsed, position_in
from nosana_chain.units import NosUnits, Seconds, UnixSeconds, XNos

KEYS = [Pubkey(bytes([n]) * 32) for n in range(1, 6)]
JOB_AT, RUN_AT, MARKET_AT, ME, HOST = KEYS
BEGAN = UnixSeconds(1_700_000_000)
RUN = Run(address=RUN_AT, job=JOB_AT, node=HOST, payer=HOST, time=BEGAN)
WAITING = Job(
    address=JOB_AT,
    definition_cid="",
    result_cid=None,
    market=MARKET_AT,
    payer=ME,
    project=ME,
    price=NosUnits(7),
    timeout=Seconds(100),
    state=JobState.QUEUED,
    node=None,
    time_start=None,
    time_end=None,
    run=None,
)
RUNNING = WAITING.with_run(RUN)
DONE = replace(WAITING, state=JobState.DONE, node=HOST, time_start=BEGAN, time_end=UnixSeconds(BEGAN + 30))


def market(*queue: Pubkey, expiration: int = 50) -> Market:
    return Market(
        address=MARKET_AT,
        authority=ME,
        job_expiration=Seconds(expiration),
        job_price=NosUnits(7),
        job_timeout=Seconds(0),
        job_type=0,
        vault=ME,
        node_access_key=None,
        node_xnos_minimum=XNos(0),
        queue_kind=QueueKind.JOBS,
        queue=queue,
        queue_capacity=314,
    )


def at(seconds: int, job: Job = RUNNING) -> JobProgress:
    return JobProgress(job=job, now=UnixSeconds(BEGAN + seconds), place=None)


@pytest.mark.parametrize(
    ("seconds", "ran", "costs"), [(-5, 0, 0), (0, 0, 0), (99, 99, 693), (100, 100, 700), (500, 500, 700)]
)
def test_what_a_running_job_costs(seconds: int, ran: int, costs: int) -> None:
    now = UnixSeconds(BEGAN + seconds)
    assert (elapsed(RUNNING, now=now), cost(RUNNING, now=now)) == (ran, costs)


def test_a_job_that_is_over_costs_what_it_did_whatever_the_time() -> None:
    assert {(at(seconds, DONE).cost, at(seconds, DONE).refund) for seconds in (0, 30, 10**9)} == {(210, 490)}
    assert at(10**9, DONE).ends_at == DONE.time_end


@pytest.mark.parametrize("state", JobState)
def test_only_a_job_that_should_wait_or_run_can_be_stranded(state: JobState) -> None:
    progress = at(5, replace(WAITING, state=state))
    assert progress.is_stranded == (state is JobState.QUEUED)


def test_a_job_is_cleaned_a_second_after_its_expiration() -> None:
    assert DONE.time_end is not None
    assert cleanable_from(DONE, market()) == DONE.time_end + 51
    assert cleanable_from(DONE, market(expiration=0)) == DONE.time_end + 1
    assert cleanable_from(RUNNING, market()) is None


def test_places_count_from_one() -> None:
    full = market(HOST, JOB_AT, ME)
    assert [position_in(full, one) for one in (HOST, JOB_AT, ME, RUN_AT)] == [1, 2, 3, None]
    place = QueuePlace.of(full, JOB_AT)
    assert place == QueuePlace(market=MARKET_AT, address=JOB_AT, position=2, waiting=3)
    assert place.ahead == 1
    assert QueuePlace.of(full, RUN_AT) is None


def test_sums_take_each_job_for_what_it_is() -> None:
    now = UnixSeconds(BEGAN + 40)
    given_up = replace(WAITING, state=JobState.STOPPED)
    claimed = given_up.with_run(RUN)
    spent = Spending(now=now, jobs=(WAITING, RUNNING, DONE, given_up, claimed))
    assert (spent.paid, spent.accruing, spent.locked, spent.recoverable) == (210, 560, 2_800, 700)
    earned = Earnings(host=HOST, now=now, finished=(DONE, DONE), running=(RUNNING,))
    assert (earned.paid, earned.accruing) == (420, 280)
    assert [earned.paid_between(BEGAN, end) for end in (BEGAN + 30, BEGAN + 31)] == [0, 420]
    assert spent.paid_between(BEGAN + 31, BEGAN + 99) == 0
