"""Jobs and runs of a wallet: rent of what is over, deposits of what was given up, pay for what is overdue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from solders.pubkey import Pubkey
from solders.sysvar import CLOCK

from nosana_chain.client import NosanaClient
from nosana_chain.engine.looking import Looking, Sight, look
from nosana_chain.models.clock import Clock
from nosana_chain.models.job import Job, JobState, Run
from nosana_chain.models.market import Market
from nosana_chain.networks import Network
from nosana_chain.programs.jobs.formulas import cleanable_from, cost, position_in
from nosana_chain.programs.jobs.queries import JOB, MARKET, RUN, search_jobs, search_runs
from nosana_chain.sweep.findings import Finding, FindingKind, Remark
from nosana_chain.units import Lamports, UnixSeconds

Told = Finding | Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenJobs:
    """Jobs and runs of a wallet with their markets, as of one moment.

    Attributes:
        jobs: that it paid for, or that its runs are of.
        runs: that it works on, or whose rent it paid.
        are_runs_known: whether all runs of the jobs were looked for.
        lamports: in each account.
    """

    wallet: Pubkey
    now: UnixSeconds
    jobs: Mapping[Pubkey, Job]
    runs: tuple[Run, ...]
    are_runs_known: bool
    markets: Mapping[Pubkey, Market]
    lamports: Mapping[Pubkey, Lamports]


def search_own_jobs(network: Network, wallet: Pubkey) -> Looking[SeenJobs]:
    """Every job that the wallet paid for, and every run that it works on or paid for."""
    paid = yield from search_jobs(network, payer=wallet)
    hosted = yield from search_runs(network, host=wallet)
    funded = yield from search_runs(network, payer=wallet)
    runs = {run.address: run for run in (*hosted, *funded, *(job.run for job in paid if job.run))}
    jobs = dict.fromkeys((*(job.address for job in paid), *(run.job for run in runs.values())))
    return (yield from _look_at(network, wallet, tuple(jobs), tuple(runs), are_runs_known=True))


def look_at_known_jobs(network: Network, wallet: Pubkey, known: tuple[Pubkey, ...]) -> Looking[SeenJobs]:
    """Jobs whose addresses are known, where nothing can be searched for; those that are gone are left out."""
    return (yield from _look_at(network, wallet, known, (), are_runs_known=False))


def _look_at(
    network: Network, wallet: Pubkey, jobs: tuple[Pubkey, ...], runs: tuple[Pubkey, ...], *, are_runs_known: bool
) -> Looking[SeenJobs]:
    seen = yield from look(CLOCK, *jobs, *runs)
    there = [job for at in jobs if (job := JOB.read_if_any(network, at, seen[at]))]
    markets = yield from look(*{job.market for job in there})
    running = [run for at in runs if (run := RUN.read_if_any(network, at, seen[at]))]
    # of several runs of a job, which only a job that was given up can have, any: what matters is that there is one
    run_of = {run.job: run for run in running}
    read = ((at, MARKET.read_if_any(network, at, account)) for at, account in markets.items())
    return SeenJobs(
        wallet=wallet,
        now=Clock.read(seen[CLOCK]).unix_time,
        jobs={job.address: job.with_run(run_of.get(job.address)) for job in there},
        runs=tuple(running),
        are_runs_known=are_runs_known,
        markets={at: market for at, market in read if market},
        lamports=_lamports(seen),
    )


def _lamports(seen: Sight) -> dict[Pubkey, Lamports]:
    return {at: Lamports(account.lamports) for at, account in seen.items() if account}


def told_of_jobs(client: NosanaClient, seen: SeenJobs, results: Mapping[Pubkey, str]) -> Iterator[Told]:
    """What comes of them.

    Args:
        client: of the wallet.
        seen: what is there.
        results: CIDv0 of the result that the wallet, as host, has for a job.
    """
    own_work = {run.job for run in seen.runs if run.node == seen.wallet and run.job in results}
    for job in seen.jobs.values():
        if job.payer == seen.wallet and not (job.run and job.address in own_work):
            yield from _of_own(client, seen, job)
    for run in seen.runs:
        yield from _of_run(client, seen, run, results.get(run.job))


def _of_own(client: NosanaClient, seen: SeenJobs, job: Job) -> Iterator[Told]:
    market, rent = seen.markets.get(job.market), seen.lamports[job.address]
    remark = partial(Remark, address=job.address, lamports=rent)
    if market is None:
        yield remark(why=f"its market {job.market} is closed, and without it only the market admin can close the job")
    elif job.state is JobState.DONE:
        yield _cleaning(client, seen, job, market)
    elif job.state is JobState.STOPPED and not job.run:
        yield _recovering(client, seen, job)
    elif job.run and seen.now >= job.run.time + job.timeout:
        yield _ending(client, seen, job, job.run)
    elif job.state is JobState.QUEUED and seen.are_runs_known and position_in(market, job.address) is None:
        why = "it neither waits nor runs: its host was evicted, or its market queues nothing; nothing gives it back"
        yield remark(why=why, nos=job.deposit)


def _cleaning(client: NosanaClient, seen: SeenJobs, job: Job, market: Market) -> Told:
    due_at, rent = cleanable_from(job, market), seen.lamports[job.address]
    if due_at is None or seen.now < due_at:
        why = f"it is over, and can be cleaned at {due_at} (Unix time)"
        return Remark(address=job.address, why=why, lamports=rent, due_at=due_at)
    return Finding(
        kind=FindingKind.CLEAN_JOB,
        address=job.address,
        lamports=rent,
        why="it is over, and its market's expiration has passed",
        make=lambda: client.jobs.clean_job(job.address),
    )


def _recovering(client: NosanaClient, seen: SeenJobs, job: Job) -> Told:
    rent = seen.lamports[job.address]
    if job.project != seen.wallet:
        why = f"its host gave it up; its project {job.project} has to recover it"
        return Remark(address=job.address, why=why, nos=job.deposit, lamports=rent)
    unsure = "" if seen.are_runs_known else "; whether another host has claimed it since, who would lose its pay, "
    return Finding(
        kind=FindingKind.RECOVER_JOB,
        address=job.address,
        nos=job.deposit,
        lamports=rent,
        why=f"its host gave it up{unsure and unsure + 'could not be looked for'}",
        on_request=not seen.are_runs_known,
        make=lambda: client.jobs.recover_job(job.address),
    )


def _ending(client: NosanaClient, seen: SeenJobs, job: Job, run: Run) -> Told:
    rent = seen.lamports[run.address] if run.payer == seen.wallet else Lamports(0)
    why = "its timeout is over, and its host has earned all of it"
    if job.project != seen.wallet:
        return Remark(address=job.address, why=f"{why}; its project {job.project} has to end it", lamports=rent)
    return Finding(
        kind=FindingKind.END_JOB,
        address=job.address,
        lamports=rent,
        why=f"{why}; ending it gives back the rent of its run, and of the job itself once it can be cleaned",
        on_request=True,
        make=lambda: client.jobs.stop_job(job.address, run=run.address),
    )


def _of_run(client: NosanaClient, seen: SeenJobs, run: Run, result: str | None) -> Iterator[Told]:
    job, rent = seen.jobs.get(run.job), seen.lamports[run.address]
    own_rent = rent if run.payer == seen.wallet else Lamports(0)
    if job is None or job.state is JobState.DONE:
        if own_rent:
            gone = "is gone" if job is None else "is over, by another run"
            why = f"its job {run.job} {gone}: only the market admin can close it without harm to others"
            yield Remark(address=run.address, why=why, lamports=own_rent)
    elif seen.now < run.time + job.timeout:
        return
    elif run.node == seen.wallet:
        yield _finishing(client, job.with_run(run), seen.now, rent=own_rent, result=result)
    elif job.payer != seen.wallet:
        why = (
            f"the timeout of job {job.address} is over: its host {run.node} or its project {job.project} has to end it"
        )
        yield Remark(address=run.address, why=why, lamports=own_rent)


def _finishing(client: NosanaClient, job: Job, now: UnixSeconds, *, rent: Lamports, result: str | None) -> Told:
    run = job.run
    pay = cost(job, now=now)
    if run is None or result is None:
        why = f"the timeout of job {job.address} is over: hand in its result (finish_job), and all of it is paid"
        return Remark(address=job.address, why=why, nos=pay, lamports=rent)
    return Finding(
        kind=FindingKind.FINISH_JOB,
        address=job.address,
        nos=pay,
        lamports=rent,
        why="its timeout is over, and there is a result",
        make=lambda: client.hosts.finish_job(job.address, result_cid=result, run=run.address),
    )
