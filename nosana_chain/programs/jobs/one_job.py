"""Following one job: its own transactions, its market's until it starts, and those of its runs."""

from __future__ import annotations

from collections.abc import Sequence

from solders.pubkey import Pubkey

from nosana_chain.errors import Retry, RpcError
from nosana_chain.models.job import JobState
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.programs.jobs.events import JobEvent, JobEventKind
from nosana_chain.programs.jobs.histories import find_last, find_posted
from nosana_chain.programs.jobs.job_teller import JobTeller
from nosana_chain.programs.jobs.queries import JOB, find_runs_of
from nosana_chain.wire.connection import Connection

_BEGINS = (JobEventKind.STARTED, JobEventKind.CLAIMED)
_ENDS = (JobEventKind.FINISHED, JobEventKind.ENDED, JobEventKind.QUIT, JobEventKind.EVICTED)
_WAITS = (JobEventKind.QUEUED,)


class OneJob:
    """Tells the events of one job. `work`, which starts it, names its market and not the job; an eviction only its run.

    Args:
        teller: of events of jobs.
        connection: the cluster.
        job: the job.
    """

    def __init__(self, teller: JobTeller, connection: Connection, job: Pubkey) -> None:
        self._teller = teller
        self._connection = connection
        self._job = job
        self._market: Pubkey | None = None
        self._waits = False
        self._runs: dict[Pubkey, None] = {}

    async def begin(self, followed: Sequence[Pubkey] | None) -> None:
        """Look at the job and its run, and where there is no job, at its first transaction. Network: 2 to 4 calls."""
        sight = await self._connection.look([self._job])
        job = JOB.read_if_mine(self._connection.network, self._job, sight.accounts[self._job])
        if job is not None:
            self._market, self._waits = job.market, job.state is JobState.QUEUED
        else:
            posted = await find_posted(self._connection, self._job)
            self._market = posted.market if posted else None
        if followed is not None:
            self._waits = self._market in followed
            self._runs = dict.fromkeys(address for address in followed if address != self._market)
        elif job is not None and job.state is not JobState.DONE:
            self._runs = dict.fromkeys(await self._search_runs())
            self._waits = self._waits and not self._runs
        for run in self._runs:
            self._teller.known.see_run_job(run, self._job)

    async def _search_runs(self) -> list[Pubkey]:
        """Its runs now, as far as the endpoint tells them."""
        try:
            return [run.address for run in await find_runs_of(self._connection, self._job)]
        except RpcError as error:
            if error.retry is Retry.SAME:
                raise
        last = await find_last(self._connection, self._job)
        return [last.run] if last and last.run and last.kind in _BEGINS else []

    def read(self, landed: LandedTransaction) -> Sequence[JobEvent]:
        """As `job_events`."""
        return self._teller.read(landed)

    async def prepare(self, events: Sequence[JobEvent]) -> None:
        """Look at what they leave open."""
        await self._teller.prepare(events)

    def tell(self, event: JobEvent) -> JobEvent:
        """The event with all that is known of it."""
        full = self._teller.known.tell(event)
        if full.address == self._job:
            self._note(full)
        return full

    def wants(self, event: JobEvent) -> bool:
        """Whether it is the job's, or the end of its market."""
        is_market = event.kind is JobEventKind.MARKET_CLOSED and event.market == self._market
        return is_market or event.address == self._job

    def take_back(self, event: JobEvent) -> None:
        """It didn't happen: whatever could bring it again is followed."""
        self._teller.take_back(event)
        self._waits = self._market is not None

    def restart(self, slot: int) -> JobEvent:
        """As `JobTeller.restart`."""
        return self._teller.restart(slot)

    def followed(self) -> Sequence[Pubkey]:
        """The job, its runs, and its market as long as it may wait there."""
        market = [self._market] if self._market and self._waits else []
        return [self._job, *market, *self._runs]

    def _note(self, event: JobEvent) -> None:
        self._market = self._market or event.market
        if event.kind in _WAITS:
            self._waits = True
        elif event.kind in _BEGINS and event.run:
            self._waits = False
            self._runs[event.run] = None
        elif event.kind in _ENDS and event.run:
            self._waits = False
            self._runs.pop(event.run, None)
        elif event.new is None and event.kind is not JobEventKind.EXTENDED:
            self._waits = event.kind is JobEventKind.POSTED and self._waits
