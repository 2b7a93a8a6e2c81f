"""What job events tell of random lives, in both builds of the program, is what the accounts hold after each call."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from behaviour.call import ABSENT, State
from harness.landing import Landing, read_in
from model.addresses import TOKEN_PROGRAM
from model.states import kind_of, tokens_in
from solders.pubkey import Pubkey

from nosana_chain.models.job import Job, JobState, Run
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.jobs.events import JobEvent, JobEventKind, job_events
from nosana_chain.programs.jobs.fold import job_after
from nosana_chain.reading.program_calls import program_calls

KINDS = set(JobEventKind) - {JobEventKind.RETRACTED}
GONE = {JobEventKind.DELISTED, JobEventKind.RECOVERED, JobEventKind.CLEANED}
MAKES_RUN = {JobEventKind.STARTED, JobEventKind.CLAIMED}
CLOSES_RUN = {JobEventKind.ENDED, JobEventKind.FINISHED, JobEventKind.QUIT, JobEventKind.EVICTED}
LEAVES_ACCOUNT = {JobEventKind.QUEUED, JobEventKind.STARTED, JobEventKind.CLAIMED, JobEventKind.EVICTED}


@pytest.fixture(scope="module")
def landings(all_landings: Sequence[Landing]) -> list[Landing]:
    return [one for one in all_landings if one.program == "nosana_jobs"]


def test_every_kind_comes_up_in_both_builds(landings: list[Landing]) -> None:
    seen = {(landing.build, event.kind) for landing in landings for event in _events(landing)}
    assert seen == {(build, kind) for build in ("nosana_jobs", "nosana_jobs_fee") for kind in KINDS}


def test_the_job_after_each_event_is_the_one_on_chain(landings: list[Landing]) -> None:
    for landing in landings:
        known: dict[Pubkey, Job | None] = {}
        for event in (_resolved(event, landing) for event in _events(landing)):
            if event.address is None or event.kind is JobEventKind.MARKET_CLOSED:
                continue
            old = known.get(event.address, _job(landing.before, event.address, event.run))
            known[event.address] = job_after(old, event)
        for address, new in known.items():
            expected = _job(landing.after, address, _last_run(landing))
            assert new == expected or _has_no_price(landing), landing.name


def test_events_alone_never_tell_anything_else_than_the_chain(landings: list[Landing]) -> None:
    known: dict[tuple[int, Pubkey], Job | None] = {}
    told: Counter[JobEventKind] = Counter()
    for landing in landings:
        for event in _events(landing) if landing.lasts else ():
            if event.address is None:
                continue
            at = id(landing.life), event.address
            known[at] = new = job_after(known.get(at), event)
            if new is not None and event.kind is not JobEventKind.MARKET_CLOSED:
                told[event.kind] += 1
                assert _stored(new) == _job(landing.after, event.address, None), landing.name
    assert set(told) == KINDS - GONE - {JobEventKind.MARKET_CLOSED, JobEventKind.EVICTED}


def test_each_changed_job_and_run_has_its_event(landings: list[Landing]) -> None:
    for landing in landings:
        events = [_resolved(event, landing) for event in _events(landing)]
        jobs = {event.address for event in events}
        changes = [(address, old, new) for address, old, new in landing.changed()]
        assert {one for one, old, new in changes if "Job" in (kind_of(old), kind_of(new))} <= jobs, landing.name
        assert _runs(events, MAKES_RUN) == {one for one, _, new in changes if kind_of(new) == "Run"}, landing.name
        assert _runs(events, CLOSES_RUN) == {one for one, old, _ in changes if kind_of(old) == "Run"}, landing.name


def test_amounts_are_what_the_vault_gained_and_lost(landings: list[Landing]) -> None:
    fees: Counter[str] = Counter()
    for landing in landings:
        for event in _events(landing):
            fees[landing.build] += event.network_fee or 0
        moved = sum((one.deposit or 0) - (one.paid or 0) - (one.refunded or 0) for one in _events(landing))
        assert moved == _gained(landing), landing.name
    assert fees["nosana_jobs"] == 0
    assert fees["nosana_jobs_fee"] > 0


def _events(landing: Landing) -> tuple[JobEvent, ...]:
    return job_events(landing.landed, network=LOCALNET)


def _resolved(event: JobEvent, landing: Landing) -> JobEvent:
    """The event with what its run account tells."""
    record = next(
        (one for one in (read_in(landing.before, event.run, Run), read_in(landing.after, event.run, Run)) if one), None
    )
    if record is None:
        return event
    return replace(event, address=event.address or record.job, host=event.host or record.node)


def _job(state: State, address: Pubkey, run: Pubkey | None) -> Job | None:
    job = read_in(state, address, Job)
    return job.with_run(read_in(state, run, Run)) if job else None


def _stored(job: Job) -> Job:
    """What of a job stands in its account."""
    return replace(job, run=None, state=JobState.QUEUED if job.state is JobState.RUNNING else job.state)


def _last_run(landing: Landing) -> Pubkey | None:
    return next((event.run for event in reversed(_events(landing)) if event.kind in MAKES_RUN), None)


def _has_no_price(landing: Landing) -> bool:
    """Of a job of 0 seconds, only whether it is free can be seen."""
    return any(event.timeout == 0 and event.price is None for event in _events(landing))


def _runs(events: list[JobEvent], kinds: set[JobEventKind]) -> set[Pubkey | None]:
    return {event.run for event in events if event.kind in kinds}


def _gained(landing: Landing) -> int:
    """What the vault that the call names has more than before."""
    [call] = program_calls(landing.landed, "jobs", network=LOCALNET)
    vault = call.accounts.get("vault")
    if vault is None:
        return 0
    before, after = (state.get(vault, ABSENT) for state in (landing.before, landing.after))
    return sum(
        tokens_in(account) * sign for account, sign in ((after, 1), (before, -1)) if account.owner == TOKEN_PROGRAM
    )
