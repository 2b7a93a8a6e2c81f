"""Feeds on a ledger in memory, with time that passes only when somebody waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial

from fault.wire import FakeTime
from harness.ledger import Entry, Ledger
from solders.pubkey import Pubkey

from nosana_chain.engine.following.bell import Bell
from nosana_chain.engine.following.feed import Feed, Item, Landing, Restarted, Undone
from nosana_chain.engine.following.pace import FollowPolicy
from nosana_chain.engine.following.position import Position
from nosana_chain.engine.reads import Reads
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.connection import Connection

ADDRESS = Pubkey(bytes([1]) * 32)
OTHER = Pubkey(bytes([2]) * 32)


class NothingCameError(Exception):
    """A feed waits for something to happen."""


class Patience:
    """Sleep that ends a feed once it has waited so often in a row without giving anything."""

    def __init__(self, waits: int) -> None:
        self.time = FakeTime()
        self._waits = self._left = waits

    def renew(self) -> None:
        self._left = self._waits

    async def sleep(self, seconds: float) -> None:
        if self._left == 0:
            raise NothingCameError
        self._left -= 1
        await self.time.sleep(seconds)


class Follower:
    """A feed, and what it has given: `told` is what somebody who listens would know now."""

    def __init__(self, feed: Feed, patience: Patience) -> None:
        self.feed = feed
        self.items: list[Item] = []
        self.told: dict[str, int] = {}
        self._patience = patience

    async def take(self) -> list[Item]:
        """All that comes until it waits for more."""
        taken: list[Item] = []
        while True:
            try:
                chunk = await self.feed.chunk()
            except NothingCameError:
                return taken
            self._patience.renew()
            taken += chunk
            for item in chunk:
                self._note(item)

    def _note(self, item: Item) -> None:
        self.items.append(item)
        if isinstance(item, Restarted):
            self.told = {text: slot for text, slot in self.told.items() if slot <= item.after.mark}
            return
        text = str(item.listed.signature)
        if isinstance(item, Undone):
            assert self.told.pop(text) == item.listed.slot, "taken back as it was told"
            return
        assert text not in self.told, "told twice"
        self.told[text] = item.listed.slot


@asynccontextmanager
async def following(
    ledger: Ledger,
    addresses: Iterable[Pubkey] = (ADDRESS,),
    *,
    at: Position | None = None,
    page: int = 1000,
    waits: int = 3,
    at_once: int = 8,
) -> AsyncIterator[Follower]:
    patience = Patience(waits)
    connection = Connection(LOCALNET, transport=ledger, sleep=patience.time.sleep)
    reads = Reads(connection, clock=patience.time.clock)
    bell = Bell(None, sleep=patience.sleep)
    feed = Feed(
        connection,
        addresses,
        bell=bell,
        look_up=partial(reads.status, search_history=True),
        policy=FollowPolicy(at_once=at_once),
        sleep=patience.sleep,
        page=page,
    )
    try:
        await feed.start(at)
        yield Follower(feed, patience)
    finally:
        await bell.aclose()
        await reads.aclose()
        await connection.aclose()
        await asyncio.sleep(0)


def slots(items: Iterable[Item]) -> list[int]:
    return [item.listed.slot for item in items if isinstance(item, Landing)]


def signatures(items: Iterable[Item]) -> list[str]:
    return [str(item.listed.signature) for item in items if isinstance(item, Landing)]


def names(entries: Iterable[Entry]) -> list[str]:
    return [str(entry.signature) for entry in entries]
