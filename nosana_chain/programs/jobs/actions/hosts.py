"""Actions of hosts, who run jobs."""

from __future__ import annotations

from solders.pubkey import Pubkey

from nosana_chain.cid import digest_of
from nosana_chain.engine.action import Action
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.plan import plain
from nosana_chain.models.job import Run
from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.jobs.instructions import complete_ix, stop_ix
from nosana_chain.programs.jobs.plans.hosts import plan_claim, plan_evict, plan_finish, plan_join, plan_quit
from nosana_chain.programs.jobs.queries import find_runs
from nosana_chain.programs.jobs.results import ClaimedJob, FinishedJob, JoinedQueue
from nosana_chain.programs.jobs.terms import AccessNft


class Hosts:
    """Hosts: queueing for jobs, finishing them and giving them up. The wallet is the host."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def find_runs(self, *, host: Pubkey | None = None) -> list[Run]:
        """The runs that `host` (default: the wallet) works on now. Network: 1 getProgramAccounts call."""
        return await find_runs(self._engine.connection, host=host or self._engine.signer.address)

    def join_queue(self, market: Pubkey, *, access: AccessNft | None = None) -> Action[JoinedQueue]:
        """Offer the host to a market: it gets the first waiting job, or waits for one.

        Network: 2 calls and 1 transaction. Safe to retry: yes while it waits (NodeAlreadyQueued); a host that got a job
        at once would queue for a second one, so look at `find_runs` first.

        Raises:
            NotFoundError: no such market.
            WrongStateError: no job waits there, and the market is of type UNKNOWN, where nobody is ever queued.
            NodeNotEnoughStake: the stake weighs less than the market asks.
            NodeAlreadyQueued: the host waits in this market already.
        """
        engine, wallet = self._engine, self._engine.signer.address
        return Action(
            engine,
            lambda: plan_join(market, access=access, host=wallet, network=engine.network),
            name="join_queue",
            terms={"market": market},
        )

    def leave_queue(self, market: Pubkey) -> Action[Receipt]:
        """Take the host off a market's queue, as `remove_from_queue`. Network: 1 transaction. Safe to retry: yes."""
        return self.remove_from_queue(market, host=self._engine.signer.address)

    def remove_from_queue(self, market: Pubkey, *, host: Pubkey) -> Action[Receipt]:
        """Take `host` off a market's queue, as the host itself or as the market's authority.

        Network: 1 transaction. Safe to retry: yes, the first two errors say that it is done.

        Raises:
            MarketInWrongState: no hosts wait there, or not any more: the last one may have got a job (`find_runs`).
            NotInMarketQueue: that host doesn't, or not any more: likewise.
            Unauthorized: the wallet is neither the host nor the market's authority.
        """
        engine, wallet = self._engine, self._engine.signer.address
        leaving = stop_ix(market=market, node=host, authority=wallet, network=engine.network)
        return Action(
            engine,
            lambda: plain(leaving, market=market),
            name="remove_from_queue",
            terms={"market": market, "host": host},
        )

    def claim_job(self, job: Pubkey, *, access: AccessNft | None = None) -> Action[ClaimedJob]:
        """Take over a job whose host quit. The same conditions as in `join_queue`.

        The program leaves such a job in the state *stopped*, so its builder can still recover the deposit while it
        runs, and another host can claim it too: know your builder.

        Network: 2 calls and 1 transaction. Safe to retry: no, look at `find_runs` first.

        Raises:
            NotFoundError: no such job.
            JobInWrongState: nobody quit it.
        """
        engine, wallet = self._engine, self._engine.signer.address
        return Action(
            engine,
            lambda: plan_claim(job, access=access, host=wallet, network=engine.network),
            name="claim_job",
            terms={"job": job},
        )

    def complete_job(self, job: Pubkey, *, result_cid: str) -> Action[Receipt]:
        """Add the result to a job that its builder ended. Network: 1 transaction. Safe to retry: yes.

        Raises:
            JobInWrongState: the job isn't done.
            JobResultsAlreadySet: it has a result.
            Unauthorized: another host ran it.
            CidError: not a CIDv0.
        """
        engine, wallet = self._engine, self._engine.signer.address
        completing = complete_ix(job=job, authority=wallet, result_cid=result_cid, network=engine.network)
        return Action(
            engine,
            lambda: plain(completing, job=job),
            name="complete_job",
            terms={"job": job},
        )

    def finish_job(self, job: Pubkey, *, result_cid: str, run: Pubkey | None = None) -> Action[FinishedJob]:
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
        digest_of(result_cid)
        engine, wallet = self._engine, self._engine.signer.address
        return Action(
            engine,
            lambda: plan_finish(job, result_cid=result_cid, run=run, host=wallet, network=engine.network),
            name="finish_job",
            terms={"job": job},
        )

    def quit_job(self, job: Pubkey, *, run: Pubkey | None = None) -> Action[Receipt]:
        """Give a running job up, without pay; the builder can recover its deposit then.

        Network: 1 call and 1 transaction. Safe to retry: yes, a run ends once.

        Raises:
            NotFoundError: no run at `run`, which is as in `finish_job`.
            WrongStateError: nobody runs the job, or `run` is the run of another one.
            Unauthorized: another host runs it.
        """
        engine, wallet = self._engine, self._engine.signer.address
        return Action(
            engine,
            lambda: plan_quit(job, run=run, host=wallet, network=engine.network),
            name="quit_job",
            terms={"job": job},
        )

    def evict_host(self, job: Pubkey, *, run: Pubkey | None = None) -> Action[Receipt]:
        """Close the run of a job as the network's market admin; the job itself is left as it is, in no queue.

        Network: 1 call and 1 transaction. Safe to retry: yes, a run ends once.

        Raises:
            NotFoundError: no run at `run`, which is as in `finish_job`.
            WrongStateError: nobody runs the job, or `run` is the run of another one.
            Unauthorized: the wallet isn't the market admin.
        """
        engine, wallet = self._engine, self._engine.signer.address
        return Action(
            engine,
            lambda: plan_evict(job, run=run, admin=wallet, network=engine.network),
            name="evict_host",
            terms={"job": job},
        )
