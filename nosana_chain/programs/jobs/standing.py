"""Where a job stands, for somebody who waits for it: by its account, or by what became of it where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.models.job import Job, JobState, Run
from nosana_chain.one_line import one_line
from nosana_chain.programs.jobs.events import JobEvent, JobEventKind


class JobStanding(StrEnum):
    """Where a job stands, also after its account is gone."""

    QUEUED = "queued"  #: it waits for a host
    RUNNING = "running"  #: a host works on it
    STOPPED = "stopped"  #: its host gave up, and no other one has claimed it yet
    DONE = "done"  #: finished by its host, or ended by its project
    STRANDED = "stranded"  #: it neither waits nor runs, and never will: its host was evicted, or its market closed
    DELISTED = "delisted"  #: taken back while it waited
    RECOVERED = "recovered"  #: taken back after its host gave up
    CLEANED = "cleaned"  #: its account was closed after it was done, or by the network's admin
    GONE = "gone"  #: its account was closed, and the endpoint doesn't tell how


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class WaitedJob:
    """How a wait for a job ended.

    Attributes:
        address: the job.
        awaited: what was waited for.
        standing: where it stands. Not as awaited where that can't come any more: look at `is_as_awaited`.
        job: the job as it was seen last, with its run as far as the endpoint tells it; None where it was never seen.
        signature: of the transaction that closed its account; None where it wasn't, or the endpoint doesn't tell.
    """

    address: Pubkey
    awaited: str
    standing: JobStanding
    job: Job | None
    signature: Signature | None = None

    @property
    def is_as_awaited(self) -> bool:
        """Whether what was waited for has come about."""
        return self.standing in REACHED[self.awaited]


_OVER = (JobStanding.DELISTED, JobStanding.RECOVERED, JobStanding.CLEANED, JobStanding.GONE)
#: What can be waited for, and where a job stands then. One that is done has run.
REACHED: Mapping[str, tuple[JobStanding, ...]] = {
    "queued": (JobStanding.QUEUED,),
    "running": (JobStanding.RUNNING, JobStanding.DONE),
    "stopped": (JobStanding.STOPPED,),
    "done": (JobStanding.DONE,),
    "gone": _OVER,
}
#: Where nothing that is waited for can come any more.
ENDS: Mapping[str, tuple[JobStanding, ...]] = {
    "queued": (*_OVER, JobStanding.STRANDED, JobStanding.RUNNING, JobStanding.STOPPED, JobStanding.DONE),
    "running": (*_OVER, JobStanding.STRANDED),
    "stopped": (*_OVER, JobStanding.STRANDED, JobStanding.DONE),
    "done": (*_OVER, JobStanding.STRANDED),
    "gone": (),
}
_ENDED_BY = {
    JobEventKind.DELISTED: JobStanding.DELISTED,
    JobEventKind.RECOVERED: JobStanding.RECOVERED,
    JobEventKind.CLEANED: JobStanding.CLEANED,
}


def standing_of(job: Job, *, run: Run | None, waits: bool, may_run: bool) -> JobStanding:
    """Where a job stands whose account is there.

    Args:
        job: as its account says.
        run: its run of the same moment; None where there is none, or it isn't known.
        waits: it is in its market's queue.
        may_run: it may have a run that isn't known.
    """
    if job.state is JobState.DONE:
        return JobStanding.DONE
    if run is not None:
        return JobStanding.RUNNING
    if job.state is JobState.STOPPED:
        return JobStanding.STOPPED
    if waits:
        return JobStanding.QUEUED
    return JobStanding.RUNNING if may_run else JobStanding.STRANDED


def ended_by(event: JobEvent | None) -> tuple[JobStanding, Signature | None]:
    """What became of a job whose account is gone, by the last thing that happened to it."""
    if event is None or event.kind not in _ENDED_BY:
        return JobStanding.GONE, None
    return _ENDED_BY[event.kind], event.signature


def as_running(job: Job) -> Job:
    """A job that runs, though its run isn't known."""
    return replace(job, state=JobState.RUNNING) if job.state is JobState.QUEUED else job
