"""Two events of every transaction, of an account whose bytes nobody reads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import Any

from harness.feeding import ADDRESS, Patience
from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.engine.following.bell import Bell
from nosana_chain.engine.following.feed import Feed
from nosana_chain.engine.following.watch import Watch
from nosana_chain.engine.reads import Reads
from nosana_chain.models.event import ChainEvent, Place
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.connection import Connection


class Kind(StrEnum):
    FIRST = "first"
    SECOND = "second"
    RETRACTED = "retracted"


class SimpleTeller:
    """Numbers what it tells, as if that were the account."""

    def __init__(self, *, wanted: Callable[[ChainEvent], bool] = lambda _event: True) -> None:
        self.count = 0
        self.taken_back: list[ChainEvent] = []
        self.fails: list[Exception] = []
        self._wanted = wanted

    def read(self, landed: LandedTransaction) -> Sequence[ChainEvent]:
        signature = Signature.from_bytes(landed.raw)
        return [self._event(kind, landed.slot, signature, number) for number, kind in enumerate([*Kind][:2])]

    def _event(self, kind: Kind, slot: int, signature: Signature, number: int) -> ChainEvent:
        return ChainEvent(kind=kind, address=ADDRESS, slot=slot, time=None, signature=signature, place=Place(number))

    async def begin(self, _followed: Sequence[Pubkey] | None, /) -> None:
        pass

    async def prepare(self, _events: Sequence[ChainEvent], /) -> None:
        if self.fails:
            raise self.fails.pop(0)

    def tell(self, event: ChainEvent) -> ChainEvent:
        self.count += 1
        return replace(event, old=self.count - 1, new=self.count)

    def wants(self, event: ChainEvent) -> bool:
        return self._wanted(event)

    def take_back(self, event: ChainEvent) -> None:
        self.count = event.old
        self.taken_back.append(event)

    def restart(self, slot: int) -> ChainEvent:
        return self._event(Kind.RETRACTED, slot, Signature.default(), 0)

    def followed(self) -> Sequence[Pubkey]:
        return [ADDRESS]


@asynccontextmanager
async def watching(
    ledger: Any, teller: SimpleTeller, *, since: str | None = None, followed: str = "simple", waits: int = 3
) -> AsyncIterator[Watch[ChainEvent]]:
    patience = Patience(waits)
    connection = Connection(LOCALNET, transport=ledger, sleep=patience.time.sleep)
    reads = Reads(connection, clock=patience.time.clock)
    bell = Bell(None, sleep=patience.sleep)
    look_up = partial(reads.status, search_history=True)
    feed = Feed(connection, [ADDRESS], bell=bell, look_up=look_up, sleep=patience.sleep)
    watch = Watch(connection, feed, teller, followed=[followed], since=since)
    try:
        async with watch:
            yield watch
    finally:
        await reads.aclose()
        await connection.aclose()
        await asyncio.sleep(0)
