"""The job after events that are rare, or that tell too little: what is known, and None for what isn't."""

from dataclasses import replace
from typing import Any

import pytest
from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.cid import cid_of
from nosana_chain.models.event import Place, retracted
from nosana_chain.models.job import Job, JobState, Run
from nosana_chain.programs.jobs.events import JobEvent, JobEventKind
from nosana_chain.programs.jobs.fold import job_after, run_of
from nosana_chain.units import NosUnits, Seconds, UnixSeconds

JOB, RUN, OTHER_RUN, HOST, OTHER, MARKET = (Pubkey(letter.encode() * 32) for letter in "jrqhom")
RESULT, OTHER_RESULT = cid_of(b"result"), cid_of(b"another")
START, NOW = UnixSeconds(1_700_000_000), UnixSeconds(1_700_000_060)


def run(address: Pubkey = RUN, node: Pubkey = HOST) -> Run:
    return Run(address=address, job=JOB, node=node, payer=OTHER, time=START)


WAITING = Job(
    address=JOB,
    definition_cid=cid_of(b"{}"),
    result_cid=None,
    market=MARKET,
    payer=OTHER,
    project=OTHER,
    price=NosUnits(10),
    timeout=Seconds(600),
    state=JobState.QUEUED,
    node=None,
    time_start=None,
    time_end=None,
    run=None,
)
RUNNING = WAITING.with_run(run())
DONE = replace(WAITING, state=JobState.DONE, result_cid=RESULT, node=HOST, time_start=START, time_end=NOW, run=None)


def event(kind: JobEventKind, **facts: Any) -> JobEvent:
    usual: dict[str, Any] = {"address": JOB, "run": RUN, "time": NOW} | facts
    return JobEvent(kind=kind, slot=7, signature=Signature.default(), place=Place(0), **usual)


ENDED, FINISHED = JobEventKind.ENDED, JobEventKind.FINISHED


def test_a_run_that_is_known_tells_when_it_began_and_whose_it_is() -> None:
    after = replace(DONE, result_cid=None)
    assert job_after(RUNNING, event(ENDED)) == after
    assert job_after(RUNNING, event(FINISHED, host=HOST, result_cid=RESULT)) == DONE


def test_what_the_host_was_paid_tells_when_its_run_began() -> None:
    paid = event(FINISHED, host=HOST, result_cid=RESULT, paid=600)
    assert job_after(WAITING, paid) == DONE
    assert job_after(WAITING, replace(paid, paid=NosUnits(6_000))) is None  # the whole timeout, or any time more
    assert job_after(WAITING, replace(paid, paid=None)) is None
    assert job_after(replace(WAITING, price=NosUnits(0)), replace(paid, paid=NosUnits(0))) is None
    assert job_after(WAITING, replace(paid, kind=ENDED, host=None, result_cid=None)) is None  # nobody tells whose run


@pytest.mark.parametrize("kind", [ENDED, FINISHED])
def test_another_run_than_the_known_one_tells_nothing(kind: JobEventKind) -> None:
    assert job_after(WAITING.with_run(run(OTHER_RUN)), event(kind)) is None


@pytest.mark.parametrize("kind", set(JobEventKind) - {JobEventKind.POSTED, JobEventKind.RETRACTED})
def test_of_a_job_that_is_not_known_nothing_is_told(kind: JobEventKind) -> None:
    assert job_after(None, event(kind, host=HOST, run_payer=OTHER, timeout=9, result_cid=RESULT, paid=0)) is None


@pytest.mark.parametrize("kind", [ENDED, FINISHED, JobEventKind.STARTED, JobEventKind.CLAIMED])
def test_without_the_time_of_the_block_no_times_are_made_up(kind: JobEventKind) -> None:
    assert job_after(RUNNING, event(kind, time=None, host=HOST, run_payer=OTHER, result_cid=RESULT)) is None


def test_a_job_that_is_done_may_end_once_more_by_a_run_that_is_told() -> None:
    again = event(ENDED, run=OTHER_RUN)
    assert job_after(DONE, again) is None
    assert job_after(DONE, again, run=run(OTHER_RUN, OTHER)) == replace(DONE, node=OTHER)
    assert job_after(DONE, again, run=run(RUN, OTHER)) is None
    assert job_after(RUNNING, event(JobEventKind.QUIT, run=OTHER_RUN), run=run(OTHER_RUN)) == replace(
        RUNNING, state=JobState.STOPPED
    )


def test_of_several_claims_of_a_job_the_last_to_end_counts_and_a_result_stays() -> None:
    again = event(ENDED, run=OTHER_RUN)
    claimed = replace(DONE, state=JobState.STOPPED, run=run(OTHER_RUN, OTHER))
    assert job_after(claimed, again) == replace(DONE, node=OTHER)
    finished = event(FINISHED, run=OTHER_RUN, host=OTHER, result_cid=OTHER_RESULT)
    assert job_after(claimed, finished) == replace(DONE, node=OTHER, result_cid=OTHER_RESULT)


def test_giving_up_leaves_what_is_known_of_another_run() -> None:
    stopped = replace(WAITING, state=JobState.STOPPED)
    assert job_after(RUNNING, event(JobEventKind.QUIT)) == stopped
    claimed = stopped.with_run(run(OTHER_RUN))
    assert job_after(claimed, event(JobEventKind.QUIT)) == claimed
    assert job_after(DONE, event(JobEventKind.QUIT)) == replace(stopped, result_cid=RESULT)


def test_a_job_whose_run_the_admin_took_waits_in_no_queue() -> None:
    evicted = event(JobEventKind.EVICTED)
    assert job_after(RUNNING, evicted) == WAITING
    stopped = replace(WAITING, state=JobState.STOPPED)
    assert job_after(stopped.with_run(run()), evicted) == stopped
    assert job_after(RUNNING, replace(evicted, run=OTHER_RUN)) == RUNNING
    assert job_after(DONE, evicted) == DONE


def test_a_run_account_is_told_only_whole() -> None:
    started = event(JobEventKind.STARTED, host=HOST, run_payer=OTHER)
    assert run_of(started) == replace(run(), time=NOW)
    for missing in ("address", "run", "host", "run_payer", "time"):
        assert run_of(replace(started, **{missing: None})) is None
    assert run_of(replace(started, kind=JobEventKind.FINISHED)) is None


def test_what_is_taken_back_leaves_the_job_as_it_was() -> None:
    finished = replace(event(FINISHED, host=HOST, result_cid=RESULT), old=RUNNING, new=DONE)
    assert job_after(DONE, retracted(finished)) == RUNNING
