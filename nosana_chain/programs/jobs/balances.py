"""What a host earned and a project spent, as the jobs that are still on chain tell it. Pure.

A job tells until it is cleaned, delisted or recovered, so the sums are those of what is left: clean late, or keep them.
"""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from nosana_chain.models.job import Job, JobState
from nosana_chain.one_line import one_line
from nosana_chain.programs.jobs.formulas import cost
from nosana_chain.units import NosUnits, UnixSeconds


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Earnings:
    """What a host earned with the jobs that are still on chain.

    Attributes:
        host: who.
        now: the moment, by the chain's clock.
        finished: jobs that it ran and that are over.
        running: jobs that it works on, with its run.
    """

    host: Pubkey
    now: UnixSeconds
    finished: tuple[Job, ...]
    running: tuple[Job, ...]

    @property
    def paid(self) -> NosUnits:
        """NOS base units that it was paid."""
        return _cost(self.finished, self.now)

    @property
    def accruing(self) -> NosUnits:
        """NOS base units that it would be paid for what runs, if it finished all of it now."""
        return _cost(self.running, self.now)

    def paid_between(self, start: int, end: int) -> NosUnits:
        """NOS base units that it was paid from `start` on and before `end` (Unix seconds)."""
        return _cost(_ended(self.finished, start, end), self.now)


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What jobs cost that are still on chain. The network fee, where a program takes one, is written down nowhere.

    Attributes:
        now: the moment, by the chain's clock.
        jobs: of the project, or the payer, in every state.
    """

    now: UnixSeconds
    jobs: tuple[Job, ...]

    @property
    def paid(self) -> NosUnits:
        """NOS base units that hosts were paid for jobs that are over."""
        return _cost(self._over, self.now)

    @property
    def accruing(self) -> NosUnits:
        """NOS base units that hosts would be paid for what runs, if all of it ended now."""
        return _cost([job for job in self.jobs if job.run], self.now)

    @property
    def locked(self) -> NosUnits:
        """NOS base units of deposits in the markets' vaults: of all jobs that aren't over, `accruing` among them."""
        return NosUnits(sum(job.deposit for job in self.jobs if job.state is not JobState.DONE))

    @property
    def recoverable(self) -> NosUnits:
        """NOS base units of the deposits that `recover_job` gives back: of jobs whose hosts gave them up."""
        given_up = (job for job in self.jobs if job.state is JobState.STOPPED and not job.run)
        return NosUnits(sum(job.deposit for job in given_up))

    def paid_between(self, start: int, end: int) -> NosUnits:
        """NOS base units that hosts were paid from `start` on and before `end` (Unix seconds)."""
        return _cost(_ended(self._over, start, end), self.now)

    @property
    def _over(self) -> list[Job]:
        return [job for job in self.jobs if job.state is JobState.DONE]


def _cost(jobs: list[Job] | tuple[Job, ...], now: UnixSeconds) -> NosUnits:
    return NosUnits(sum(cost(job, now=now) for job in jobs))


def _ended(jobs: list[Job] | tuple[Job, ...], start: int, end: int) -> list[Job]:
    return [job for job in jobs if job.time_end is not None and start <= job.time_end < end]
