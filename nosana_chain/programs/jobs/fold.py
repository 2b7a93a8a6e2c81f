"""A job after an event, from the job before it: as the program computes it, or None where nobody can tell. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from solders.pubkey import Pubkey

from nosana_chain.models.job import Job, JobState, Run
from nosana_chain.programs.jobs.events import JobEvent, JobEventKind
from nosana_chain.reading.folds import Fold, as_before, folded, gone
from nosana_chain.units import UnixSeconds


def job_after(old: Job | None, event: JobEvent) -> Job | None:
    """The job after `event`.

    Args:
        old: the job just before, with its run as far as that is known; None where nothing is known, or it wasn't there.
        event: of this job.

    Returns:
        The job as its account has it, with its run; None where it is gone, and where neither `old` nor the event
        tells all of it: when the run began that ends, who works on it, the price of a job of 0 seconds.
    """
    return folded(_FOLDS, old, event)


def run_of(event: JobEvent) -> Run | None:
    """The run account that STARTED or CLAIMED made; None where the event doesn't tell all of it."""
    if event.run is None or event.address is None or event.host is None or event.run_payer is None:
        return None
    if event.time is None or event.kind not in (JobEventKind.STARTED, JobEventKind.CLAIMED):
        return None
    return Run(address=event.run, job=event.address, node=event.host, payer=event.run_payer, time=event.time)


def _posted(_old: Job | None, event: JobEvent) -> Job | None:
    if event.address is None or event.market is None or event.payer is None or event.project is None:
        return None
    if event.price is None or event.timeout is None or event.definition_cid is None:
        return None
    return Job(
        address=event.address,
        definition_cid=event.definition_cid,
        result_cid=None,
        market=event.market,
        payer=event.payer,
        project=event.project,
        price=event.price,
        timeout=event.timeout,
        state=JobState.QUEUED,
        node=None,
        time_start=None,
        time_end=None,
        run=None,
    )


def _running(old: Job | None, event: JobEvent) -> Job | None:
    run = run_of(event)
    return old.with_run(run) if old and run else None


def _extended(old: Job | None, event: JobEvent) -> Job | None:
    return replace(old, timeout=event.timeout) if old and event.timeout is not None else None


def _quit(old: Job | None, event: JobEvent) -> Job | None:
    """A job that several hosts had claimed may have been done already: it stands still all the same."""
    if old is None:
        return None
    run = _other_run(old, event)
    return replace(old, state=JobState.STOPPED, node=None, time_start=None, time_end=None, run=run)


def _evicted(old: Job | None, event: JobEvent) -> Job | None:
    if old is None:
        return None
    run = _other_run(old, event)
    idle = run is None and old.state is JobState.RUNNING
    return replace(old, run=run, state=JobState.QUEUED if idle else old.state)


def _done(old: Job | None, event: JobEvent) -> Job | None:
    if old is None or event.time is None:
        return None
    began, host = _began(old, event), _host(old, event)
    if began is None or host is None:
        return None
    return replace(
        old,
        state=JobState.DONE,
        result_cid=event.result_cid or old.result_cid,  # ENDED brings none, and takes none away
        node=host,
        time_start=began,
        time_end=event.time,
        run=None,
    )


def _result_set(old: Job | None, event: JobEvent) -> Job | None:
    return replace(old, result_cid=event.result_cid) if old else None


def _other_run(old: Job, event: JobEvent) -> Run | None:
    """The run that is left when that of the event is closed."""
    return old.run if old.run and old.run.address != event.run else None


def _began(old: Job, event: JobEvent) -> UnixSeconds | None:
    """When the run began that ends: as the run says, or by what its host was paid for its seconds."""
    if old.run and old.run.address == event.run:
        return old.run.time
    if old.price and event.paid is not None and event.time is not None and event.paid < old.deposit:
        return UnixSeconds(event.time - event.paid // old.price)
    return None


def _host(old: Job, event: JobEvent) -> Pubkey | None:
    if event.host is not None:
        return event.host
    return old.run.node if old.run and old.run.address == event.run else None


_FOLDS: Mapping[JobEventKind, Fold[Job, JobEvent]] = {
    JobEventKind.POSTED: _posted,
    JobEventKind.QUEUED: as_before,
    JobEventKind.STARTED: _running,
    JobEventKind.EXTENDED: _extended,
    JobEventKind.DELISTED: gone,
    JobEventKind.QUIT: _quit,
    JobEventKind.EVICTED: _evicted,
    JobEventKind.CLAIMED: _running,
    JobEventKind.RECOVERED: gone,
    JobEventKind.ENDED: _done,
    JobEventKind.FINISHED: _done,
    JobEventKind.RESULT_SET: _result_set,
    JobEventKind.CLEANED: gone,
    JobEventKind.MARKET_CLOSED: as_before,
}
