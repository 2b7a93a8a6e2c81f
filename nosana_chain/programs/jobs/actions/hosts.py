"""Actions of hosts, who run jobs."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from nosana_chain.errors import WrongStateError
from nosana_chain.models.job import Run
from nosana_chain.models.market import JobType, Market
from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.context import Context
from nosana_chain.programs.jobs.instructions import (
    claim_ix,
    complete_ix,
    finish_ix,
    quit_admin_ix,
    quit_ix,
    stop_ix,
    work_ix,
)
from nosana_chain.programs.jobs.instructions.run import AccessNft
from nosana_chain.programs.jobs.queries import JOB, MARKET, RUN, find_run, find_runs
from nosana_chain.programs.nos_accounts import missing_nos_accounts
from nosana_chain.wallet import Wallet


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedQueue:
    """A host that offered itself to a market.

    Attributes:
        run: address of the run account, if a job was waiting and the host got it at once.
    """

    receipt: Receipt
    run: Pubkey


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedJob:
    """A job that a host took over.

    Attributes:
        run: address of the run account.
    """

    receipt: Receipt
    run: Pubkey


class Hosts:
    """Hosts: queueing for jobs, finishing them and giving them up. The wallet is the host."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def find_runs(self, *, host: Pubkey | None = None) -> list[Run]:
        """The runs that `host` (default: the wallet) works on now. Network: 1 getProgramAccounts call."""
        return await find_runs(self._context.connection, node=host or self._context.signer.address)

    async def join_queue(self, market: Pubkey, *, access: AccessNft | None = None) -> JoinedQueue:
        """Offer the host to a market: it gets the first waiting job, or waits for one.

        Network: 2 calls and 1 transaction. Safe to retry: yes while it waits (NodeAlreadyQueued); a host that got a job
        at once would queue for a second one, so look at `find_runs` first.

        Raises:
            NotFoundError: no such market.
            WrongStateError: no job waits there, and the market is of type UNKNOWN, where nobody is ever queued.
            NodeNotEnoughStake: the stake weighs less than the market asks.
            NodeAlreadyQueued: the host waits in this market already.
        """
        context, run = self._context, Wallet.generate()
        host = context.signer.address
        _require_queue(await MARKET.fetch(context.connection, market))
        offer = work_ix(run=run.address, market=market, authority=host, access=access, network=context.network)
        instructions = [*await missing_nos_accounts(context, host), offer]
        return JoinedQueue(receipt=await context.execute(instructions, signers=[run]), run=run.address)

    async def leave_queue(self, market: Pubkey) -> Receipt:
        """Take the host off a market's queue, as `remove_from_queue`. Network: 1 transaction. Safe to retry: yes."""
        return await self.remove_from_queue(market, host=self._context.signer.address)

    async def remove_from_queue(self, market: Pubkey, *, host: Pubkey) -> Receipt:
        """Take `host` off a market's queue, as the host itself or as the market's authority.

        Network: 1 transaction. Safe to retry: yes, the first two errors say that it is done.

        Raises:
            MarketInWrongState: no hosts wait there, or not any more: the last one may have got a job (`find_runs`).
            NotInMarketQueue: that host doesn't, or not any more: likewise.
            Unauthorized: the wallet is neither the host nor the market's authority.
        """
        context = self._context
        leaving = stop_ix(market=market, node=host, authority=context.signer.address, network=context.network)
        return await context.execute([leaving])

    async def claim_job(self, job: Pubkey, *, access: AccessNft | None = None) -> ClaimedJob:
        """Take over a job whose host quit. The same conditions as in `join_queue`.

        The program leaves such a job in the state *stopped*, so its builder can still recover the deposit while it
        runs, and another host can claim it too: know your builder.

        Network: 2 calls and 1 transaction. Safe to retry: no, look at `find_runs` first.

        Raises:
            NotFoundError: no such job.
            JobInWrongState: nobody quit it.
        """
        context, run = self._context, Wallet.generate()
        host = context.signer.address
        market = (await JOB.fetch(context.connection, job)).market
        claiming = claim_ix(
            job=job, run=run.address, market=market, authority=host, access=access, network=context.network
        )
        instructions = [*await missing_nos_accounts(context, host), claiming]
        return ClaimedJob(receipt=await context.execute(instructions, signers=[run]), run=run.address)

    async def complete_job(self, job: Pubkey, *, result_cid: str) -> Receipt:
        """Add the result to a job that its builder ended. Network: 1 transaction. Safe to retry: yes.

        Raises:
            JobInWrongState: the job isn't done.
            JobResultsAlreadySet: it has a result.
            Unauthorized: another host ran it.
            CidError: not a CIDv0.
        """
        context = self._context
        host = context.signer.address
        completing = complete_ix(job=job, authority=host, result_cid=result_cid, network=context.network)
        return await context.execute([completing])

    async def finish_job(self, job: Pubkey, *, result_cid: str, run: Pubkey | None = None) -> Receipt:
        """Hand in the result of a running job: the host is paid for its seconds, the builder gets the rest.

        NOS accounts that the payout needs are created in the same transaction.

        Args:
            job: the job.
            result_cid: CIDv0 of the result.
            run: its run; searched for with a getProgramAccounts call if it isn't given.

        Network: 3 calls and 1 transaction. Safe to retry: yes, a run finishes once.

        Raises:
            NotFoundError: no such job, or no run at `run`.
            WrongStateError: nobody runs it, or `run` is the run of another job.
            Unauthorized: another host runs it.
            CidError: not a CIDv0.
        """
        context = self._context
        host = context.signer.address
        own = await self._run_of(job, run)
        terms = await JOB.fetch(context.connection, job)
        finishing = finish_ix(
            job=job,
            run=own.address,
            market=terms.market,
            job_payer=terms.payer,
            run_payer=own.payer,
            authority=host,
            result_cid=result_cid,
            network=context.network,
        )
        return await context.execute([*await missing_nos_accounts(context, terms.payer, host), finishing])

    async def quit_job(self, job: Pubkey, *, run: Pubkey | None = None) -> Receipt:
        """Give a running job up, without pay; the builder can recover its deposit then.

        Network: 1 call and 1 transaction. Safe to retry: yes, a run ends once.

        Raises:
            NotFoundError: no run at `run`, which is as in `finish_job`.
            WrongStateError: nobody runs the job, or `run` is the run of another one.
            Unauthorized: another host runs it.
        """
        context, own = self._context, await self._run_of(job, run)
        leaving = quit_ix(
            job=job,
            run=own.address,
            run_payer=own.payer,
            authority=context.signer.address,
            network=context.network,
        )
        return await context.execute([leaving])

    async def evict_host(self, job: Pubkey, *, run: Pubkey | None = None) -> Receipt:
        """Close the run of a job as the network's market admin; the job itself is left as it is, in no queue.

        Network: 1 call and 1 transaction. Safe to retry: yes, a run ends once.

        Raises:
            NotFoundError: no run at `run`, which is as in `finish_job`.
            WrongStateError: nobody runs the job, or `run` is the run of another one.
            Unauthorized: the wallet isn't the market admin.
        """
        context, found = self._context, await self._run_of(job, run)
        admin = context.signer.address
        evicting = quit_admin_ix(run=found.address, run_payer=found.payer, authority=admin, network=context.network)
        return await context.execute([evicting])

    async def _run_of(self, job: Pubkey, address: Pubkey | None) -> Run:
        connection, own = self._context.connection, self._context.signer.address
        run = await (RUN.fetch(connection, address) if address else find_run(connection, job=job, node=own))
        if run is None:
            raise WrongStateError(
                f"nobody runs job {job}: it waits or is over (if its builder ended it, complete_job adds the result)",
                address=str(job),
            )
        if run.job != job:
            raise WrongStateError(f"run {run.address} is not of job {job} but of {run.job}", address=str(run.address))
        return run


def _require_queue(market: Market) -> None:
    if market.job_type == JobType.UNKNOWN and not market.waiting_jobs:
        raise WrongStateError(
            f"market {market.address} is of type UNKNOWN, where no host is ever queued, and no job waits there; "
            "work in another market",
            address=str(market.address),
        )
