"""Plans of builders, who pay for jobs: what is seen, what follows from it, and what a result is read from. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from solders.account import Account
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.program_errors.anchor import AccountNotInitialized
from nosana_chain.bindings.program_errors.jobs import JobInWrongState, MarketInWrongState, NotInMarketQueue
from nosana_chain.cid import cid_from_digest, digest_of
from nosana_chain.engine.looking import look
from nosana_chain.engine.plan import Landed, Payment, Plan, Planning, Proof, account_made, already_done, receipt_of
from nosana_chain.errors import AmountError, InputError, TermsDifferError, WrongStateError
from nosana_chain.models.job import Job, JobState
from nosana_chain.models.market import JobType, Market
from nosana_chain.models.presence import is_there
from nosana_chain.models.receipt import Receipt
from nosana_chain.networks import Network
from nosana_chain.programs.jobs.instructions import (
    assign_ix,
    clean_admin_ix,
    clean_ix,
    delist_ix,
    end_ix,
    extend_ix,
    list_ix,
    recover_ix,
)
from nosana_chain.programs.jobs.plans.markets import OVERTAKEN, KnownMarket, closed_over, require_room
from nosana_chain.programs.jobs.queries import JOB, look_for_job
from nosana_chain.programs.jobs.results import ExtendedJob, PostedJob, StopKind, StoppedJob
from nosana_chain.programs.nos_accounts import creating, creating_missing, look_for_receiver, payment_from_purse
from nosana_chain.programs.paying import Roles
from nosana_chain.units import NosUnits, Seconds, i64, u64
from nosana_chain.wallet import Signer, Wallet

#: What delist and end answer when the job changed hands between the look and the transaction.
_LOST_RACE = (JobInWrongState, MarketInWrongState, NotInMarketQueue, AccountNotInitialized)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A job that shall be posted.

    Attributes:
        host: the one host that shall run it; None for the first that waits or comes.
    """

    market: Pubkey
    definition_cid: str
    timeout: int
    host: Pubkey | None = None

    def is_it(self, job: Job, *, roles: Roles) -> bool:
        """Whether a job on chain is this one, posted by these; it may have been extended since."""
        wanted = (self.market, roles.payer, roles.wallet, cid_from_digest(digest_of(self.definition_cid)) or "")
        found = (job.market, job.payer, job.project, job.definition_cid)
        return found == wanted and job.timeout >= self.timeout


def plan_post(
    posting: Posting, *, job: Signer, roles: Roles, network: Network, known: KnownMarket | None = None
) -> Planning[PostedJob]:
    """Post a job at the address of `job`, unless it is there already."""
    purse = pda.nos_account_address(roles.payer, network=network)
    seen = yield from look(posting.market, purse, job.address)
    if is_there(seen[job.address]):
        return already_done(_found(posting, JOB.read(network, job.address, seen[job.address]), roles))
    market = (known or KnownMarket(posting.market, network)).read(seen[posting.market])
    _require_way_back(market)
    if posting.host is None:
        require_room(market, market.waiting_jobs, "jobs")
    deposit = u64(market.deposit(posting.timeout), "deposit (price x timeout)")
    payment = payment_from_purse(
        seen[purse],
        owner=roles.payer,
        to=market.vault,
        amount=deposit,
        seconds=posting.timeout,
        network=network,
        what="deposit",
    )
    preparing = creating(seen[purse], owner=roles.payer, payer=roles.funder, network=network)
    planned = partial(_post, posting, job=job, payment=payment, preparing=preparing, roles=roles, network=network)
    # where no host waits, nothing is created for the run, whose key only has to sign
    waits_alone = posting.host is None and not market.waiting_hosts
    return replace(planned(run=Wallet.generate()), sharing=(lambda run: planned(run=run)) if waits_alone else None)


def _post(
    posting: Posting,
    *,
    job: Signer,
    run: Signer,
    payment: Payment,
    preparing: Sequence[Instruction],
    roles: Roles,
    network: Network,
) -> Plan[PostedJob]:
    build = list_ix if posting.host is None else partial(assign_ix, node=posting.host)
    paying = build(
        job=job.address,
        run=run.address,
        market=posting.market,
        payer=roles.payer,
        definition_cid=posting.definition_cid,
        timeout=posting.timeout,
        network=network,
        authority=roles.wallet,
    )
    return Plan(
        instructions=(*preparing, paying),
        signers=(job, run),
        cosigners=roles.cosigners,
        payment=payment,
        addresses={"job": job.address, "run": run.address},
        reads=(job.address, run.address),
        plan_anew=OVERTAKEN,
        proof=_posted(posting, job.address, roles, network),
        result=lambda landed: _posted_job(landed, posting, (job.address, run.address), payment, network),
    )


def plan_extend(
    job: Pubkey, *, by: int | None, to: int | None, roles: Roles, network: Network
) -> Planning[ExtendedJob]:
    """Give a job more time, at its own price."""
    purse = pda.nos_account_address(roles.payer, network=network)
    seen = yield from look(job, purse)
    current = JOB.read(network, job, seen[job])
    if current.state is not JobState.QUEUED:  # as it is stored while it runs, too
        raise wrong_state(current, "extend", "only waiting and running jobs can be extended")
    _require_its_payer(current, roles)
    timeout = _new_timeout(current, by=by, to=to)
    added = NosUnits((timeout - current.timeout) * current.price)
    payment = payment_from_purse(
        seen[purse],
        owner=roles.payer,
        to=pda.market_vault_address(current.market, network=network),
        amount=added,
        seconds=timeout - current.timeout,
        network=network,
        what="extension",
    )
    longer = extend_ix(
        job=job, market=current.market, payer=roles.payer, timeout=timeout, network=network, authority=roles.wallet
    )
    return Plan(
        instructions=(longer,),
        cosigners=roles.cosigners,
        payment=payment,
        addresses={"job": job},
        in_words=closed_over(job, current.market),
        result=lambda landed: ExtendedJob(
            receipt=landed.receipt, timeout=timeout, deposit=added, network_fee=_fee_on_top(landed, roles.payer, added)
        ),
    )


def plan_stop(job: Pubkey, *, run: Pubkey | None, roles: Roles, network: Network) -> Planning[StoppedJob]:
    """Delist a job that waits, end one that runs."""
    current = yield from look_for_job(network, job, run=run)
    kind, stopping = _stop_instruction(current, roles.wallet, network)
    owners = [current.payer, current.run.node] if current.run else [current.payer]
    creating = yield from creating_missing(network, *owners, payer=roles.funder)
    return Plan(
        instructions=(*creating, stopping),
        addresses={"job": job},
        reads=(job,),
        plan_anew=_LOST_RACE,
        in_words=closed_over(job, current.market),
        result=lambda landed: _stopped_job(landed, kind, current, network),
    )


def plan_recover(job: Pubkey, *, to: Pubkey | None = None, roles: Roles, network: Network) -> Planning[Receipt]:
    """Get a job's deposit back that its host gave up; it goes to `to`, by default to the job's payer."""
    current = yield from JOB.look(network, job)
    if current.state is not JobState.STOPPED:
        raise wrong_state(current, "recover", "only a job that its host gave up can be recovered")
    receiver = yield from look_for_receiver(network, to=to, own=current.payer, payer=roles.funder)
    recovery = recover_ix(
        job=job,
        market=current.market,
        payer=current.payer,
        authority=roles.wallet,
        user=receiver.account,
        network=network,
    )
    return Plan(
        instructions=(*receiver.creating, recovery),
        addresses={"job": job},
        in_words=closed_over(job, current.market),
        result=receipt_of,
    )


def plan_clean(job: Pubkey, *, network: Network) -> Planning[Receipt]:
    """Close a finished job."""
    current = yield from JOB.look(network, job)
    cleaning = clean_ix(job=job, market=current.market, payer=current.payer, network=network)
    told = closed_over(job, current.market)
    return Plan(instructions=(cleaning,), addresses={"job": job}, in_words=told, result=receipt_of)


def plan_clean_as_admin(job: Pubkey, *, admin: Pubkey, network: Network) -> Planning[Receipt]:
    """Close any job, without its deposit."""
    current = yield from JOB.look(network, job)
    cleaning = clean_admin_ix(job=job, payer=current.payer, authority=admin, network=network)
    return Plan(instructions=(cleaning,), addresses={"job": job}, result=receipt_of)


def wrong_state(job: Job, verb: str, rule: str) -> WrongStateError:
    """The error for a job that is not in a state in which `verb` makes sense."""
    state = "queued or running" if job.state is JobState.QUEUED else job.state.name.lower()
    return WrongStateError(f"can't {verb} job {job.address}: it is {state}; {rule}", address=str(job.address))


def job_after(landed: Landed, address: Pubkey, network: Network) -> Job | None:
    """A job as it is after a transaction; None where it is gone, or nobody tells."""
    account = landed.accounts.get(address)
    return JOB.read_if_any(network, address, account)


def _posted(posting: Posting, job: Pubkey, roles: Roles, network: Network) -> Proof:
    def matches(account: Account) -> bool:
        return posting.is_it(JOB.read(network, job, account), roles=roles)

    return account_made(job, matches)


def _found(posting: Posting, job: Job, roles: Roles) -> PostedJob:
    """The result for a job that an earlier attempt posted."""
    if not posting.is_it(job, roles=roles):
        raise TermsDifferError(
            f"this key's job {job.address} was posted with other terms: market {job.market}, definition "
            f"{job.definition_cid}, {job.timeout} s, paid by {job.payer}; asked for are market "
            f"{posting.market}, {posting.definition_cid}, {posting.timeout} s, paid by {roles.payer}; nothing was "
            "sent: use another key, or extend the job",
            verb="post_job",
            key="",
            job=str(job.address),
            recorded={
                "market": str(job.market),
                "definition_cid": job.definition_cid,
                "timeout": job.timeout,
                "payer": str(job.payer),
            },
            asked={
                "market": str(posting.market),
                "definition_cid": posting.definition_cid,
                "timeout": posting.timeout,
                "payer": str(roles.payer),
            },
        )
    return PostedJob(receipt=None, job=job.address, run=None, deposit=job.deposit, network_fee=None)


def _posted_job(
    landed: Landed, posting: Posting, addresses: tuple[Pubkey, Pubkey], payment: Payment, network: Network
) -> PostedJob:
    job, run = addresses
    found = job_after(landed, job, network)
    locked = NosUnits(found.price * posting.timeout) if found else payment.amount
    return PostedJob(
        receipt=landed.receipt,
        job=job,
        run=run if is_there(landed.accounts.get(run)) else None,
        deposit=locked,
        network_fee=_fee_on_top(landed, payment.owner, locked),
    )


def _fee_on_top(landed: Landed, owner: Pubkey, deposit: int) -> NosUnits | None:
    if landed.transfers is None:
        return None
    return NosUnits(sum(transfer.amount for transfer in landed.transfers if transfer.authority == owner) - deposit)


def _stopped_job(landed: Landed, kind: StopKind, before: Job, network: Network) -> StoppedJob:
    if kind is StopKind.DELISTED:
        return StoppedJob(receipt=landed.receipt, kind=kind, paid=NosUnits(0), refunded=before.deposit)
    after = job_after(landed, before.address, network)
    paid = after.reward if after else None
    refunded = None if after is None or paid is None else NosUnits(after.deposit - paid)
    return StoppedJob(receipt=landed.receipt, kind=kind, paid=paid, refunded=refunded)


def _stop_instruction(job: Job, authority: Pubkey, network: Network) -> tuple[StopKind, Instruction]:
    if job.run:
        return StopKind.ENDED, end_ix(
            job=job.address,
            run=job.run.address,
            market=job.market,
            job_payer=job.payer,
            run_payer=job.run.payer,
            node=job.run.node,
            authority=authority,
            network=network,
        )
    if job.state is JobState.QUEUED:  # or evicted, or never queued: the program knows
        return StopKind.DELISTED, delist_ix(
            job=job.address, market=job.market, payer=job.payer, authority=authority, network=network
        )
    raise wrong_state(job, "stop", "only waiting and running jobs can be stopped")


def _require_way_back(market: Market) -> None:
    """A job that is neither queued nor run can't be delisted, ended or recovered."""
    if market.job_type == JobType.UNKNOWN and not market.waiting_hosts:
        raise WrongStateError(
            f"market {market.address} is of type UNKNOWN, where no job is ever queued, and no host waits there: "
            "the deposit would be lost; post to another market",
            address=str(market.address),
        )


def _require_its_payer(job: Job, roles: Roles) -> None:
    """The program takes an extension's NOS from who paid the deposit, and from nobody else."""
    if job.price and job.project == roles.wallet and job.payer != roles.payer:
        raise InputError(
            f"job {job.address} was paid by {job.payer}, who has to pay for its extension too, not {roles.payer}: pass "
            "that wallet as payer",
            payer=str(job.payer),
        )


def _new_timeout(job: Job, *, by: int | None, to: int | None) -> Seconds:
    total = to if to is not None else job.timeout + (by or 0)
    longer = i64(total, "new timeout", minimum=job.timeout + 1)
    u64((longer - job.timeout) * job.price, "added deposit (price x seconds)")
    return Seconds(longer)


def require_one(*, by: int | None, to: int | None) -> None:
    """AmountError unless exactly one of the two is given."""
    if (by is None) == (to is None):
        raise AmountError("say either how many seconds to extend the job by, or the new total (to)", by=by, to=to)
