"""Actions of market operators."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Unpack

from nosana_chain.addresses import AddressLike, as_address, as_address_if_given
from nosana_chain.engine.action import Action
from nosana_chain.engine.following.watch import Watch
from nosana_chain.errors import AmountError
from nosana_chain.models.market import Market
from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.acting import Actions
from nosana_chain.programs.jobs.audit import MarketAudit, audit_market
from nosana_chain.programs.jobs.market_events import MarketEvent
from nosana_chain.programs.jobs.market_watching import watch_market
from nosana_chain.programs.jobs.plans.operators import plan_close, plan_open, plan_update
from nosana_chain.programs.jobs.queries import MARKET, find_markets
from nosana_chain.programs.jobs.results import OpenedMarket
from nosana_chain.programs.jobs.terms import MarketTerms, TermChanges
from nosana_chain.programs.jobs.waiting_since import MOST_READ, Waiting, fetch_queue
from nosana_chain.web.markets import MARKETS_API, MarketListings, MarketsApi


class Markets(Actions):
    """Markets: opening, reading, tuning, auditing and closing them."""

    def watch_market(self, market: AddressLike, *, since: str | None = None) -> Watch[MarketEvent]:
        """What happens to a market: new terms and prices, and who joins and leaves its queue, with their `position`.

        As `jobs.watch_jobs` does for jobs; `old` and `new` are the market before and after.

        Args:
            market: the market; it may come to be only later.
            since: `event.cursor` or `watch.cursor`, of any process.

        Network: 1 call a look (every 10 s with a socket, or when it tells of something; every 2 s without), 1 for each
        transaction that names the market, and 1 at first.

        Raises:
            CursorError: on the first wait: `since` is no cursor, or of another cluster or market.
            NoHistoryError: on a wait: the endpoint doesn't list transactions, or not as far back as `since`.
        """
        return watch_market(self._engine, as_address(market, "market"), since=since)

    async def fetch_market(self, address: AddressLike) -> Market:
        """The market at `address`; NotFoundError if there is none. Network: 1 call."""
        address = as_address(address, "address")
        return await MARKET.fetch(self._engine.connection, address)

    async def find_markets(self, *, authority: AddressLike | None = None) -> list[Market]:
        """All markets, or those of one operator. Network: 1 getProgramAccounts call."""
        authority = as_address_if_given(authority, "authority")
        return await find_markets(self._engine.connection, authority=authority)

    async def fetch_queue(self, market: AddressLike, *, most_read: int = MOST_READ) -> list[Waiting]:
        """Everybody who waits in a market's queue, first in line first, and since when.

        Args:
            market: the market.
            most_read: how many of its transactions are looked at for when somebody joined, 0 or more.

        Network: 1 call, 1 where jobs wait, 1 for the list of its transactions, and 1 for each that is read, 8 at once,
        until everybody is found.

        Raises:
            NotFoundError: no such market.
            RpcError: the endpoint doesn't list transactions, and `most_read` is not 0.
        """
        return await fetch_queue(self._engine.connection, as_address(market, "market"), most_read=most_read)

    async def fetch_listings(self, *, url: str = MARKETS_API) -> MarketListings:
        """Names, GPU types and prices in USD of mainnet's markets, which the chain doesn't have: of the public API.

        Nothing is raised where it can't be asked: the answer says so. Network: 1 exchange with that API.

        Args:
            url: in place of Nosana's.
        """
        return await MarketsApi(url).fetch_listings()

    def open_market(
        self, terms: MarketTerms, *, idempotency_key: str | None = None, strict_key: bool = False
    ) -> Action[OpenedMarket]:
        """Open a market under an address of its own; the wallet is its authority and pays about 0.075 SOL of rent.

        Args:
            terms: what its jobs cost, how long they run, who may host them.
            idempotency_key: what the market is for, such as an order's id. The same key again, after a crash or on
                another machine, gives the market that is there and sends nothing; its address follows from the wallet
                and the key. Terms that were updated since are left as they are.
            strict_key: refuse a key that no journal knows where the endpoint's history is shorter than 30 days.

        Network: 1 call and 1 transaction; with a key that the journal doesn't know, 1 call more. Safe to retry: the
        same action, and the same key, yes: it is one market however often it is asked for. Another call without a key
        opens another market: after OutcomeUnknownError come back with the error's `idempotency_key`, or look at its
        `market`.

        Raises:
            InsufficientFundsError: the wallet's SOL don't cover the rent.
            AlreadyDoneError: the key's market was opened, and is closed again.
            TermsDifferError: the journal knows the key with other terms.
        """
        return self._action(
            "open_market",
            lambda market: plan_open(market, terms=terms, operator=self._own, network=self._network),
            terms=asdict(terms),
            makes_account=True,
            idempotency_key=idempotency_key,
            strict_key=strict_key,
        )

    def update_market(self, market: AddressLike | Market, **changes: Unpack[TermChanges]) -> Action[Receipt]:
        """Change the given terms of a market and keep the rest. Jobs already posted keep their price.

        Args:
            market: its address, or the market as it was read: then it is refused where its terms are no longer those.
            **changes: the terms to change; see `MarketTerms`.

        Network: 1 call and 1 transaction. Safe to retry: yes, the same terms again change nothing.

        Raises:
            NotFoundError: no such market.
            AmountError: a number out of its range, or no change.
            WrongStateError: the terms are no longer those of the market that was given.
            Unauthorized: the wallet isn't the market's authority.
        """
        if not changes:
            raise AmountError("no term is to be changed; say which, such as job_price=…")
        replace(MarketTerms(job_price=0), **changes)  # checks every range before anything is read
        known = market if isinstance(market, Market) else None
        address = market.address if isinstance(market, Market) else as_address(market, "market")
        return self._action(
            "update_market",
            lambda: plan_update(address, known=known, changes=changes, operator=self._own, network=self._network),
            terms={"market": address, **changes},
        )

    async def audit_market(self, address: AddressLike) -> MarketAudit:
        """Compare a market's vault with what its open jobs are owed, job by job.

        Network: 2 calls and those of `jobs.find_jobs`; up to three times those while jobs end in between.

        Raises:
            NotFoundError: no such market.
        """
        address = as_address(address, "address")
        return await audit_market(self._engine.connection, address)

    def close_market(self, market: AddressLike, *, force: bool = False, as_admin: bool = False) -> Action[Receipt]:
        """Close a market; the wallet gets the rent and **all NOS in the vault**, deposits of open jobs included.

        So it refuses while jobs are open or hosts wait, unless forced. A job that is posted after that look and before
        the market is gone loses its deposit to the wallet: nothing on chain prevents it.

        Args:
            market: the market.
            force: close it all the same; builders of open jobs lose their deposits.
            as_admin: sign as the network's market admin rather than the market's authority.

        Network: 1 call and 1 transaction; unless forced, also the calls of `audit_market`. Safe to retry: yes, a market
        closes once.

        Raises:
            NotFoundError: no such market.
            WrongStateError: jobs are open, hosts wait, or finished jobs aren't cleaned, whose rent would be lost.
            Unauthorized: the wallet is not who it must be.
        """
        market = as_address(market, "market")
        return self._action(
            "close_market",
            lambda: plan_close(market, force=force, as_admin=as_admin, operator=self._own, network=self._network),
            terms={"market": market},
        )
