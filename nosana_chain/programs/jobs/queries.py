"""Reading markets, jobs and runs."""

from __future__ import annotations

from solders.pubkey import Pubkey

from nosana_chain.bindings.jobs.accounts import JobAccount, MarketAccount, RunAccount
from nosana_chain.models.job import Job, JobState, Run
from nosana_chain.models.market import Market
from nosana_chain.programs.accounts import AccountKind, address_filters
from nosana_chain.wire.connection import Connection

MARKET = AccountKind(name="market", program="jobs", discriminator=MarketAccount.discriminator, decode=Market.decode)
JOB = AccountKind(name="job", program="jobs", discriminator=JobAccount.discriminator, decode=Job.decode)
RUN = AccountKind(name="run", program="jobs", discriminator=RunAccount.discriminator, decode=Run.decode)

#: Offsets of the fields that accounts are found by, from the order of the fields in idl/.
_MARKET_AUTHORITY = 8
_RUN_JOB, _RUN_NODE = 8, 40
_JOB_OFFSETS = {"market": 72, "node": 104, "payer": 136, "project": 176}


async def find_markets(connection: Connection, *, authority: Pubkey | None = None) -> list[Market]:
    """All markets, or those of one operator. Network: 1 getProgramAccounts call."""
    return await MARKET.find(connection, *address_filters({_MARKET_AUTHORITY: authority}))


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
    job = await _fetch_job_and_run(connection, address, run)
    if job.run or job.state is JobState.DONE:
        return job
    found = await find_run(connection, job=address)
    # one that is not there may have ended since the first look, and the job with it
    return job.with_run(found) if found else await JOB.fetch(connection, address)


async def find_jobs(connection: Connection, **keys: Pubkey | None) -> list[Job]:
    """The jobs whose market, node, payer and project are `keys`, as far as given, with their runs.

    Network: 2 getProgramAccounts calls.
    """
    filters = address_filters({_JOB_OFFSETS[field]: key for field, key in keys.items()})
    # the runs first: of a job that ends between the two looks it is seen that it is done
    runs = {run.job: run for run in await RUN.find(connection)}
    return [job.with_run(runs.get(job.address)) for job in await JOB.find(connection, *filters)]


async def find_run(connection: Connection, *, job: Pubkey, node: Pubkey | None = None) -> Run | None:
    """The run of a job, None while no host works on it. Network: 1 getProgramAccounts call.

    A job that its host gave up may have been claimed by several others: the run of `node` comes first then.
    """
    runs = await RUN.find(connection, *address_filters({_RUN_JOB: job}))
    return min(runs, key=lambda run: run.node != node, default=None)


async def find_runs(connection: Connection, *, node: Pubkey) -> list[Run]:
    """The runs that a host works on. Network: 1 getProgramAccounts call."""
    return await RUN.find(connection, *address_filters({_RUN_NODE: node}))


async def _fetch_job_and_run(connection: Connection, address: Pubkey, run: Pubkey | None) -> Job:
    """A job, and its run if it is at `run`, of the same moment. Network: 1 call."""
    addresses = [address] if run is None else [address, run]
    accounts = dict(zip(addresses, await connection.fetch_accounts(addresses), strict=True))
    found = RUN.read_if_any(connection, run, accounts[run]) if run else None
    return JOB.read(connection, address, accounts[address]).with_run(found if found and found.job == address else None)
