"""Reading markets, jobs and runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from solders.pubkey import Pubkey
from solders.rpc.filter import Memcmp

from nosana_chain.bindings.layouts.jobs import JOB_ACCOUNT, MARKET_ACCOUNT, RUN_ACCOUNT
from nosana_chain.engine.looking import Looking, Sight, look, see
from nosana_chain.models.job import Job, JobState, Run
from nosana_chain.models.market import Market
from nosana_chain.networks import Network
from nosana_chain.programs.accounts import AccountKind
from nosana_chain.wire.connection import Connection

MARKET = AccountKind(name="market", program="jobs", layout=MARKET_ACCOUNT, decode=Market.decode)
JOB = AccountKind(name="job", program="jobs", layout=JOB_ACCOUNT, decode=Job.decode)
RUN = AccountKind(name="run", program="jobs", layout=RUN_ACCOUNT, decode=Run.decode)

#: What jobs are found by -> the field of their account.
_JOB_FIELDS = {"market": "market", "host": "node", "payer": "payer", "project": "project"}
_FEW = 4  # jobs whose runs are asked for one by one, at once: each call has the endpoint go through all accounts


async def find_markets(connection: Connection, *, authority: Pubkey | None = None) -> list[Market]:
    """All markets, or those of one operator. Network: 1 getProgramAccounts call."""
    return await see(connection, search_markets(connection.network, authority=authority))


async def fetch_job(connection: Connection, address: Pubkey, *, run: Pubkey | None = None) -> Job:
    """The job at `address`, with its run while a host works on it.

    Args:
        connection: the cluster.
        address: the job.
        run: where its run may be; one that is there need not be searched for.

    Network: 1 call for a job that is done or whose run is at `run`; else 1 getProgramAccounts call more, and 1 more
    where that finds nothing.

    Raises:
        NotFoundError: no job there; a job that was delisted, recovered or cleaned is gone from the chain.
    """
    return await see(connection, look_for_job(connection.network, address, run=run))


async def find_jobs(connection: Connection, **keys: Pubkey | None) -> list[Job]:
    """The jobs whose market, host, payer and project are `keys`, as far as given, with their runs.

    Network: 1 getProgramAccounts call; where some of them aren't done, 1 more (at most 4 at once for up to 4 such
    jobs, else 1 for the runs of the cluster), and 1 call for each 100 that don't run.
    """
    return await see(connection, search_jobs(connection.network, **keys))


async def fetch_jobs(connection: Connection, addresses: Sequence[Pubkey]) -> list[Job | None]:
    """The jobs at `addresses`, in their order, with their runs; None where there is none.

    Network: 1 call for each 100, 8 at once; where some of them aren't done, as for `find_jobs`.
    """
    return await see(connection, look_for_jobs(connection.network, addresses))


async def find_runs(connection: Connection, *, host: Pubkey) -> list[Run]:
    """The runs that a host works on. Network: 1 getProgramAccounts call."""
    return await see(connection, search_runs(connection.network, host=host))


async def find_runs_of(connection: Connection, job: Pubkey) -> list[Run]:
    """The runs of a job: several hosts may have claimed it. Network: 1 getProgramAccounts call."""
    return await RUN.find(connection, *RUN.where(job=job))


def filters_of_runs(job: Pubkey) -> list[Memcmp]:
    """What the runs of a job have in common, for a subscription."""
    return RUN.filters(*RUN.where(job=job))


def search_markets(network: Network, *, authority: Pubkey | None = None) -> Looking[list[Market]]:
    """`find_markets` as something to be seen."""
    return (yield from MARKET.search(network, *MARKET.where(authority=authority)))


def look_for_job(network: Network, address: Pubkey, *, run: Pubkey | None = None) -> Looking[Job]:
    """`fetch_job` as something to be seen."""
    job = yield from _look_at_job_and_run(network, address, run)
    if job.run or job.state is JobState.DONE:
        return job
    found = yield from search_run(network, job=address)
    # one that is not there may have ended since the first look, and the job with it
    return job.with_run(found) if found else (yield from JOB.look(network, address))


def search_jobs(network: Network, **keys: Pubkey | None) -> Looking[list[Job]]:
    """`find_jobs` as something to be seen."""
    return (yield from _search(network, keys, whole=False))


def search_every_job(network: Network, **keys: Pubkey | None) -> Looking[list[Job]]:
    """The same for who needs all of them: an error where an endpoint doesn't list them itself."""
    return (yield from _search(network, keys, whole=True))


def _search(network: Network, keys: Mapping[str, Pubkey | None], *, whole: bool) -> Looking[list[Job]]:
    jobs = yield from JOB.search(network, *_job_filters(keys), whole=whole)
    now = yield from _with_runs(network, jobs)
    return [now[job.address] for job in jobs if job.address in now]


def look_for_jobs(network: Network, addresses: Sequence[Pubkey]) -> Looking[list[Job | None]]:
    """`fetch_jobs` as something to be seen."""
    seen = yield from look(*dict.fromkeys(addresses))
    jobs = [job for address in seen if (job := JOB.read_if_mine(network, address, seen[address]))]
    now = yield from _with_runs(network, jobs)
    return [now.get(address) for address in addresses]


def _with_runs(network: Network, jobs: Sequence[Job]) -> Looking[dict[Pubkey, Job]]:
    """The jobs with their runs, by address; without those that are gone by then."""
    unfinished = [job for job in jobs if job.state is not JobState.DONE]
    runs = yield from _search_runs(network, unfinished)
    idle = [job.address for job in unfinished if job.address not in runs]
    # one without a run may have ended since it was seen, and be gone: it is told as it is after the runs were
    seen = (yield from look(*idle)) if idle else {}
    told = (_as_seen(network, job, runs.get(job.address), seen) for job in jobs)
    return {job.address: job for job in told if job}


def _search_runs(network: Network, jobs: Sequence[Job]) -> Looking[dict[Pubkey, Run]]:
    """The runs of these jobs: those of a few one by one, for more all that there are, of which no cluster has many."""
    if not jobs:
        return {}
    if len(jobs) <= _FEW:
        runs = yield from RUN.search_each(network, [RUN.where(job=job.address) for job in jobs])
    else:
        runs = yield from RUN.search(network, hints=dict.fromkeys(job.market for job in jobs))
    return {run.job: run for run in runs}


def _as_seen(network: Network, job: Job, run: Run | None, seen: Sight) -> Job | None:
    if job.address not in seen:
        return job.with_run(run)
    return JOB.read_if_mine(network, job.address, seen[job.address])


def search_jobs_alone(network: Network, **keys: Pubkey | None) -> Looking[list[Job]]:
    """The same without their runs."""
    return (yield from JOB.search(network, *_job_filters(keys)))


def _job_filters(keys: Mapping[str, Pubkey | None]) -> list[Memcmp]:
    return JOB.where(**{_JOB_FIELDS[name]: key for name, key in keys.items()})


def search_runs(network: Network, *, host: Pubkey | None = None, payer: Pubkey | None = None) -> Looking[list[Run]]:
    """The runs that a host works on, or whose rent a wallet paid, or both."""
    return (yield from RUN.search(network, *RUN.where(node=host, payer=payer)))


def search_run(network: Network, *, job: Pubkey, host: Pubkey | None = None) -> Looking[Run | None]:
    """The run of a job, None while no host works on it.

    A job that its host gave up may have been claimed by several others: the run of `host` comes first then.
    """
    runs = yield from RUN.search(network, *RUN.where(job=job))
    return min(runs, key=lambda run: run.node != host, default=None)


def _look_at_job_and_run(network: Network, address: Pubkey, run: Pubkey | None) -> Looking[Job]:
    """A job, and its run if it is at `run`, of the same moment."""
    seen = yield from look(address, *([] if run is None else [run]))
    found = RUN.read_if_any(network, run, seen[run]) if run else None
    return JOB.read(network, address, seen[address]).with_run(found if found and found.job == address else None)
