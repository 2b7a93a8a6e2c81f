"""Actions of hosts, who run jobs."""

from __future__ import annotations

from nosana_chain.addresses import AddressLike, as_address, as_address_if_given
from nosana_chain.cid import digest_of
from nosana_chain.engine.action import Action
from nosana_chain.engine.following.watch import Watch
from nosana_chain.engine.looking import see
from nosana_chain.engine.plan import plain
from nosana_chain.models.job import Run
from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.acting import Actions
from nosana_chain.programs.jobs.balances import Earnings
from nosana_chain.programs.jobs.daily import look_for_place, search_earnings, search_places
from nosana_chain.programs.jobs.formulas import QueuePlace
from nosana_chain.programs.jobs.host_events import HostEvent
from nosana_chain.programs.jobs.host_watching import watch_host
from nosana_chain.programs.jobs.instructions import complete_ix, stop_ix
from nosana_chain.programs.jobs.plans.hosts import plan_claim, plan_evict, plan_finish, plan_join, plan_quit
from nosana_chain.programs.jobs.plans.markets import KnownMarket
from nosana_chain.programs.jobs.queries import JOB, MARKET, find_runs
from nosana_chain.programs.jobs.results import ClaimedJob, FinishedJob, JoinedQueue
from nosana_chain.programs.jobs.terms import AccessNft
from nosana_chain.programs.paying import roles_of
from nosana_chain.wallet import Signer


class Hosts(Actions):
    """Hosts: queueing for jobs, finishing them and giving them up. The wallet is the host."""

    async def find_runs(self, *, host: AddressLike | None = None) -> list[Run]:
        """The runs that `host` (default: the wallet) works on now. Network: 1 getProgramAccounts call."""
        return await find_runs(self._engine.connection, host=self._or_own(host, "host"))

    async def fetch_place(self, market: AddressLike, *, host: AddressLike | None = None) -> QueuePlace:
        """The place of `host` (default: the wallet) in a market's queue. Network: 1 call.

        Raises:
            NotFoundError: no such market, or the host doesn't wait there: it may have got a job (`find_runs`).
        """
        market = as_address(market, "market")
        waiting = self._or_own(host, "host")
        return await see(self._engine.connection, look_for_place(self._engine.network, market, waiting))

    async def find_places(self, *, host: AddressLike | None = None) -> list[QueuePlace]:
        """The places of `host` (default: the wallet) in all queues. Network: 1 getProgramAccounts call."""
        return await see(self._engine.connection, search_places(self._engine.network, self._or_own(host, "host")))

    async def fetch_earnings(self, *, host: AddressLike | None = None) -> Earnings:
        """What `host` (default: the wallet) earned with the jobs that are still on chain, and earns with what runs.

        Network: 2 getProgramAccounts calls, and 1 call for 99 runs.
        """
        return await see(self._engine.connection, search_earnings(self._engine.network, self._or_own(host, "host")))

    def watch_host(self, *, host: AddressLike | None = None, since: str | None = None) -> Watch[HostEvent]:
        """What happens to a host (default: the wallet): its next job, how its jobs end, and its place in queues.

        As `jobs.watch_jobs` does for jobs. GOT_JOB has the `job` and its `run`.

        Args:
            host: its wallet.
            since: `event.cursor` or `watch.cursor`, of any process.

        Network: 1 call a look (every 10 s with a socket, or when it tells of something; every 2 s without), 1 for each
        transaction of the jobs program, and 2 where runs have to be looked at: a host that is taken off a queue is
        named by its run alone.

        Raises:
            CursorError: on the first wait: `since` is no cursor, or of another cluster or host.
            NoHistoryError: on a wait: the endpoint doesn't list transactions, or not as far back as `since`.
        """
        return watch_host(self._engine, self._or_own(host, "host"), since=since)

    def join_queue(
        self,
        market: AddressLike,
        *,
        access: AccessNft | None = None,
        idempotency_key: str | None = None,
        payer: Signer | None = None,
    ) -> Action[JoinedQueue]:
        """Offer the host to a market: it gets the first waiting job, or waits for one.

        Args:
            market: where to work.
            access: the NFT that an access-key market asks for.
            idempotency_key: what it is for, such as the number of the shift. The same key again sends nothing: the
                journal knows it; `find_runs` tells whether the host has a job.
            payer: pays the rent of the run that begins if a job waits, and gets it back; it signs too. Default: the
                wallet.

        Network: 2 calls and 1 transaction. Safe to retry: the same action, and the same key, yes. Another call without
        a key is refused while the host waits (AlreadyExistsError); a host that got a job at once would queue for a
        second one, so look at `find_runs` first.

        Raises:
            NotFoundError: no such market.
            WrongStateError: no job waits there, and the market is of type UNKNOWN, where nobody is ever queued.
            NoStakeError: the wallet has no stake: stake first.
            NodeNotEnoughStake: the stake weighs less than the market asks.
            AlreadyExistsError: the host waits in this market already (NodeAlreadyQueued, where it came in between).
            QueueFullError: no room for one more host.
            MarketClosedError: it was closed after the action was first planned.
            AlreadyDoneError: it was done under this key before; the error has the transaction's `signature`.
            TermsDifferError: the key stands for something else.
            ConfigError: a key without a journal, which would have to know it.
        """
        market = as_address(market, "market")
        roles = roles_of(self._engine, payer)
        known = KnownMarket(market, self._network)
        return self._action(
            "join_queue",
            lambda: plan_join(market, access=access, roles=roles, network=self._network, known=known),
            terms={"market": market},
            idempotency_key=idempotency_key,
            payer=roles.other_payer,
        )

    def leave_queue(self, market: AddressLike) -> Action[Receipt]:
        """Take the host off a market's queue, as `remove_from_queue`. Network: 1 transaction. Safe to retry: yes."""
        market = as_address(market, "market")
        return self.remove_from_queue(market, host=self._own)

    def remove_from_queue(self, market: AddressLike, *, host: AddressLike) -> Action[Receipt]:
        """Take `host` off a market's queue, as the host itself or as the market's authority.

        Network: 1 transaction. Safe to retry: yes, the two after the first say that it is done.

        Raises:
            NotFoundError: no such market.
            MarketInWrongState: no hosts wait there, or not any more: the last one may have got a job (`find_runs`).
            NotInMarketQueue: that host doesn't, or not any more: likewise.
            Unauthorized: the wallet is neither the host nor the market's authority.
        """
        market = as_address(market, "market")
        host = as_address(host, "host")
        leaving = stop_ix(market=market, node=host, authority=self._own, network=self._network)
        return self._action(
            "remove_from_queue",
            lambda: plain(leaving, in_words=MARKET.absent(self._network, market), market=market),
            terms={"market": market, "host": host},
        )

    def claim_job(
        self,
        job: AddressLike,
        *,
        access: AccessNft | None = None,
        idempotency_key: str | None = None,
        strict_key: bool = False,
        payer: Signer | None = None,
    ) -> Action[ClaimedJob]:
        """Take over a job whose host quit. The same conditions and roles as in `join_queue`.

        The program leaves such a job in the state *stopped*, so its builder can still recover the deposit while it
        runs, and another host can claim it too: know your builder.

        Args:
            job: the job.
            access: the NFT that opens the market to this host, if it asks for one.
            idempotency_key: what it is for. The same key again, after a crash or on another machine, gives the run that
                is there and sends nothing; the run's address follows from the wallet and the key.
            strict_key: refuse a key that no journal knows where the endpoint's history is shorter than 30 days.
            payer: pays the rent of the run, and gets it back; it signs too. Default: the wallet.

        Network: 2 calls and 1 transaction. Safe to retry: the same action, and the same key, yes. Without a key look at
        `find_runs` first.

        Raises:
            NotFoundError: no such job.
            NoStakeError: the wallet has no stake: stake first.
            MarketClosedError: the job's market was closed over it.
            JobInWrongState: nobody quit it.
            AlreadyDoneError: the key's run is over.
            TermsDifferError: the key stands for the run of another job.
        """
        job = as_address(job, "job")
        roles = roles_of(self._engine, payer)
        return self._action(
            "claim_job",
            lambda run: plan_claim(job, access=access, run=run, roles=roles, network=self._network),
            terms={"job": job},
            makes_account=True,
            idempotency_key=idempotency_key,
            strict_key=strict_key,
            payer=roles.other_payer,
        )

    def complete_job(self, job: AddressLike, *, result_cid: str) -> Action[Receipt]:
        """Add the result to a job that its builder ended. Network: 1 transaction. Safe to retry: yes.

        Raises:
            NotFoundError: no such job.
            JobInWrongState: the job isn't done.
            JobResultsAlreadySet: it has a result.
            Unauthorized: another host ran it.
            CidError: not a CIDv0.
        """
        job = as_address(job, "job")
        completing = complete_ix(job=job, authority=self._own, result_cid=result_cid, network=self._network)
        return self._action(
            "complete_job",
            lambda: plain(completing, in_words=JOB.absent(self._network, job), job=job),
            terms={"job": job},
        )

    def finish_job(
        self, job: AddressLike, *, result_cid: str, run: AddressLike | None = None, to: AddressLike | None = None
    ) -> Action[FinishedJob]:
        """Hand in the result of a running job: the host is paid for its seconds, the builder gets the rest.

        NOS accounts that the payout needs are created in the same transaction.

        Args:
            job: the job.
            result_cid: CIDv0 of the result.
            run: its run; searched for with a getProgramAccounts call if it isn't given.
            to: where the pay goes in the wallet's place: another wallet, whose NOS account is made if it has none, or a
                NOS account itself. (When a builder ends a job, the host's own NOS account is paid by the program.)

        Network: 3 calls and 1 transaction. Safe to retry: yes, a run finishes once.

        Raises:
            NotFoundError: no such job, or no run at `run`.
            MarketClosedError: the job's market was closed over it.
            WrongStateError: nobody runs it, or `run` is the run of another job.
            Unauthorized: another host runs it.
            CidError: not a CIDv0.
            InputError: another kind of account is at `to`.
        """
        job = as_address(job, "job")
        run = as_address_if_given(run, "run")
        to = as_address_if_given(to, "to")
        digest_of(result_cid)
        roles = roles_of(self._engine)
        return self._action(
            "finish_job",
            lambda: plan_finish(job, result_cid=result_cid, run=run, to=to, roles=roles, network=self._network),
            terms={"job": job, "to": to},
        )

    def quit_job(self, job: AddressLike, *, run: AddressLike | None = None) -> Action[Receipt]:
        """Give a running job up, without pay; the builder can recover its deposit then.

        Network: 1 call and 1 transaction. Safe to retry: yes, a run ends once.

        Raises:
            NotFoundError: no run at `run`, which is as in `finish_job`.
            WrongStateError: nobody runs the job, or `run` is the run of another one.
            Unauthorized: another host runs it.
        """
        job = as_address(job, "job")
        run = as_address_if_given(run, "run")
        return self._action(
            "quit_job",
            lambda: plan_quit(job, run=run, host=self._own, network=self._network),
            terms={"job": job},
        )

    def evict_host(self, job: AddressLike, *, run: AddressLike | None = None) -> Action[Receipt]:
        """Close the run of a job as the network's market admin; the job itself is left as it is, in no queue.

        Network: 1 call and 1 transaction. Safe to retry: yes, a run ends once.

        Raises:
            NotFoundError: no run at `run`, which is as in `finish_job`.
            WrongStateError: nobody runs the job, or `run` is the run of another one.
            Unauthorized: the wallet isn't the market admin.
        """
        job = as_address(job, "job")
        run = as_address_if_given(run, "run")
        return self._action(
            "evict_host",
            lambda: plan_evict(job, run=run, admin=self._own, network=self._network),
            terms={"job": job},
        )
