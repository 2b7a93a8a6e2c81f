"""Actions of builders, who pay for jobs."""

from __future__ import annotations

from nosana_chain.addresses import AddressLike, as_address, as_address_if_given
from nosana_chain.cid import digest_of
from nosana_chain.engine.action import Action
from nosana_chain.engine.following.watch import Watch
from nosana_chain.engine.looking import see
from nosana_chain.models.job import Job
from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.acting import Actions
from nosana_chain.programs.jobs.balances import Spending
from nosana_chain.programs.jobs.daily import look_at_progress, search_spending
from nosana_chain.programs.jobs.events import JobEvent
from nosana_chain.programs.jobs.formulas import JobProgress
from nosana_chain.programs.jobs.job_teller import JobFilter
from nosana_chain.programs.jobs.plans.builders import (
    Posting,
    plan_clean,
    plan_clean_as_admin,
    plan_extend,
    plan_post,
    plan_recover,
    plan_stop,
    require_one,
)
from nosana_chain.programs.jobs.plans.markets import KnownMarket
from nosana_chain.programs.jobs.queries import fetch_job, fetch_jobs, find_jobs
from nosana_chain.programs.jobs.results import ExtendedJob, PostedJob, StoppedJob
from nosana_chain.programs.jobs.standing import WaitedJob
from nosana_chain.programs.jobs.waiting import wait_for_job
from nosana_chain.programs.jobs.watching import watch_jobs
from nosana_chain.programs.paying import roles_of
from nosana_chain.units import i64
from nosana_chain.wallet import Signer


class Jobs(Actions):
    """Jobs: posting, extending, stopping and recovering them. The wallet is project, and payer unless another one is.

    Every write is an `Action`: `await` it, or keep it and ask for its quote first.
    """

    async def fetch_job(self, address: AddressLike, *, run: AddressLike | None = None) -> Job:
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
        address = as_address(address, "address")
        run = as_address_if_given(run, "run")
        return await fetch_job(self._engine.connection, address, run=run)

    async def fetch_jobs(self, *addresses: AddressLike) -> list[Job | None]:
        """The jobs at known addresses, in their order, with their runs; None where there is none any more.

        Args:
            addresses: any number of them, as a program of yours keeps them.

        Network: 1 call for each 100, 8 at once; where some of them aren't done, also the calls for runs of `find_jobs`.

        Raises:
            InputError: one of them is no address.
        """
        jobs = [as_address(address, "addresses") for address in addresses]
        return await fetch_jobs(self._engine.connection, jobs)

    async def find_jobs(
        self,
        *,
        market: AddressLike | None = None,
        project: AddressLike | None = None,
        payer: AddressLike | None = None,
        host: AddressLike | None = None,
    ) -> list[Job]:
        """The jobs of a market, a project, a payer, or done by a host; those that fit all that is given.

        Network: 1 getProgramAccounts call; where some of them aren't done, 1 more (at most 4 at once for up to 4 such
        jobs, else 1 for the runs of the cluster), and 1 call for each 100 that don't run.
        """
        market = as_address_if_given(market, "market")
        project = as_address_if_given(project, "project")
        payer = as_address_if_given(payer, "payer")
        host = as_address_if_given(host, "host")
        return await find_jobs(self._engine.connection, market=market, project=project, payer=payer, host=host)

    async def fetch_progress(self, address: AddressLike, *, run: AddressLike | None = None) -> JobProgress:
        """How a job stands: its place in the queue, its time left, and what it has cost so far, at one moment.

        The moment is that of the chain's clock, which the program pays by, and not of this machine's.

        Args:
            address: the job.
            run: where its run may be, as in `fetch_job`.

        Network: those of `fetch_job`, and 1 call more.

        Raises:
            NotFoundError: no job there; a job that was delisted, recovered or cleaned is gone from the chain.
        """
        address = as_address(address, "address")
        run = as_address_if_given(run, "run")
        return await see(self._engine.connection, look_at_progress(self._engine.network, address, run=run))

    async def fetch_spending(self, *, project: AddressLike | None = None, payer: AddressLike | None = None) -> Spending:
        """What the jobs cost that are still on chain: of a project (default: the wallet), or of a payer, or of both.

        Network: 2 getProgramAccounts calls, and 1 call.
        """
        payer = as_address_if_given(payer, "payer")
        project = as_address_if_given(project, "project")
        if project is None and payer is None:
            project = self._engine.signer.address
        looking = search_spending(self._engine.network, project=project, payer=payer)
        return await see(self._engine.connection, looking)

    def watch_jobs(
        self,
        *,
        job: AddressLike | None = None,
        market: AddressLike | None = None,
        project: AddressLike | None = None,
        payer: AddressLike | None = None,
        host: AddressLike | None = None,
        since: str | None = None,
    ) -> Watch[JobEvent]:
        """What happens to jobs, as it happens: `async for event in client.jobs.watch_jobs(market=...)`.

        Each event comes once, in the order of slots, whatever sockets and endpoints do meanwhile. What a fork took back
        is told by an event RETRACTED of the same identity. See `Watch`, and docs/following.md.

        Args:
            job: of this one alone.
            market: of the jobs of a market.
            project: of the jobs of a project.
            payer: of the jobs that a wallet paid for.
            host: of the jobs that a host runs, from the start of a run on.
            since: `event.cursor` or `watch.cursor`, of any process: what happened since comes first. Without it, only
                what happens from the start of the watch on.

        Network: 1 call a look (every 10 s with a socket, or when it tells of something; every 2 s without), 1 for each
        transaction, and 2 where runs or jobs have to be looked at. Only the job's own transactions, its market's until
        it starts and its runs' are read for `job`; else those of the whole jobs program, since quits, evictions and
        results name neither market nor project.

        Raises:
            CursorError: on the first wait: `since` is no cursor, or of another cluster or other filters.
            NoHistoryError: on a wait: the endpoint doesn't list transactions, or not as far back as `since`.
        """
        wanted = JobFilter(
            job=as_address_if_given(job, "job"),
            market=as_address_if_given(market, "market"),
            project=as_address_if_given(project, "project"),
            payer=as_address_if_given(payer, "payer"),
            host=as_address_if_given(host, "host"),
        )
        return watch_jobs(self._engine, wanted, since=since)

    async def wait_for(self, job: AddressLike, *, until: str, within: float) -> WaitedJob:
        """Wait until a job runs, is done, or stands otherwise as awaited; it always ends.

        A job that was delisted, recovered or cleaned meanwhile ends the wait, and is told as that: look at
        `is_as_awaited`. So does one that is stranded, since its host was evicted or its market closed.

        Args:
            job: the job; it may come to be only later.
            until: "queued", "running", "stopped" (its host gave up), "done" or "gone" (its account is closed). One that
                is done has run.
            within: seconds to wait at most; more than 0.

        Network: 1 call a look (every 10 s with a socket, or when it tells of something; every 2 s without). Where it
        has left the queue, 1 getProgramAccounts call until its run is found; where the endpoint refuses that, the job's
        own transactions tell of the run, or else it is told as running without one. Where it is gone, 2 calls for how;
        an endpoint that lists no transactions gives `gone`.

        Raises:
            WaitTimeoutError: it isn't so within that time; `seen` is the job as it was seen last.
            InputError: nobody can wait for that.
            RpcError: the endpoint refuses to show accounts.
        """
        address = as_address(job, "job")
        return await wait_for_job(self._engine, address, until=until, within=within)

    def post_job(
        self,
        market: AddressLike,
        *,
        definition_cid: str,
        timeout: int,
        host: AddressLike | None = None,
        idempotency_key: str | None = None,
        strict_key: bool = False,
        max_nos: int | None = None,
        payer: Signer | None = None,
    ) -> Action[PostedJob]:
        """Post a job: the price of its whole timeout is locked, and the first waiting host gets it.

        The transaction itself can't take more than `max_nos`: if the price or the network fee has risen by the time it
        lands, it fails and takes nothing.

        Args:
            market: where to post.
            definition_cid: CIDv0 of the job definition.
            timeout: longest time to run, in seconds, 1 to 2**63-1.
            host: the one host that shall run it; it must wait in the market's queue.
            idempotency_key: what the job is for, such as an order's id. The same key again, after a crash or on another
                machine, gives the job that is there and pays nothing; other terms under the key are an error. The job's
                address follows from the wallet and the key. What is promised has a horizon: the journal, and else the
                endpoint's history.
            strict_key: refuse a key that no journal knows where the endpoint's history is shorter than 30 days.
            max_nos: NOS base units that it may take in all, deposit and network fee; default: what it takes now.
            payer: pays deposit and rent, and gets back what comes back; it signs too. Default: the wallet, which stays
                the job's project in any case: it extends, stops and recovers it.

        Network: 1 call and 1 transaction; with a key that the journal doesn't know, 1 call more. Safe to retry: the
        same action, and the same key, yes: it is one job however often it is asked for. Another call without a key
        posts another job: after OutcomeUnknownError come back with the error's `idempotency_key`, or look at its `job`.

        Raises:
            NotFoundError: no such market.
            MarketClosedError: it was closed after the action was first planned.
            QueueFullError: no room for one more job, and no host waits.
            WrongStateError: the market queues nothing and no host waits: nothing could bring the deposit back.
            NotInMarketQueue: `host` doesn't wait in the market's queue.
            AmountError: the timeout, or what it costs, is out of range.
            CidError: not a CIDv0.
            InsufficientFundsError: the wallet's NOS or SOL don't cover it.
            NotAsQuotedError: it takes more than `max_nos`, or than its quote said.
            AlreadyDoneError: the key's job was posted, and is over: delisted, recovered or cleaned.
            TermsDifferError: the key stands for a job with other terms.
        """
        market = as_address(market, "market")
        host = as_address_if_given(host, "host")
        roles = roles_of(self._engine, payer)
        digest_of(definition_cid)
        posting = Posting(
            market=market, definition_cid=definition_cid, timeout=i64(timeout, "timeout", minimum=1), host=host
        )
        known = KnownMarket(market, self._network)
        return self._action(
            "post_job",
            lambda job: plan_post(posting, job=job, roles=roles, network=self._network, known=known),
            terms={"market": market, "definition_cid": definition_cid, "host": host},
            details={"timeout": timeout},
            makes_account=True,
            idempotency_key=idempotency_key,
            strict_key=strict_key,
            max_nos=max_nos,
            payer=roles.other_payer,
        )

    def extend_job(
        self,
        job: AddressLike,
        *,
        by: int | None = None,
        to: int | None = None,
        idempotency_key: str | None = None,
        max_nos: int | None = None,
        payer: Signer | None = None,
    ) -> Action[ExtendedJob]:
        """Give a waiting or running job more time: `by` seconds more, or `to` a total. Exactly one of the two.

        Args:
            job: the job.
            by: seconds more, 1 or more.
            to: the new total in seconds.
            idempotency_key: what it is for, such as an order's id. The same key again sends nothing: the journal tells.
            max_nos: NOS base units that it may take in all; default: what it takes now.
            payer: who paid the job's deposit; it signs too. Default: the wallet.

        Network: 1 call and 1 transaction. Safe to retry: with `to` yes, it is refused once done; with `by` the same
        action, and the same key, yes; another call without a key adds again.

        Raises:
            NotFoundError: no such job.
            MarketClosedError: the job's market was closed over it.
            AmountError: not longer than now, or out of range.
            WrongStateError: the job is over.
            InputError: somebody else paid the deposit: pass that wallet as `payer`.
            InsufficientFundsError: the wallet's NOS don't cover the difference.
            NotAsQuotedError: it takes more than `max_nos`, or than its quote said.
            AlreadyDoneError: it was done under this key before; the error has the transaction's `signature`.
            TermsDifferError: the key stands for something else.
            ConfigError: a key without a journal, which would have to know it.
        """
        job = as_address(job, "job")
        require_one(by=by, to=to)
        roles = roles_of(self._engine, payer)
        return self._action(
            "extend_job",
            lambda: plan_extend(job, by=by, to=to, roles=roles, network=self._network),
            terms={"job": job, "by": by, "to": to},
            idempotency_key=idempotency_key,
            max_nos=max_nos,
            payer=roles.other_payer,
        )

    def stop_job(self, job: AddressLike, *, run: AddressLike | None = None) -> Action[StoppedJob]:
        """Stop a job: delist it while it waits (all comes back), end it while it runs (its seconds are paid).

        What comes back goes to the job's payer, who needn't sign.

        When a host takes or gives back the job in the same moment, the other way is tried. A job that its first host
        gave up and another one claimed is ended too; `recover_job` would leave that host without its pay.

        Args:
            job: the job.
            run: where its run may be, as in `fetch_job`.

        Network: 2 to 4 calls and 1 transaction, twice those when it lost the race. Safe to retry: yes, a job stops
        once.

        Raises:
            NotFoundError: no such job.
            MarketClosedError: the job's market was closed over it, and took the deposit.
            WrongStateError: the job is over already.
            MarketInWrongState, NotInMarketQueue: it neither waits nor runs: its host was evicted, or its market is of a
                type that queues nothing.
        """
        job = as_address(job, "job")
        run = as_address_if_given(run, "run")
        roles = roles_of(self._engine)
        return self._action(
            "stop_job",
            lambda: plan_stop(job, run=run, roles=roles, network=self._network),
            terms={"job": job},
        )

    def recover_job(self, job: AddressLike, *, to: AddressLike | None = None) -> Action[Receipt]:
        """Get the whole deposit and the rent back of a job whose host quit; its payer gets them, and needn't sign.

        Args:
            job: the job, of which the wallet is the project.
            to: where the deposit goes in the payer's place: a wallet, whose NOS account is made if it has none, or a
                NOS account itself. The rent is the payer's in any case. (What `stop_job` brings back is the payer's by
                the program.)

        Network: 2 calls and 1 transaction. Safe to retry: yes, a job is recovered once.

        Raises:
            NotFoundError: no such job.
            MarketClosedError: the job's market was closed over it, and took the deposit.
            WrongStateError: no host quit it.
            InputError: another kind of account is at `to`.
        """
        job = as_address(job, "job")
        to = as_address_if_given(to, "to")
        roles = roles_of(self._engine)
        return self._action(
            "recover_job",
            lambda: plan_recover(job, to=to, roles=roles, network=self._network),
            terms={"job": job, "to": to},
        )

    def clean_job(self, job: AddressLike) -> Action[Receipt]:
        """Close a finished job whose market's expiration has passed since; its payer gets the rent. Anyone may.

        Network: 1 call and 1 transaction. Safe to retry: yes, a job is closed once.

        Raises:
            NotFoundError: no such job.
            MarketClosedError: the job's market was closed over it.
            JobInWrongState: it isn't done.
            JobNotExpired: it is too early.
        """
        job = as_address(job, "job")
        return self._action("clean_job", lambda: plan_clean(job, network=self._network), terms={"job": job})

    def clean_job_as_admin(self, job: AddressLike) -> Action[Receipt]:
        """Close any job as the network's market admin. **The deposit isn't refunded**; the payer gets the rent.

        Network: 1 call and 1 transaction. Safe to retry: yes, a job is closed once.

        Raises:
            NotFoundError: no such job.
            Unauthorized: the wallet isn't the market admin.
        """
        job = as_address(job, "job")
        return self._action(
            "clean_job_as_admin",
            lambda: plan_clean_as_admin(job, admin=self._own, network=self._network),
            terms={"job": job},
        )
