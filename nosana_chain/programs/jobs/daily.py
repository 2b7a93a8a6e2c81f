"""Reading what is asked every day: how a job stands, who waits where, what was earned and spent."""

from __future__ import annotations

from solders.pubkey import Pubkey
from solders.sysvar import CLOCK

from nosana_chain.engine.looking import Looking, Sight, look
from nosana_chain.errors import NotFoundError
from nosana_chain.models.clock import Clock
from nosana_chain.models.job import JobState
from nosana_chain.models.presence import is_there
from nosana_chain.networks import Network
from nosana_chain.programs.jobs.balances import Earnings, Spending
from nosana_chain.programs.jobs.formulas import JobProgress, QueuePlace
from nosana_chain.programs.jobs.queries import (
    JOB,
    MARKET,
    RUN,
    look_for_job,
    search_jobs,
    search_jobs_alone,
    search_runs,
)

#: A job that leaves the queue between two looks neither waits nor runs in what was seen, so it is looked at again.
_LOOKS = 3


def look_at_progress(network: Network, address: Pubkey, *, run: Pubkey | None = None) -> Looking[JobProgress]:
    """A job with its run, its market and the clock, all of one moment.

    Raises:
        NotFoundError: no job there.
    """
    for _ in range(_LOOKS):
        known = yield from look_for_job(network, address, run=run)
        own_run = known.run.address if known.run else None
        seen = yield from look(address, known.market, CLOCK, *([own_run] if own_run else []))
        progress = _progress(network, address, own_run, seen)
        if not progress.is_stranded:
            break
    return progress


def look_for_place(network: Network, market: Pubkey, waiting: Pubkey) -> Looking[QueuePlace]:
    """The place of a host, or a job, in a market's queue.

    Raises:
        NotFoundError: no such market, or it doesn't wait there.
    """
    place = QueuePlace.of((yield from MARKET.look(network, market)), waiting)
    if place is None:
        raise NotFoundError(
            f"{waiting} doesn't wait in market {market}: it never joined its queue, left it, or its turn has come",
            address=str(waiting),
            kind="place in a queue",
        )
    return place


def search_places(network: Network, waiting: Pubkey) -> Looking[list[QueuePlace]]:
    """Every place of a host in the queues of the cluster."""
    markets = yield from MARKET.search(network)
    places = (QueuePlace.of(market, waiting) for market in markets)
    return [place for place in places if place is not None]


def search_earnings(network: Network, host: Pubkey) -> Looking[Earnings]:
    """What a host earned, and what it earns."""
    runs = yield from search_runs(network, host=host)
    # after the runs: a job that ends between the two looks is seen to be over, and counts once
    finished = yield from search_jobs_alone(network, host=host)
    seen = yield from look(CLOCK, *(run.job for run in runs))
    there = [run for run in runs if is_there(seen[run.job])]
    running = [JOB.read(network, run.job, seen[run.job]).with_run(run) for run in there]
    over = {job.address: job for job in finished if job.state is JobState.DONE}
    return Earnings(
        host=host,
        now=Clock.read(seen[CLOCK]).unix_time,
        finished=tuple(over.values()),
        running=tuple(job for job in running if job.run and job.address not in over),
    )


def search_spending(network: Network, **keys: Pubkey | None) -> Looking[Spending]:
    """What the jobs cost whose project or payer are `keys`."""
    jobs = yield from search_jobs(network, **keys)
    seen = yield from look(CLOCK)
    return Spending(now=Clock.read(seen[CLOCK]).unix_time, jobs=tuple(jobs))


def _progress(network: Network, address: Pubkey, run: Pubkey | None, seen: Sight) -> JobProgress:
    found = RUN.read_if_any(network, run, seen[run]) if run else None
    job = JOB.read(network, address, seen[address]).with_run(found)
    market = MARKET.read_if_any(network, job.market, seen[job.market])
    place = QueuePlace.of(market, address) if market and job.state is JobState.QUEUED else None
    return JobProgress(job=job, now=Clock.read(seen[CLOCK]).unix_time, place=place)
