"""Reading markets, jobs and runs."""

from __future__ import annotations

from solders.pubkey import Pubkey
from solders.rpc.filter import Memcmp

from nosana_chain.bindings.jobs.accounts import JobAccount, MarketAccount, RunAccount
from nosana_chain.models.job import Job, Run
from nosana_chain.models.market import Market
from nosana_chain.programs.accounts import AccountKind
from nosana_chain.rpc.connection import Connection

MARKET = AccountKind(name="market", program="jobs", discriminator=MarketAccount.discriminator, decode=Market.decode)
JOB = AccountKind(name="job", program="jobs", discriminator=JobAccount.discriminator, decode=Job.decode)
RUN = AccountKind(name="run", program="jobs", discriminator=RunAccount.discriminator, decode=Run.decode)

#: Offsets of the fields that accounts are found by (specification, section 3).
_RUN_JOB, _RUN_NODE = 8, 40
_JOB_OFFSETS = {"market": 72, "node": 104, "payer": 136, "project": 176}


async def fetch_job(connection: Connection, address: Pubkey) -> Job:
    """The job at `address`, with its run if it is running. Network: 2 calls.

    Raises:
        NotFoundError: no job there; a job that was delisted, recovered or cleaned is gone from the chain.
    """
    job = await JOB.fetch(connection, address)
    return job.with_run(await find_run(connection, job=address))


async def find_jobs(connection: Connection, **keys: Pubkey | None) -> list[Job]:
    """The jobs whose market, node, payer and project are `keys`, as far as given, with their runs.

    Network: 2 getProgramAccounts calls.
    """
    filters = [Memcmp(_JOB_OFFSETS[field], bytes(key)) for field, key in keys.items() if key is not None]
    jobs = await JOB.find(connection, *filters)
    runs = {run.job: run for run in await RUN.find(connection)}
    return [job.with_run(runs.get(job.address)) for job in jobs]


async def find_run(connection: Connection, *, job: Pubkey) -> Run | None:
    """The run of a job, None while no host works on it. Network: 1 getProgramAccounts call."""
    runs = await RUN.find(connection, Memcmp(_RUN_JOB, bytes(job)))
    return runs[0] if runs else None


async def find_runs(connection: Connection, *, node: Pubkey) -> list[Run]:
    """The runs that a host works on. Network: 1 getProgramAccounts call."""
    return await RUN.find(connection, Memcmp(_RUN_NODE, bytes(node)))
