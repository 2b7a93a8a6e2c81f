"""What the jobs program would do with a job at a moment, and who stands where in a queue. Exact integers, pure.

Source: the program's public source (idl/README.md says which): `end` and `finish` pay min(elapsed, timeout) x price to
the host and the rest of price x timeout back; `delist` and `recover` give all of it back.
"""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from nosana_chain.models.job import Job, JobState
from nosana_chain.models.market import Market
from nosana_chain.one_line import one_line
from nosana_chain.units import NosUnits, Seconds, UnixSeconds

_NOTHING = NosUnits(0)


def elapsed(job: Job, *, now: UnixSeconds) -> Seconds:
    """Seconds that a job has run, or ran in all; 0 for one that waits or was given up.

    They may be more than its timeout: nobody ends a job by itself.
    """
    if job.time_start is not None and job.time_end is not None:
        return Seconds(job.time_end - job.time_start)
    return Seconds(max(0, now - job.run.time)) if job.run else Seconds(0)


def cost(job: Job, *, now: UnixSeconds) -> NosUnits:
    """NOS base units that the host has earned: what it was paid, or would be if the job ended at `now`."""
    return NosUnits(min(elapsed(job, now=now), job.timeout) * job.price)


def cleanable_from(job: Job, market: Market) -> UnixSeconds | None:
    """From when on anybody may clean a job that is done; None for one that isn't.

    The program asks for `job_expiration < now - time_end`: a second after the expiration.
    """
    return None if job.time_end is None else UnixSeconds(job.time_end + market.job_expiration + 1)


def position_in(market: Market, address: Pubkey) -> int | None:
    """The place of a job or a host in a market's queue, 1 for the next in turn; None where it doesn't wait there."""
    return market.queue.index(address) + 1 if address in market.queue else None


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePlace:
    """A place in a market's queue.

    Attributes:
        market: whose queue.
        address: the host, or the job, that waits.
        position: 1 for the next in turn.
        waiting: how many wait in all.
    """

    market: Pubkey
    address: Pubkey
    position: int
    waiting: int

    @property
    def ahead(self) -> int:
        """How many come first."""
        return self.position - 1

    @classmethod
    def of(cls, market: Market, address: Pubkey) -> QueuePlace | None:
        """The place of a job or a host; None where it doesn't wait in this market."""
        position = position_in(market, address)
        if position is None:
            return None
        return cls(market=market.address, address=address, position=position, waiting=len(market.queue))


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class JobProgress:
    """A job at a moment: where it waits, how long it has run, and what that costs.

    Attributes:
        job: as it was then, with its run while a host works on it.
        now: the moment, by the chain's clock.
        place: its place in the market's queue; None while it doesn't wait.
    """

    job: Job
    now: UnixSeconds
    place: QueuePlace | None

    @property
    def elapsed(self) -> Seconds:
        """Seconds that it has run, or ran in all; they may be more than its timeout."""
        return elapsed(self.job, now=self.now)

    @property
    def ends_at(self) -> UnixSeconds | None:
        """When its timeout is over, or when it ended; None while no host works on it.

        From then on its host earns nothing more, but nobody ends it by himself: host or builder has to.
        """
        if self.job.run:
            return UnixSeconds(self.job.run.time + self.job.timeout)
        return self.job.time_end

    @property
    def time_left(self) -> Seconds | None:
        """Seconds until its timeout is over; 0 once it is, or the job; None while no host works on it."""
        return None if self.ends_at is None else Seconds(max(0, self.ends_at - self.now))

    @property
    def cost(self) -> NosUnits:
        """NOS base units that it cost so far: what its host would be paid if it ended now, or was paid."""
        return cost(self.job, now=self.now)

    @property
    def refund(self) -> NosUnits:
        """NOS base units that come back: if it was stopped now, or that did when it ended.

        0 for a job that is stranded, to which no instruction gives its deposit back.
        """
        return _NOTHING if self.is_stranded else NosUnits(self.job.deposit - self.cost)

    @property
    def is_overdue(self) -> bool:
        """Whether it runs, and its timeout is over."""
        return self.job.run is not None and self.time_left == 0

    @property
    def is_stranded(self) -> bool:
        """Whether it neither waits nor runs nor is over: an admin evicted its host, or its market queues nothing."""
        return self.job.state is JobState.QUEUED and self.place is None
