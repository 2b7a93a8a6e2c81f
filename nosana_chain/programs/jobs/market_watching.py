"""Watching a market: its terms, and its queue with everybody's place in it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from solders.pubkey import Pubkey

from nosana_chain.engine.engine import Engine
from nosana_chain.engine.following.watch import Watch
from nosana_chain.models.market import Market
from nosana_chain.programs.account_events import AccountTeller, watch_account
from nosana_chain.programs.jobs.market_events import MarketEvent, MarketEventKind, market_events
from nosana_chain.programs.jobs.queries import MARKET
from nosana_chain.programs.jobs.queue_fold import market_after, with_place


def watch_market(engine: Engine, market: Pubkey, *, since: str | None) -> Watch[MarketEvent]:
    """The events of a market, from now on or from a cursor on."""
    teller = AccountTeller(
        engine.connection,
        market,
        look=partial(MARKET.read_if_mine, engine.network, market),
        read=partial(market_events, network=engine.network),
        after=_after,
        made=partial(MarketEvent, kind=MarketEventKind.RETRACTED),
    )
    return watch_account(engine, teller, family="markets", since=since)


def _after(old: Market | None, event: MarketEvent) -> MarketEvent:
    placed = with_place(event, old)
    return replace(placed, old=old, new=market_after(old, placed))
