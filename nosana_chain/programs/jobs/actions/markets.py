"""Actions of market operators."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypedDict, Unpack

from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.errors import WrongStateError
from nosana_chain.models.market import Market
from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.context import Context
from nosana_chain.programs.jobs.audit import MarketAudit, audit_market
from nosana_chain.programs.jobs.instructions import (
    close_market_admin_ix,
    close_market_ix,
    open_market_ix,
    update_market_ix,
)
from nosana_chain.programs.jobs.instructions.market import MarketTerms
from nosana_chain.programs.jobs.queries import MARKET, find_markets
from nosana_chain.programs.nos_accounts import missing_nos_accounts
from nosana_chain.units import format_nos
from nosana_chain.wallet import Wallet


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedMarket:
    """A market that now exists."""

    receipt: Receipt
    market: Pubkey


class TermChanges(TypedDict, total=False):
    """The terms that an update may change; see `MarketTerms` for their meaning and ranges."""

    job_price: int
    job_timeout: int
    job_expiration: int
    job_type: int
    node_xnos_minimum: int
    node_access_key: Pubkey | None


class Markets:
    """Markets: opening, reading, tuning, auditing and closing them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def fetch_market(self, address: Pubkey) -> Market:
        """The market at `address`; NotFoundError if there is none. Network: 1 call."""
        return await MARKET.fetch(self._context.connection, address)

    async def find_markets(self, *, authority: Pubkey | None = None) -> list[Market]:
        """All markets, or those of one operator. Network: 1 getProgramAccounts call."""
        return await find_markets(self._context.connection, authority=authority)

    async def open_market(self, terms: MarketTerms) -> OpenedMarket:
        """Open a market under a fresh address; the wallet is its authority and pays about 0.075 SOL of rent.

        Network: 1 transaction. Safe to retry: no, every call opens another market; after OutcomeUnknownError look for
        it with `find_markets(authority=...)` first.
        """
        context, market = self._context, Wallet.generate()
        opening = open_market_ix(
            market=market.address, authority=context.signer.address, terms=terms, network=context.network
        )
        receipt = await context.execute([opening], signers=[market])
        return OpenedMarket(receipt=receipt, market=market.address)

    async def update_market(self, market: Pubkey, **changes: Unpack[TermChanges]) -> Receipt:
        """Change the given terms of a market and keep the rest. Jobs already posted keep their price.

        Network: 1 call and 1 transaction. Safe to retry: yes, the same terms again change nothing.

        Raises:
            NotFoundError: no such market.
            AmountError: a number out of its range.
            Unauthorized: the wallet isn't the market's authority.
        """
        context = self._context
        terms = replace(MarketTerms.of(await self.fetch_market(market)), **changes)
        updating = update_market_ix(
            market=market, authority=context.signer.address, terms=terms, network=context.network
        )
        return await context.execute([updating])

    async def audit_market(self, address: Pubkey) -> MarketAudit:
        """Compare a market's vault with what its open jobs are owed, job by job.

        Network: 4 calls, two of them getProgramAccounts; up to three times those while jobs end in between.

        Raises:
            NotFoundError: no such market.
        """
        return await audit_market(self._context.connection, address)

    async def close_market(self, market: Pubkey, *, force: bool = False, as_admin: bool = False) -> Receipt:
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
            WrongStateError: jobs are open or hosts wait.
            Unauthorized: the wallet is not who it must be.
        """
        if not force:
            _require_idle(await self.audit_market(market))
        context, owner = self._context, self._context.signer.address
        build = close_market_admin_ix if as_admin else close_market_ix
        purse = pda.nos_account_address(owner, network=context.network)
        closing = build(market=market, authority=owner, user=purse, network=context.network)
        return await context.execute([*await missing_nos_accounts(context, owner), closing])


def _require_idle(audit: MarketAudit) -> None:
    jobs, hosts = len(audit.open_jobs), len(audit.market.waiting_hosts)
    if jobs or hosts:
        raise WrongStateError(
            f"market {audit.market.address} has {jobs} open jobs, which are owed {format_nos(audit.owed)} NOS, and "
            f"{hosts} waiting hosts; wait until they are done, or force it, which takes the builders' deposits",
            address=str(audit.market.address),
        )
