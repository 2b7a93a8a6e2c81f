"""Watching a pool: what it is funded with, and what it pays."""

from __future__ import annotations

from functools import partial

from solders.pubkey import Pubkey

from nosana_chain.engine.engine import Engine
from nosana_chain.engine.following.watch import Watch
from nosana_chain.pda import pool_vault_address
from nosana_chain.programs.account_events import AccountTeller, by, watch_account
from nosana_chain.programs.pools.events import PoolEvent, PoolEventKind, pool_after, pool_events, vaults_of
from nosana_chain.programs.pools.queries import POOL


def watch_pool(engine: Engine, pool: Pubkey, *, since: str | None) -> Watch[PoolEvent]:
    """The events of a pool, from now on or from a cursor on. Whoever funds it names its vault alone."""
    teller = AccountTeller(
        engine.connection,
        pool,
        look=partial(POOL.read_if_mine, engine.network, pool),
        read=partial(pool_events, network=engine.network, funded=vaults_of(pool, network=engine.network)),
        after=by(pool_after),
        made=partial(PoolEvent, kind=PoolEventKind.RETRACTED),
        also=[pool_vault_address(pool, network=engine.network)],
    )
    return watch_account(engine, teller, family="pools", since=since)
