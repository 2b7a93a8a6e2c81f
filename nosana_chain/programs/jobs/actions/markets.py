"""Actions of market operators."""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack

from solders.pubkey import Pubkey

from nosana_chain.engine.action import Action
from nosana_chain.engine.engine import Engine
from nosana_chain.errors import AmountError
from nosana_chain.models.market import Market
from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.jobs.audit import MarketAudit, audit_market
from nosana_chain.programs.jobs.plans.operators import plan_close, plan_open, plan_update
from nosana_chain.programs.jobs.queries import MARKET, find_markets
from nosana_chain.programs.jobs.results import OpenedMarket
from nosana_chain.programs.jobs.terms import MarketTerms, TermChanges
from nosana_chain.wallet import Wallet


class Markets:
    """Markets: opening, reading, tuning, auditing and closing them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def fetch_market(self, address: Pubkey) -> Market:
        """The market at `address`; NotFoundError if there is none. Network: 1 call."""
        return await MARKET.fetch(self._engine.connection, address)

    async def find_markets(self, *, authority: Pubkey | None = None) -> list[Market]:
        """All markets, or those of one operator. Network: 1 getProgramAccounts call."""
        return await find_markets(self._engine.connection, authority=authority)

    def open_market(self, terms: MarketTerms) -> Action[OpenedMarket]:
        """Open a market under a fresh address; the wallet is its authority and pays about 0.075 SOL of rent.

        Network: 1 transaction. Safe to retry: no, every call opens another market; after OutcomeUnknownError look for
        it with `find_markets(authority=...)` first.
        """
        engine, wallet, market = self._engine, self._engine.signer.address, Wallet.generate()
        return Action(
            engine,
            lambda: plan_open(market, terms=terms, operator=wallet, network=engine.network),
            name="open_market",
            terms={"market": market.address},
        )

    def update_market(self, market: Pubkey | Market, **changes: Unpack[TermChanges]) -> Action[Receipt]:
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
        known, address = (market, market.address) if isinstance(market, Market) else (None, market)
        engine, wallet = self._engine, self._engine.signer.address
        return Action(
            engine,
            lambda: plan_update(address, known=known, changes=changes, operator=wallet, network=engine.network),
            name="update_market",
            terms={"market": address, **changes},
        )

    async def audit_market(self, address: Pubkey) -> MarketAudit:
        """Compare a market's vault with what its open jobs are owed, job by job.

        Network: 4 calls, two of them getProgramAccounts; up to three times those while jobs end in between.

        Raises:
            NotFoundError: no such market.
        """
        return await audit_market(self._engine.connection, address)

    def close_market(self, market: Pubkey, *, force: bool = False, as_admin: bool = False) -> Action[Receipt]:
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
        engine, wallet = self._engine, self._engine.signer.address
        return Action(
            engine,
            lambda: plan_close(market, force=force, as_admin=as_admin, operator=wallet, network=engine.network),
            name="close_market",
            terms={"market": market},
        )
