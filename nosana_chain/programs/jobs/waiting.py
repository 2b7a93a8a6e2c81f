"""Waiting for a job: by its account, its market's queue and its run; woken by notices, and ended by time."""

from __future__ import annotations

import asyncio

from solders.pubkey import Pubkey

from nosana_chain.engine.engine import Engine
from nosana_chain.engine.following.bell import Bell
from nosana_chain.engine.following.pace import DEFAULT_FOLLOWING
from nosana_chain.errors import InputError, Retry, RpcError, WaitTimeoutError
from nosana_chain.models.job import Job, JobState, Run
from nosana_chain.programs.jobs.events import JobEvent
from nosana_chain.programs.jobs.histories import find_last
from nosana_chain.programs.jobs.queries import JOB, MARKET, RUN, filters_of_runs, find_runs_of
from nosana_chain.programs.jobs.standing import ENDS, REACHED, JobStanding, WaitedJob, as_running, ended_by, standing_of
from nosana_chain.wire.accounts import Sight


async def wait_for_job(engine: Engine, address: Pubkey, *, until: str, within: float) -> WaitedJob:
    """Wait until a job stands as awaited, or can't any more, or the time is over."""
    if until not in REACHED:
        raise InputError(f"nobody can wait for {until!r}: what can be waited for is {', '.join(REACHED)}")
    wait = _Wait(engine, address, until)
    try:
        async with asyncio.timeout(within):
            return await wait.run()
    except TimeoutError as error:
        raise wait.over(within) from error
    finally:
        await wait.bell.aclose()


class _Wait:
    """One wait for one job."""

    def __init__(self, engine: Engine, address: Pubkey, until: str) -> None:
        self.bell = Bell(engine.subscriptions, sleep=engine.sleep)
        self._engine = engine
        self._connection = engine.connection
        self._address = address
        self._until = until
        self._job: Job | None = None  # as it was seen last
        self._standing: JobStanding | None = None
        self._run: Pubkey | None = None  # where its run is, or was
        self._can_search = True  # the endpoint serves getProgramAccounts, as far as is known
        self._trouble: RpcError | None = None

    async def run(self) -> WaitedJob:
        """What it comes to; the time is for somebody else to watch."""
        self._listen()
        while True:
            try:
                found = await self._look()
                self._trouble = None
            except RpcError as error:
                if error.retry is not Retry.SAME:
                    raise
                found, self._trouble = None, error
            if found is not None and found.standing in (*REACHED[self._until], *ENDS[self._until]):
                return found
            policy = DEFAULT_FOLLOWING
            slots = policy.poll_slots if self.bell.is_sure and not self._trouble else policy.poll_alone_slots
            await self.bell.wait(slots * self._engine.network.slot_seconds)

    def over(self, within: float) -> WaitTimeoutError:
        """The error for a wait whose time is over."""
        seen = "it was never seen" if self._standing is None else f"it is {self._standing}"
        why = f"; the endpoint fails: {self._trouble}" if self._trouble else ""
        return WaitTimeoutError(
            f"job {self._address} is not {self._until} after {within:g} s: {seen}{why}. Wait again, or stop it",
            address=str(self._address),
            awaited=self._until,
            within_seconds=within,
            seen=self._job,
        )

    def _listen(self) -> None:
        network = self._engine.network
        runs = filters_of_runs(self._address)
        self.bell.listen("job", lambda told: told.account(self._address))
        self.bell.listen("run", lambda told: told.program(network.programs.jobs, filters=runs))

    async def _look(self) -> WaitedJob | None:
        """Where it stands now; None where it isn't there yet."""
        sight = await self._sight()
        job = JOB.read_if_mine(self._engine.network, self._address, sight.accounts[self._address])
        if job is None:
            return await self._gone()
        run = self._run_in(sight)
        waits = self._waits_in(job, sight)
        may_run = False
        if run is None and not waits and job.state in (JobState.QUEUED, JobState.STOPPED):
            found = await self._search_run(job)
            may_run = not self._can_search
            if found is not None:  # once more, all of one moment
                self._run = found
                return await self._look()
            if job.state is JobState.QUEUED and self._can_search:
                return await self._stranded(job)
        return self._seen(job.with_run(run), standing_of(job, run=run, waits=waits, may_run=may_run))

    async def _stranded(self, job: Job) -> WaitedJob | None:
        """A job that neither waited nor ran, unless it has moved on since it was looked at."""
        again = (await self._sight()).accounts[self._address]
        now = JOB.read_if_mine(self._engine.network, self._address, again)
        if now != job:
            self.bell.ring()
            return None
        return self._seen(job, JobStanding.STRANDED)

    async def _sight(self) -> Sight:
        """The job, its market and its run, as far as they are known, of one moment."""
        market = [self._job.market] if self._job else []
        sight = await self._connection.look([self._address, *market, *([self._run] if self._run else [])])
        job = JOB.read_if_mine(self._engine.network, self._address, sight.accounts[self._address])
        if job is None or self._job:
            return sight
        self._job = job  # from now on its market is known
        return await self._sight()

    def _run_in(self, sight: Sight) -> Run | None:
        account = sight.accounts.get(self._run) if self._run else None
        run = RUN.read_if_mine(self._engine.network, self._run, account) if self._run and account else None
        return run if run and run.job == self._address else None

    def _waits_in(self, job: Job, sight: Sight) -> bool:
        market = MARKET.read_if_mine(self._engine.network, job.market, sight.accounts.get(job.market))
        return market is not None and self._address in market.waiting_jobs

    async def _search_run(self, job: Job) -> Pubkey | None:
        """Where the job's run is; None where there is none, or the endpoint doesn't tell."""
        if self._can_search:
            try:
                runs = await find_runs_of(self._connection, job.address)
            except RpcError as error:
                if error.retry is Retry.SAME:
                    raise
                self._can_search = False
            else:
                return next((run.address for run in runs if run.address != self._run), None)
        last = await self._last()
        run = last.run if last else None
        return run if run != self._run else None  # that one was looked at just now

    async def _gone(self) -> WaitedJob | None:
        last = await self._last()
        if last is None and self._job is None:
            return None  # it may come
        standing, signature = ended_by(last)
        return WaitedJob(
            address=self._address, awaited=self._until, standing=standing, job=self._job, signature=signature
        )

    async def _last(self) -> JobEvent | None:
        """The last thing that a transaction of the job's did; None where none is, or the endpoint doesn't list."""
        try:
            return await find_last(self._connection, self._address)
        except (RpcError, InputError) as error:
            if isinstance(error, RpcError) and error.retry is Retry.SAME:
                raise
            return None

    def _seen(self, job: Job, standing: JobStanding) -> WaitedJob:
        self._job = as_running(job) if standing is JobStanding.RUNNING else job
        self._standing = standing
        return WaitedJob(address=self._address, awaited=self._until, standing=standing, job=self._job)
