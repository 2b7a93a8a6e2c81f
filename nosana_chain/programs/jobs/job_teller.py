"""Which events of jobs are wanted, and telling them out of all that the jobs program does."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, fields

from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.models.event import Place
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.programs.jobs.events import JobEvent, JobEventKind, job_events
from nosana_chain.programs.jobs.histories import find_job_of_run, find_posted
from nosana_chain.programs.jobs.known import KnownJobs, Remembered
from nosana_chain.wire.connection import Connection

_log = logging.getLogger(__name__)
_MOST_KEPT = 1_000  # transactions whose events are kept, for searches that an endpoint's failure cuts


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """Which events of jobs are wanted: those that fit all that is given.

    Attributes:
        job: one job.
        market: of a market.
        project: of who may stop them.
        payer: of who paid for them.
        host: of who runs or ran them, from the start of a run on.
    """

    job: Pubkey | None = None
    market: Pubkey | None = None
    project: Pubkey | None = None
    payer: Pubkey | None = None
    host: Pubkey | None = None

    def fits(self, event: JobEvent) -> bool:
        """Whether the event is wanted."""
        if event.kind is JobEventKind.MARKET_CLOSED:  # it happens to every job there
            return self.market in (None, event.market) and not (self.project or self.payer or self.host)
        wanted = {one.name: getattr(self, one.name) for one in fields(self)}
        has = {"job": event.address, "host": _host(event)}
        return all(key is None or has.get(name, getattr(event, name, None)) == key for name, key in wanted.items())

    def words(self) -> tuple[str, ...]:
        """What cursors are bound to."""
        return "jobs", *(f"{one.name}={getattr(self, one.name)}" for one in fields(self))


def _host(event: JobEvent) -> Pubkey | None:
    for job in (event.old, event.new):
        if event.host is None and job is not None and (job.run or job.node):
            return job.run.node if job.run else job.node
    return event.host


class JobTeller:
    """Tells events of jobs, out of all that the jobs program does."""

    def __init__(self, connection: Connection, wanted: JobFilter) -> None:
        self.known = KnownJobs(connection.network)
        self._kept: Remembered[Signature, Sequence[JobEvent]] = Remembered(_MOST_KEPT)
        self._connection = connection
        self._wanted = wanted

    def read(self, landed: LandedTransaction) -> Sequence[JobEvent]:
        """As `job_events`."""
        return job_events(landed, network=self._connection.network)

    async def begin(self, _followed: Sequence[Pubkey] | None, /) -> None:
        """Nothing must be known."""

    async def prepare(self, events: Sequence[JobEvent]) -> None:
        """Look at runs and jobs that the events leave open.

        Network: 2 calls for all of them; 2 or more for a run, or a job, that is gone already.
        """
        known = self.known
        runs = known.strange_runs(events)
        if runs:
            known.see_runs(runs, await self._connection.look(runs))
        for run in known.lost_runs(events):
            job = await find_job_of_run(self._connection, run, kept=self._kept)
            if job is not None:
                known.see_run_job(run, job)
        jobs = known.strange_jobs(events)
        if jobs:
            known.see_jobs(jobs, await self._connection.look([*jobs, *known.runs_of(jobs)]))
        for job in jobs:
            if known[job].market is None and (self._wanted.market or self._wanted.project or self._wanted.payer):
                posted = await find_posted(self._connection, job)
                if posted is not None:
                    known.see_posted(posted)
                else:
                    _log.warning(
                        "job %s is gone, and nobody tells whose it was: what happens to it fits no filter", job
                    )

    def tell(self, event: JobEvent) -> JobEvent:
        """The event with all that is known of it."""
        return self.known.tell(event)

    def wants(self, event: JobEvent) -> bool:
        """Whether it fits the filter."""
        return self._wanted.fits(event)

    def take_back(self, event: JobEvent) -> None:
        """It didn't happen."""
        self.known.take_back(event)

    def restart(self, slot: int) -> JobEvent:
        """The event that takes back whatever was told of the slots after this one; it names no job."""
        return JobEvent(
            kind=JobEventKind.RETRACTED,
            address=None,
            slot=slot,
            time=None,
            signature=Signature.default(),
            place=Place(0),
        )

    def followed(self) -> Sequence[Pubkey]:
        """The jobs program alone: quits, evictions and results name neither market nor project."""
        return [self._connection.network.programs.jobs]
