"""Watches of an engine: a feed, the bell that wakes it, and who tells the events."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from nosana_chain.engine.engine import Engine
from nosana_chain.engine.following.bell import Bell
from nosana_chain.engine.following.feed import Feed
from nosana_chain.engine.following.pace import DEFAULT_FOLLOWING, FollowPolicy
from nosana_chain.engine.following.teller import Event, Teller
from nosana_chain.engine.following.watch import Watch


def watch_of(
    engine: Engine,
    teller: Teller[Event],
    *,
    followed: Sequence[str],
    since: str | None = None,
    policy: FollowPolicy = DEFAULT_FOLLOWING,
) -> Watch[Event]:
    """A watch of what happens in the transactions that name some addresses; over the client's one socket.

    Args:
        engine: the client's.
        teller: says what is followed, and makes events of it.
        followed: all that says what is watched, in an order that is always the same: cursors are bound to it.
        since: a cursor to go on from.
        policy: how often it looks.
    """
    bell = Bell(engine.subscriptions, sleep=engine.sleep)
    look_up = partial(engine.reads.status, search_history=True)
    feed = Feed(engine.connection, teller.followed(), bell=bell, look_up=look_up, policy=policy, sleep=engine.sleep)
    return Watch(engine.connection, feed, teller, followed=followed, since=since)
