"""Watching a stake: what it is worth and for how long, from event to event."""

from __future__ import annotations

from functools import partial

from solders.pubkey import Pubkey

from nosana_chain.engine.engine import Engine
from nosana_chain.engine.following.watch import Watch
from nosana_chain.pda import stake_address
from nosana_chain.programs.account_events import AccountTeller, by, watch_account
from nosana_chain.programs.staking.events import StakeEvent, StakeEventKind, stake_after, stake_events
from nosana_chain.programs.staking.queries import STAKE


def watch_stake(engine: Engine, authority: Pubkey, *, since: str | None) -> Watch[StakeEvent]:
    """The events of a wallet's stake, from now on or from a cursor on."""
    stake = stake_address(authority, network=engine.network)
    teller = AccountTeller(
        engine.connection,
        stake,
        look=partial(STAKE.read_if_mine, engine.network, stake),
        read=partial(stake_events, network=engine.network),
        after=by(stake_after),
        made=partial(StakeEvent, kind=StakeEventKind.RETRACTED),
    )
    return watch_account(engine, teller, family="stakes", since=since)
