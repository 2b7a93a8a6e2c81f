"""What a watcher knows of jobs: from events, and from accounts that were looked at before or after them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from solders.account import Account
from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.bindings.jobs.accounts import JobAccount, RunAccount
from nosana_chain.models.event import Place
from nosana_chain.models.job import JobState
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.jobs.events import JobEvent, JobEventKind
from nosana_chain.programs.jobs.job_teller import JobFilter
from nosana_chain.programs.jobs.known import KnownJobs, Remembered
from nosana_chain.units import NosUnits, Seconds, UnixSeconds
from nosana_chain.wire.accounts import Sight

JOB, RUN, MARKET, PROJECT, PAYER, HOST = (Pubkey(bytes([number]) * 32) for number in range(1, 7))
CID = "QmYBbVdWFgfoTEdPT7mnaXJz6zQzfKb1Pts4A5B9kDMBph"


def event(kind: JobEventKind, slot: int = 5, **facts: object) -> JobEvent:
    told = {"address": JOB, "time": UnixSeconds(slot), **facts}
    return JobEvent(kind=kind, slot=slot, signature=Signature.default(), place=Place(slot), **told)  # type: ignore[arg-type]


POSTED = event(
    JobEventKind.POSTED,
    market=MARKET,
    project=PROJECT,
    payer=PAYER,
    price=NosUnits(2),
    timeout=Seconds(60),
    definition_cid=CID,
)
STARTED = event(JobEventKind.STARTED, 6, address=None, market=MARKET, run=RUN, run_payer=PAYER, host=HOST)


def account(layout: object, **fields: object) -> Account:
    """An account of the jobs program."""
    values = {
        "ipfs_job": [1] * 32, "ipfs_result": [0] * 32, "market": MARKET, "node": HOST, "payer": PAYER, "price": 2,
        "project": PROJECT, "state": 0, "time_end": 0, "time_start": 0, "timeout": 60, "job": JOB, "time": 9,
    } | fields  # fmt: skip
    names = [name for name in layout.__dataclass_fields__ if name in values]  # type: ignore[attr-defined]
    made = layout(**{name: values[name] for name in names})  # type: ignore[operator]
    body = layout.layout.build({name: getattr(made, name) for name in names})  # type: ignore[attr-defined]
    return Account(1, layout.discriminator + body, LOCALNET.programs.jobs)  # type: ignore[attr-defined]


@pytest.fixture
def known() -> KnownJobs:
    return KnownJobs(LOCALNET)


def test_a_job_is_known_from_its_posting_on(known: KnownJobs) -> None:
    posted = known.tell(POSTED)
    assert (posted.old, posted.new and posted.new.state) == (None, JobState.QUEUED)
    known.see_run_job(RUN, JOB)
    started = known.tell(STARTED)
    assert (started.address, started.project) == (JOB, PROJECT)
    assert started.old == posted.new
    assert started.new is not None
    assert (started.new.state, started.new.run and started.new.run.node) == (JobState.RUNNING, HOST)
    ended = known.tell(event(JobEventKind.ENDED, 7, run=RUN, paid=NosUnits(2), refunded=NosUnits(118)))
    assert ended.host == HOST, "by its run"
    assert ended.new is not None
    assert (ended.new.state, ended.new.node) == (JobState.DONE, HOST)
    assert known.tell(event(JobEventKind.CLEANED, 8)).new is None


def test_runs_and_jobs_that_must_be_looked_at(known: KnownJobs) -> None:
    events = [STARTED, replace(STARTED, address=JOB)]
    assert known.strange_runs(events) == [RUN]
    assert known.strange_jobs([event(JobEventKind.QUIT), POSTED]) == [], "told in the same look"
    assert known.strange_jobs([event(JobEventKind.QUIT)]) == [JOB]
    known.see_runs([RUN], Sight(9, {RUN: None}))
    assert known.strange_runs(events) == []
    assert known.lost_runs([STARTED]) == [RUN]


def test_a_job_that_was_looked_at_is_known_after_what_it_holds(known: KnownJobs) -> None:
    run = account(RunAccount)
    known.see_runs([RUN], Sight(9, {RUN: run}))
    known.see_jobs([JOB], Sight(9, {JOB: account(JobAccount, node=Pubkey.default()), RUN: run}))
    before = known.tell(event(JobEventKind.EXTENDED, 9, timeout=Seconds(60)))
    assert (before.old, before.new, before.market) == (None, None, MARKET)
    after = known.tell(event(JobEventKind.EXTENDED, 10, timeout=Seconds(99)))
    assert after.old is not None
    assert after.new is not None
    assert (after.old.timeout, after.new.timeout, after.old.state) == (60, 99, JobState.RUNNING)


def test_a_job_that_may_run_or_wait_is_not_guessed_at(known: KnownJobs) -> None:
    known.see_jobs([JOB], Sight(9, {JOB: account(JobAccount, node=Pubkey.default())}))
    assert known[JOB].market == MARKET
    assert known[JOB].job is None


def test_what_is_taken_back_was_never_known(known: KnownJobs) -> None:
    posted = known.tell(POSTED)
    extended = known.tell(event(JobEventKind.EXTENDED, 6, timeout=Seconds(99)))
    known.take_back(extended)
    again = known.tell(event(JobEventKind.EXTENDED, 7, timeout=Seconds(70)))
    assert again.old == posted.new


def test_what_was_heard_of_longest_ago_is_forgotten() -> None:
    table: Remembered[int, int] = Remembered(3)
    for number in (1, 2, 3, 1, 4):
        table[number] = number
    assert sorted(table) == [1, 3, 4]


FULL = event(JobEventKind.FINISHED, market=MARKET, project=PROJECT, payer=PAYER, host=HOST)


@pytest.mark.parametrize("name", ["market", "project", "payer", "host", "job"])
def test_filters(name: str) -> None:
    value = JOB if name == "job" else getattr(FULL, name)
    assert JobFilter(**{name: value}).fits(FULL)
    assert not JobFilter(**{name: RUN}).fits(FULL)
    assert JobFilter().fits(FULL)
    closed = event(JobEventKind.MARKET_CLOSED, address=MARKET, market=MARKET)
    assert JobFilter(**{name: value}).fits(closed) is (name in ("market", "job"))
    assert JobFilter(**{name: value}).words() != JobFilter(**{name: RUN}).words()
