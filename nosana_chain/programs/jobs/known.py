"""What a watcher of jobs knows of them: from events, and from accounts where events don't tell."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from solders.pubkey import Pubkey

from nosana_chain.models.job import Job, JobState, Run
from nosana_chain.networks import Network
from nosana_chain.programs.jobs.events import JobEvent, JobEventKind
from nosana_chain.programs.jobs.fold import job_after
from nosana_chain.programs.jobs.queries import JOB, RUN
from nosana_chain.programs.jobs.waiting_line import WaitingLines
from nosana_chain.wire.accounts import Sight

_MOST = 10_000  # jobs or runs that are remembered: those of which nothing was heard for longest are forgotten
_WITH_RUN = (JobEventKind.STARTED, JobEventKind.CLAIMED)

Key = TypeVar("Key")
Value = TypeVar("Value")


class Remembered(OrderedDict[Key, Value], Generic[Key, Value]):
    """A table of bounded length: what was set longest ago is forgotten first."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: Key, value: Value) -> None:
        super().__setitem__(key, value)
        self.move_to_end(key)
        if len(self) > self._most:
            self.popitem(last=False)


@dataclass(frozen=True, slots=True)
class KnownJob:
    """A job, as far as it is known.

    Attributes:
        market: whose it is; never changes, like project and payer.
        project: who may stop it.
        payer: who paid for it.
        job: as it is now, with its run; None where that isn't known for certain.
        as_of: of a job that was looked at, the slot: what happened up to it is in it already. 0 where events told.
    """

    market: Pubkey | None = None
    project: Pubkey | None = None
    payer: Pubkey | None = None
    job: Job | None = None
    as_of: int = 0


class KnownJobs:
    """Jobs and runs that were told of, or looked at.

    Args:
        network: whose jobs program it is.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._jobs: Remembered[Pubkey, KnownJob] = Remembered(_MOST)
        self._runs: Remembered[Pubkey, Run | None] = Remembered(_MOST)  # None: it was looked for, and is gone
        self._run_jobs: Remembered[Pubkey, Pubkey] = Remembered(_MOST)
        self._run_hosts: Remembered[Pubkey, Pubkey] = Remembered(_MOST)
        self._lines = WaitingLines()

    def __getitem__(self, address: Pubkey | None) -> KnownJob:
        return self._jobs.get(address, _NOTHING) if address else _NOTHING

    # ------------------------------------------------------------ what must be looked at

    def strange_runs(self, events: Iterable[JobEvent]) -> list[Pubkey]:
        """The runs that tell what these events leave out, of which nothing is known."""
        lacking = (event.run for event in events if event.run and (event.address is None or event.host is None))
        return [run for run in dict.fromkeys(lacking) if run not in self._runs and run not in self._run_jobs]

    def strange_jobs(self, events: Iterable[JobEvent]) -> list[Pubkey]:
        """The jobs of these events of which nothing is known and nothing told; and those that have a run by now."""
        posted = {event.address for event in events if event.kind is JobEventKind.POSTED}
        strange: dict[Pubkey, None] = {}
        for event in events:
            job = None if event.kind is JobEventKind.MARKET_CLOSED else self.job_of(event)
            if job is None or job in posted:
                continue
            if job not in self._jobs or (self[job].job is None and event.kind in _WITH_RUN):
                strange[job] = None
        return list(strange)

    def lost_runs(self, events: Iterable[JobEvent]) -> list[Pubkey]:
        """The runs of events that name no job, that are gone already."""
        return [event.run for event in events if event.run and self.job_of(event) is None and event.run in self._runs]

    def runs_of(self, jobs: Iterable[Pubkey]) -> list[Pubkey]:
        """The runs of these jobs, as far as they are known."""
        wanted = set(jobs)
        return [address for address, run in self._runs.items() if run and run.job in wanted]

    # ------------------------------------------------------------ what is learned

    def see_runs(self, addresses: Iterable[Pubkey], sight: Sight) -> None:
        """Learn of runs."""
        for address in addresses:
            run = RUN.read_if_mine(self._network, address, sight.accounts[address])
            self._runs[address] = run
            if run is not None:
                self._run_jobs[address] = run.job

    def see_jobs(self, addresses: Iterable[Pubkey], sight: Sight) -> None:
        """Learn of jobs, with their runs of the same sight. One that is queued, and has none there, may run or wait."""
        runs = [RUN.read_if_mine(self._network, address, account) for address, account in sight.accounts.items()]
        running = {run.job: run for run in runs if run}
        for address in addresses:
            job = JOB.read_if_mine(self._network, address, sight.accounts[address])
            if job is None:
                self._jobs.setdefault(address, _NOTHING)
                continue
            is_certain = job.state is JobState.DONE or address in running
            job = job.with_run(running.get(address))
            self._jobs[address] = KnownJob(
                job.market, job.project, job.payer, job if is_certain else None, sight.slot if is_certain else 0
            )

    def see_posted(self, event: JobEvent) -> None:
        """Learn of a job that is gone what its first event tells."""
        if event.address is not None:
            self._jobs[event.address] = KnownJob(event.market, event.project, event.payer)

    def see_run_job(self, run: Pubkey, job: Pubkey) -> None:
        """Learn whose run it was."""
        self._run_jobs[run] = job

    # ------------------------------------------------------------ what is told

    def job_of(self, event: JobEvent) -> Pubkey | None:
        """The job of an event; None where nobody knows it."""
        if event.address is not None or event.run is None:
            return event.address
        return self._run_jobs.get(event.run) or self._lines.starts(event)

    def tell(self, event: JobEvent) -> JobEvent:
        """The event with all that is known, which then includes it."""
        full = self._completed(event)
        address = full.address
        self._lines.note(full)
        if address is None or full.kind is JobEventKind.MARKET_CLOSED:
            return full
        if full.run is not None:
            self._run_jobs[full.run] = address
            if full.host is not None:
                self._run_hosts[full.run] = full.host
        known = self[address]
        if full.slot <= known.as_of:  # it was looked at later than that
            return full
        full = replace(full, old=known.job, new=job_after(known.job, full))
        self._jobs[address] = KnownJob(
            known.market or full.market, known.project or full.project, known.payer or full.payer, full.new
        )
        return full

    def take_back(self, event: JobEvent) -> None:
        """It didn't happen: the job is again what it was before, if that was known."""
        self._lines.forget(event.market)
        if event.address is not None and event.address in self._jobs:
            self._jobs[event.address] = replace(self._jobs[event.address], job=event.old, as_of=0)

    def _completed(self, event: JobEvent) -> JobEvent:
        job = self.job_of(event)
        known = self[job]
        return replace(
            event,
            address=job,
            host=event.host or self._host(event),
            market=event.market or known.market,
            project=event.project or known.project,
            payer=event.payer or known.payer,
        )

    def _host(self, event: JobEvent) -> Pubkey | None:
        run = self._runs.get(event.run) if event.run else None
        return run.node if run else self._run_hosts.get(event.run) if event.run else None


_NOTHING = KnownJob()
