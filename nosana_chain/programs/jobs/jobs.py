"""Actions of builders, who pay for jobs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.program_errors.anchor import AccountNotInitialized
from nosana_chain.bindings.program_errors.jobs import JobInWrongState, MarketInWrongState, NotInMarketQueue
from nosana_chain.errors import AmountError, InsufficientFundsError, WrongStateError
from nosana_chain.models.job import Job, JobState
from nosana_chain.models.market import JobType, Market
from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.accounts import is_there
from nosana_chain.programs.context import Context
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
from nosana_chain.programs.jobs.queries import JOB, MARKET, fetch_job, find_jobs
from nosana_chain.programs.nos_accounts import create_nos_account_ix, missing_nos_accounts, token_balance
from nosana_chain.units import NosUnits, Seconds, format_nos, i64, u64
from nosana_chain.wallet import Signer, Wallet


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedJob:
    """A job that was posted.

    Attributes:
        job: its address.
        run: address of its run account, if a host was waiting.
        deposit: NOS base units locked in the market's vault, at the price that the market had right before the
            simulation. If its operator changed it since, `Job.deposit` tells what was locked. Without
            the network fee that some builds of the program take on top, and never give back.
    """

    receipt: Receipt
    job: Pubkey
    run: Pubkey
    deposit: NosUnits


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendedJob:
    """A job that got more time.

    Attributes:
        timeout: the new total, in seconds.
        deposit: NOS base units that were added to the vault, if nobody else extended the job in the same moment.
    """

    receipt: Receipt
    timeout: Seconds
    deposit: NosUnits


class StopKind(StrEnum):
    """What stopping came down to."""

    DELISTED = "delisted"  #: it was waiting: everything came back
    ENDED = "ended"  #: it was running: the host was paid for its seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedJob:
    """A job that was stopped."""

    receipt: Receipt
    kind: StopKind


#: What delist and end answer when the job changed hands between the look and the transaction.
_LOST_RACE = (JobInWrongState, MarketInWrongState, NotInMarketQueue, AccountNotInitialized)


class Jobs:
    """Jobs: posting, extending, stopping and recovering them. The wallet is payer and project."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def fetch_job(self, address: Pubkey, *, run: Pubkey | None = None) -> Job:
        """The job at `address`, with its run while a host works on it.

        Args:
            address: the job.
            run: where its run may be, as `PostedJob` tells it. One that is there need not be searched for, which many
                public endpoints refuse.

        Network: 1 call for a job that is done or whose run is at `run`; else 1 getProgramAccounts call more, and 1 more
        where that finds nothing.

        Raises:
            NotFoundError: no job there; a job that was delisted, recovered or cleaned is gone from the chain.
        """
        return await fetch_job(self._context.connection, address, run=run)

    async def find_jobs(
        self,
        *,
        market: Pubkey | None = None,
        project: Pubkey | None = None,
        payer: Pubkey | None = None,
        node: Pubkey | None = None,
    ) -> list[Job]:
        """The jobs of a market, a project, a payer, or done by a node; those that fit all that is given.

        Network: 2 getProgramAccounts calls.
        """
        return await find_jobs(self._context.connection, market=market, project=project, payer=payer, node=node)

    async def post_job(
        self,
        market: Pubkey,
        *,
        definition_cid: str,
        timeout: int,
        host: Pubkey | None = None,
        job_key: Signer | None = None,
    ) -> PostedJob:
        """Post a job: the price of its whole timeout is locked, and the first waiting host gets it.

        Args:
            market: where to post.
            definition_cid: CIDv0 of the job definition.
            timeout: longest time to run, in seconds, 1 to 2**63-1.
            host: the one host that shall run it; it must wait in the market's queue.
            job_key: key of the job account; a fresh one by default. Keep your own and pass it again to be sure that a
                second attempt pays nothing: the chain refuses it while the first job's account is there.

        Network: 1 call and 1 transaction. Safe to retry: with the same `job_key`, until that job is delisted,
        recovered or cleaned; without one no, every call posts another job: after OutcomeUnknownError look at the
        transaction's signature first.

        Raises:
            NotFoundError: no such market.
            WrongStateError: the market queues nothing and no host waits: nothing could bring the deposit back.
            NotInMarketQueue: `host` doesn't wait in the market's queue.
            AmountError: the timeout, or what it costs, is out of range.
            CidError: not a CIDv0.
            InsufficientFundsError: the wallet's NOS or SOL don't cover it.
        """
        context, wallet = self._context, self._context.signer
        deposit, preparing = await self._affordable_deposit(market, i64(timeout, "timeout", minimum=1))
        job, run = job_key or Wallet.generate(), Wallet.generate()
        build = list_ix if host is None else partial(assign_ix, node=host)
        posting = build(
            job=job.address,
            run=run.address,
            market=market,
            payer=wallet.address,
            definition_cid=definition_cid,
            timeout=timeout,
            network=context.network,
        )
        receipt = await context.execute([*preparing, posting], signers=[job, run])
        return PostedJob(receipt=receipt, job=job.address, run=run.address, deposit=deposit)

    async def extend_job(self, job: Pubkey, *, by: int | None = None, to: int | None = None) -> ExtendedJob:
        """Give a waiting or running job more time: `by` seconds more, or `to` a total. Exactly one of the two.

        Network: 1 call and 1 transaction. Safe to retry: with `to` yes, it is refused once done; with `by` no.

        Raises:
            NotFoundError: no such job.
            AmountError: not longer than now, or out of range.
            WrongStateError: the job is over.
            InsufficientFundsError: the wallet's NOS don't cover the difference.
        """
        context, wallet = self._context, self._context.signer
        current = await JOB.fetch(context.connection, job)
        if current.state is not JobState.QUEUED:  # as it is stored while it runs, too
            raise _wrong_state(current, "extend", "only waiting and running jobs can be extended")
        timeout = _new_timeout(current, by=by, to=to)
        longer = extend_ix(
            job=job, market=current.market, payer=wallet.address, timeout=timeout, network=context.network
        )
        receipt = await context.execute([longer])
        added = NosUnits((timeout - current.timeout) * current.price)
        return ExtendedJob(receipt=receipt, timeout=timeout, deposit=added)

    async def stop_job(self, job: Pubkey, *, run: Pubkey | None = None) -> StoppedJob:
        """Stop a job: delist it while it waits (all comes back), end it while it runs (its seconds are paid).

        When a host takes or gives back the job in the same moment, the other way is tried. A job that its first host
        gave up and another one claimed is ended too; `recover_job` would leave that host without its pay.

        Args:
            job: the job.
            run: where its run may be, as in `fetch_job`.

        Network: 2 to 4 calls and 1 transaction, twice those when it lost the race. Safe to retry: yes, a job stops
        once.

        Raises:
            NotFoundError: no such job.
            WrongStateError: the job is over already.
            MarketInWrongState, NotInMarketQueue: it neither waits nor runs: its host was evicted, or its market is of a
                type that queues nothing.
        """
        try:
            return await self._stop_as_it_stands(job, run)
        except _LOST_RACE:
            return await self._stop_as_it_stands(job, run)

    async def recover_job(self, job: Pubkey) -> Receipt:
        """Get the whole deposit and the rent back of a job whose host quit.

        Network: 2 calls and 1 transaction. Safe to retry: yes, a job is recovered once.

        Raises:
            NotFoundError: no such job.
            WrongStateError: no host quit it.
        """
        context = self._context
        current = await JOB.fetch(context.connection, job)
        if current.state is not JobState.STOPPED:
            raise _wrong_state(current, "recover", "only a job that its host gave up can be recovered")
        recovery = recover_ix(
            job=job,
            market=current.market,
            payer=current.payer,
            authority=context.signer.address,
            network=context.network,
        )
        return await context.execute([*await missing_nos_accounts(context, current.payer), recovery])

    async def clean_job(self, job: Pubkey) -> Receipt:
        """Close a finished job whose market's expiration has passed since; its payer gets the rent. Anyone may.

        Network: 1 call and 1 transaction. Safe to retry: yes, a job is closed once.

        Raises:
            NotFoundError: no such job.
            JobInWrongState: it isn't done.
            JobNotExpired: it is too early.
        """
        context, current = self._context, await JOB.fetch(self._context.connection, job)
        cleaning = clean_ix(job=job, market=current.market, payer=current.payer, network=context.network)
        return await context.execute([cleaning])

    async def clean_job_as_admin(self, job: Pubkey) -> Receipt:
        """Close any job as the network's market admin. **The deposit isn't refunded**; the payer gets the rent.

        Network: 1 call and 1 transaction. Safe to retry: yes, a job is closed once.

        Raises:
            NotFoundError: no such job.
            Unauthorized: the wallet isn't the market admin.
        """
        context, current = self._context, await JOB.fetch(self._context.connection, job)
        admin = context.signer.address
        cleaning = clean_admin_ix(job=job, payer=current.payer, authority=admin, network=context.network)
        return await context.execute([cleaning])

    async def _affordable_deposit(self, market: Pubkey, timeout: int) -> tuple[NosUnits, list[Instruction]]:
        """The deposit for `timeout` seconds, once it is known that the wallet's NOS account covers it.

        And what creates that account, which the program wants to see in a free market too.
        """
        context, owner = self._context, self._context.signer.address
        purse = pda.nos_account_address(owner, network=context.network)
        market_account, purse_account = await context.connection.fetch_accounts([market, purse])
        terms = MARKET.read(context.connection, market, market_account)
        _require_way_back(terms)
        deposit = terms.deposit(timeout)
        u64(deposit, "deposit (price x timeout)")
        balance = token_balance(purse_account)
        if balance < deposit:
            raise _too_little_nos(owner, needed=deposit, balance=balance)
        creation = create_nos_account_ix(owner=owner, payer=owner, network=context.network)
        return deposit, [] if is_there(purse_account) else [creation]

    async def _stop_as_it_stands(self, job: Pubkey, run: Pubkey | None) -> StoppedJob:
        context = self._context
        current = await self.fetch_job(job, run=run)
        kind, stopping = self._stop_instruction(current)
        owners = [current.payer, current.run.node] if current.run else [current.payer]
        receipt = await context.execute([*await missing_nos_accounts(context, *owners), stopping])
        return StoppedJob(receipt=receipt, kind=kind)

    def _stop_instruction(self, job: Job) -> tuple[StopKind, Instruction]:
        authority, network = self._context.signer.address, self._context.network
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
        raise _wrong_state(job, "stop", "only waiting and running jobs can be stopped")


def _require_way_back(market: Market) -> None:
    """A job that is neither queued nor run can't be delisted, ended or recovered."""
    if market.job_type == JobType.UNKNOWN and not market.waiting_hosts:
        raise WrongStateError(
            f"market {market.address} is of type UNKNOWN, where no job is ever queued, and no host waits there: "
            "the deposit would be lost; post to another market",
            address=str(market.address),
        )


def _new_timeout(job: Job, *, by: int | None, to: int | None) -> Seconds:
    if (by is None) == (to is None):
        raise AmountError("say either how many seconds to extend the job by, or the new total (to)", by=by, to=to)
    total = to if to is not None else job.timeout + (by or 0)
    longer = i64(total, "new timeout", minimum=job.timeout + 1)
    u64((longer - job.timeout) * job.price, "added deposit (price x seconds)")
    return Seconds(longer)


def _wrong_state(job: Job, verb: str, rule: str) -> WrongStateError:
    state = "queued or running" if job.state is JobState.QUEUED else job.state.name.lower()
    return WrongStateError(f"can't {verb} job {job.address}: it is {state}; {rule}", address=str(job.address))


def _too_little_nos(owner: Pubkey, *, needed: int, balance: int) -> InsufficientFundsError:
    return InsufficientFundsError(
        f"{owner} has {format_nos(balance)} NOS and the deposit takes {format_nos(needed)}; "
        "add NOS or ask for a shorter timeout",
        signature=None,
        reason="InsufficientFunds",
        instruction_index=None,
        logs=(),
        needed=needed,
        balance=balance,
    )
