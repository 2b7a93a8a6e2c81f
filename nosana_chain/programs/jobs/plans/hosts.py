"""Plans of hosts, who run jobs. Pure."""

from __future__ import annotations

from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.engine.looking import Looking, look
from nosana_chain.engine.plan import Landed, Plan, Planning, already_done, receipt_of
from nosana_chain.errors import TermsDifferError, WrongStateError
from nosana_chain.models.job import Job, Run
from nosana_chain.models.market import JobType, Market
from nosana_chain.models.presence import is_there
from nosana_chain.models.receipt import Receipt
from nosana_chain.networks import Network
from nosana_chain.programs.jobs.instructions import claim_ix, finish_ix, quit_admin_ix, quit_ix, work_ix
from nosana_chain.programs.jobs.plans.builders import job_after
from nosana_chain.programs.jobs.plans.markets import (
    OVERTAKEN,
    KnownMarket,
    closed_over,
    require_not_waiting,
    require_room,
)
from nosana_chain.programs.jobs.queries import JOB, RUN, search_run
from nosana_chain.programs.jobs.results import ClaimedJob, FinishedJob, JoinedQueue
from nosana_chain.programs.jobs.terms import AccessNft
from nosana_chain.programs.nos_accounts import creating_missing, look_for_receiver
from nosana_chain.programs.paying import Roles
from nosana_chain.programs.staking.queries import read_stake
from nosana_chain.units import NosUnits
from nosana_chain.wallet import Signer, Wallet


def plan_join(
    market: Pubkey, *, access: AccessNft | None, roles: Roles, network: Network, known: KnownMarket | None = None
) -> Planning[JoinedQueue]:
    """Offer a host to a market."""
    run = Wallet.generate()
    seen = yield from look(market, pda.stake_address(roles.wallet, network=network))
    found = (known or KnownMarket(market, network)).read(seen[market])
    _require_queue(found)
    require_not_waiting(found, roles.wallet)
    require_room(found, found.waiting_hosts, "hosts")
    read_stake(network, roles.wallet, seen)
    creating = yield from creating_missing(network, roles.wallet, payer=roles.funder)
    offer = work_ix(
        run=run.address, market=market, authority=roles.wallet, payer=roles.payer, access=access, network=network
    )
    return Plan(
        instructions=(*creating, offer),
        signers=(run,),
        cosigners=roles.cosigners,
        addresses={"market": market, "run": run.address},
        plan_anew=OVERTAKEN,
        reads=(run.address,),
        result=lambda landed: JoinedQueue(
            receipt=landed.receipt, run=run.address if is_there(landed.accounts.get(run.address)) else None
        ),
    )


def plan_claim(
    job: Pubkey, *, access: AccessNft | None, run: Signer, roles: Roles, network: Network
) -> Planning[ClaimedJob]:
    """Take over a job that its host gave up, by a run at the address of `run`, unless that is there already."""
    seen = yield from look(job, run.address, pda.stake_address(roles.wallet, network=network))
    if is_there(seen[run.address]):
        return already_done(_found(RUN.read(network, run.address, seen[run.address]), job, roles.wallet))
    market = JOB.read(network, job, seen[job]).market
    read_stake(network, roles.wallet, seen)
    creating = yield from creating_missing(network, roles.wallet, payer=roles.funder)
    claiming = claim_ix(
        job=job,
        run=run.address,
        market=market,
        authority=roles.wallet,
        payer=roles.payer,
        access=access,
        network=network,
    )
    return Plan(
        instructions=(*creating, claiming),
        signers=(run,),
        cosigners=roles.cosigners,
        addresses={"job": job, "run": run.address},
        in_words=closed_over(job, market),
        reads=(run.address,),
        proof=RUN.made(network, run.address, lambda found: (found.job, found.node) == (job, roles.wallet)),
        result=lambda landed: ClaimedJob(receipt=landed.receipt, run=run.address),
    )


def plan_finish(
    job: Pubkey, *, result_cid: str, run: Pubkey | None, to: Pubkey | None = None, roles: Roles, network: Network
) -> Planning[FinishedJob]:
    """Hand in a job's result; the pay goes to `to`, by default to the host."""
    own = yield from _run_of(job, run, roles.wallet, network)
    terms = yield from JOB.look(network, job)
    receiver = yield from look_for_receiver(network, terms.payer, to=to, own=roles.wallet, payer=roles.funder)
    finishing = finish_ix(
        job=job,
        run=own.address,
        market=terms.market,
        job_payer=terms.payer,
        run_payer=own.payer,
        authority=roles.wallet,
        result_cid=result_cid,
        user=receiver.account,
        network=network,
    )
    return Plan(
        instructions=(*receiver.creating, finishing),
        addresses={"job": job, "run": own.address},
        in_words=closed_over(job, terms.market),
        reads=(job,),
        result=lambda landed: _finished(landed, terms, network),
    )


def plan_quit(job: Pubkey, *, run: Pubkey | None, host: Pubkey, network: Network) -> Planning[Receipt]:
    """Give a running job up."""
    own = yield from _run_of(job, run, host, network)
    leaving = quit_ix(job=job, run=own.address, run_payer=own.payer, authority=host, network=network)
    return Plan(instructions=(leaving,), addresses={"job": job, "run": own.address}, result=receipt_of)


def plan_evict(job: Pubkey, *, run: Pubkey | None, admin: Pubkey, network: Network) -> Planning[Receipt]:
    """Close the run of a job, as admin."""
    found = yield from _run_of(job, run, admin, network)
    evicting = quit_admin_ix(run=found.address, run_payer=found.payer, authority=admin, network=network)
    return Plan(instructions=(evicting,), addresses={"job": job, "run": found.address}, result=receipt_of)


def _run_of(job: Pubkey, address: Pubkey | None, host: Pubkey, network: Network) -> Looking[Run]:
    looking = RUN.look(network, address) if address else search_run(network, job=job, host=host)
    run: Run | None = yield from looking
    if run is None:
        raise WrongStateError(
            f"nobody runs job {job}: it waits or is over (if its builder ended it, complete_job adds the result)",
            address=str(job),
        )
    if run.job != job:
        raise WrongStateError(f"run {run.address} is not of job {job} but of {run.job}", address=str(run.address))
    return run


def _found(run: Run, job: Pubkey, host: Pubkey) -> ClaimedJob:
    """The result for a job that an earlier attempt claimed."""
    if (run.job, run.node) != (job, host):
        raise TermsDifferError(
            f"this key's run {run.address} is of job {run.job}; asked for is {job}; nothing was sent: use another key",
            verb="claim_job",
            key="",
            recorded={"job": str(run.job)},
            asked={"job": str(job)},
        )
    return ClaimedJob(receipt=None, run=run.address)


def _finished(landed: Landed, before: Job, network: Network) -> FinishedJob:
    after = job_after(landed, before.address, network)
    paid = after.reward if after else None
    refunded = None if after is None or paid is None else NosUnits(after.deposit - paid)
    return FinishedJob(receipt=landed.receipt, paid=paid, refunded=refunded)


def _require_queue(market: Market) -> None:
    if market.job_type == JobType.UNKNOWN and not market.waiting_jobs:
        raise WrongStateError(
            f"market {market.address} is of type UNKNOWN, where no host is ever queued, and no job waits there; "
            "work in another market",
            address=str(market.address),
        )
