"""Reading markets, jobs and runs."""

from __future__ import annotations

from solders.pubkey import Pubkey

from nosana_chain.bindings.layouts.jobs import JOB_ACCOUNT, MARKET_ACCOUNT, RUN_ACCOUNT
from nosana_chain.engine.looking import Looking, look, see
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

    Network: 2 getProgramAccounts calls.
    """
    return await see(connection, search_jobs(connection.network, **keys))


async def find_runs(connection: Connection, *, host: Pubkey) -> list[Run]:
    """The runs that a host works on. Network: 1 getProgramAccounts call."""
    return await see(connection, search_runs(connection.network, host=host))


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
    # the runs first: of a job that ends between the two looks it is seen that it is done
    runs = {run.job: run for run in (yield from RUN.search(network))}
    jobs = yield from search_jobs_alone(network, **keys)
    return [job.with_run(runs.get(job.address)) for job in jobs]


def search_jobs_alone(network: Network, **keys: Pubkey | None) -> Looking[list[Job]]:
    """The same without their runs."""
    filters = JOB.where(**{_JOB_FIELDS[name]: key for name, key in keys.items()})
    return (yield from JOB.search(network, *filters))


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
