"""Markets of a wallet in which nothing is left to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from solders.pubkey import Pubkey

from nosana_chain.client import NosanaClient
from nosana_chain.engine.looking import Looking, look
from nosana_chain.networks import Network
from nosana_chain.programs.jobs.audit import MarketAudit, look_through_market
from nosana_chain.programs.jobs.queries import search_markets
from nosana_chain.sweep.findings import Finding, FindingKind
from nosana_chain.units import Lamports


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMarket:
    """A market of the wallet's.

    Attributes:
        audit: what is in it.
        rent: lamports of market and vault.
    """

    audit: MarketAudit
    rent: Lamports


def search_own_markets(network: Network, wallet: Pubkey) -> Looking[list[SeenMarket]]:
    """The markets that the wallet may close, each with its jobs."""
    found = []
    for market in (yield from search_markets(network, authority=wallet)):
        audit = yield from look_through_market(network, market.address)
        seen = yield from look(market.address, market.vault)
        rent = sum(account.lamports for account in seen.values() if account)
        found.append(SeenMarket(audit=audit, rent=Lamports(rent)))
    return found


def told_of_markets(client: NosanaClient, markets: Sequence[SeenMarket]) -> Iterator[Finding]:
    """What comes of them: those with jobs in them, or hosts that wait, are in use."""
    for market in markets:
        audit = market.audit
        if not audit.open_jobs and not audit.finished_jobs and not audit.market.waiting_hosts:
            yield Finding(
                kind=FindingKind.CLOSE_MARKET,
                address=audit.market.address,
                nos=audit.vault_balance,
                lamports=market.rent,
                why="this wallet opened it, and nobody waits, works or is owed anything in it",
                on_request=True,
                make=partial(client.markets.close_market, audit.market.address),
            )
