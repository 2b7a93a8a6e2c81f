"""Actions of market operators."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey
from solders.rpc.filter import Memcmp

from nosana_chain.models.market import Market
from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.context import Context
from nosana_chain.programs.jobs.instructions import open_market_ix
from nosana_chain.programs.jobs.instructions.market import MarketTerms
from nosana_chain.programs.jobs.queries import MARKET
from nosana_chain.wallet import Wallet

_MARKET_AUTHORITY = 8  #: offset of the field (specification, section 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedMarket:
    """A market that now exists."""

    receipt: Receipt
    market: Pubkey


class Markets:
    """Markets: opening and reading them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def fetch_market(self, address: Pubkey) -> Market:
        """The market at `address`; NotFoundError if there is none. Network: 1 call."""
        return await MARKET.fetch(self._context.connection, address)

    async def find_markets(self, *, authority: Pubkey | None = None) -> list[Market]:
        """All markets, or those of one operator. Network: 1 getProgramAccounts call."""
        filters = [Memcmp(_MARKET_AUTHORITY, bytes(authority))] if authority else []
        return await MARKET.find(self._context.connection, *filters)

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
