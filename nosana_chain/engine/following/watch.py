"""Events out of a feed: read, told apart, dated by cursors, and taken back with their transactions."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Any, Generic, Self

from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.engine.following.cursor import Cursor, CursorScope
from nosana_chain.engine.following.feed import Feed, Item, Landing, Undone
from nosana_chain.engine.following.position import Position
from nosana_chain.engine.following.teller import Event, Teller
from nosana_chain.errors import InputError, RpcError, RpcResponseError
from nosana_chain.models.event import Place, retracted
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.subscriptions import Subscription, Subscriptions

_log = logging.getLogger(__name__)


class Watch(Generic[Event]):
    """An asynchronous iterator of events, each once and in order; it never ends by itself.

    What nobody takes stays on the chain: at most a handful of transactions is read ahead, so that a slow reader costs
    no memory and loses nothing. Use it as an asynchronous context manager too, or call `aclose`, where it isn't used
    until the client is closed. One task takes from it at a time; a wait for the next event may be cancelled.

    Args:
        connection: the cluster.
        feed: of addresses, not started.
        teller: of the events.
        followed: all that says what is watched, in an order that is always the same: cursors are bound to it.
        since: a cursor to go on from.

    Raises:
        CursorError: on the first wait: `since` can't be read, or belongs elsewhere.
        NoHistoryError: on a wait: the endpoint doesn't list transactions, or not as far back as `since`.
        RpcError: on a wait: the endpoint refuses for good. One that fails for now is asked again: `trouble` says so.
    """

    def __init__(
        self,
        connection: Connection,
        feed: Feed,
        teller: Teller[Event],
        *,
        followed: Sequence[str],
        since: str | None = None,
    ) -> None:
        self._connection = connection
        self._feed = feed
        self._teller = teller
        self.followed = tuple(followed)  #: what is watched: the sort of events, and what they must fit
        self._since = since
        self._scope: CursorScope | None = None
        self._cursor: str | None = since
        self._within: tuple[Signature, Place] | None = None  # what another process gave of a transaction
        self._initial = feed.addresses
        self._items: deque[Item] = deque()
        self._events: list[Sequence[Event]] = []  # of each item
        self._is_prepared = False
        self._filling: asyncio.Future[None] | None = None
        self._ready: deque[Event] = deque()
        self._told: OrderedDict[Signature, tuple[int, list[tuple[Event, bool]]]] = OrderedDict()  # what may be undone

    @property
    def cursor(self) -> str | None:
        """Where to go on after all that was given: another process, or another watch, takes it as `since`.

        JSON-safe. Later than the last event's own where what came since isn't asked for. None before the start.
        """
        return self._cursor

    @property
    def trouble(self) -> str | None:
        """Why nothing can be told at the moment, with secrets removed; None while all is well."""
        return self._feed.trouble

    @property
    def polling(self) -> str | None:
        """Why it looks by itself from time to time, and isn't woken by a socket; None where it is."""
        return self._feed.bell.refusal

    async def start(self) -> None:
        """Begin: what happens from now on is told. Iterating does it, too; once more does nothing.

        Network: 3 calls or so.
        """
        if self._scope is not None:
            return
        scope = CursorScope.of(await self._connection.fetch_genesis_hash(), self.followed)
        at = None if self._since is None else scope.read(self._since)
        await self._teller.begin(at.addresses if at else None)
        self._follow()
        await self._feed.start(at.position if at else None)
        await self._teller.prepare(())
        self._within = (at.signature, at.within) if at and at.signature and at.within else None
        self._scope = scope
        self._cursor = self._text(self._feed.position)
        self._say_how()

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        while not self._ready:
            await self._filled()
        event = self._ready.popleft()
        self._cursor = event.cursor
        return event

    async def _filled(self) -> None:
        """Wait until something is ready. A wait that is cancelled leaves the work under way for the next one."""
        if self._filling is None:
            self._filling = asyncio.ensure_future(self._fill())
            self._filling.add_done_callback(_heard)
        filling = self._filling
        try:
            await asyncio.shield(filling)
        finally:
            if filling.done():
                self._filling = None

    async def _fill(self) -> None:
        await self.start()
        while not self._ready:
            if not self._items:
                self._items.extend(await self._feed.chunk())
                self._is_prepared = False
            await self._prepare()
            self._tell(self._items.popleft(), self._events.pop(0))

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Listen no more."""
        filling, self._filling = self._filling, None
        if filling is not None:
            filling.cancel()
            await asyncio.gather(filling, return_exceptions=True)
        await self._feed.bell.aclose()

    async def _prepare(self) -> None:
        """Look at what the events of the items need, however often the endpoint fails; nothing is told before."""
        while not self._is_prepared:
            self._events = [self._read(item.landed) if isinstance(item, Landing) else () for item in self._items]
            try:
                await self._teller.prepare([event for events in self._events for event in events])
            except RpcError as error:
                await self._feed.rest(error)
                continue
            self._feed.recover()
            self._is_prepared = True

    def _read(self, landed: LandedTransaction | None) -> Sequence[Event]:
        if landed is None:
            return ()
        try:
            return self._teller.read(landed)
        except InputError as error:
            endpoint = self._connection.transport.endpoint
            raise RpcResponseError(
                f"getTransaction: {endpoint} leaves out what a transaction did, so no event can be told: {error}",
                endpoint=endpoint,
                method="getTransaction",
                rpc_code=None,
            ) from error

    def _tell(self, item: Item, events: Sequence[Event]) -> None:
        if isinstance(item, Landing):
            self._tell_landing(item, events)
        elif isinstance(item, Undone):
            self._take_back(item)
        else:
            _log.warning("what another process was told after slot %d was reorganised: it comes anew", item.after.mark)
            self._give(self._teller.restart(item.after.mark), self._text(item.after))
            self._within = None
        if not self._ready:
            self._cursor = self._text(item.after if self._items else self._feed.position)
        self._forget()

    def _tell_landing(self, item: Landing, events: Sequence[Event]) -> None:
        full = [self._teller.tell(event) for event in events]
        texts = [self._text(item.before, event) for event in events[:-1]]  # from these on, it is all told once more
        texts.append(self._text(self._feed.position if self._follow() else item.after))
        told = [(event, self._is_new(event) and self._teller.wants(event)) for event in full]
        for (event, is_given), text in zip(told, texts, strict=False):
            if is_given:
                self._give(event, text)
        if told:
            self._told[item.listed.signature] = item.listed.slot, told

    def _is_new(self, event: Event) -> bool:
        """Whether no other process gave it before this watch began."""
        return self._within is None or event.signature != self._within[0] or event.place > self._within[1]

    def _take_back(self, item: Undone) -> None:
        """The events of a transaction, the last one first."""
        _slot, told = self._told.pop(item.listed.signature, (0, []))
        for event, _was_given in reversed(told):
            self._teller.take_back(event)
        text = self._text(self._feed.position if self._follow() else item.after)
        for event, was_given in reversed(told):
            if was_given:
                self._give(retracted(event), text)

    def _give(self, event: Event, cursor: str) -> None:
        self._ready.append(replace(event, cursor=cursor))

    def _forget(self) -> None:
        """Nothing takes back what is final."""
        mark = self._feed.position.mark
        while self._told and next(iter(self._told.values()))[0] <= mark:
            self._told.popitem(last=False)

    def _follow(self) -> bool:
        """Follow what is to be followed from now on; whether that is something else. Then the position is, too."""
        before, wanted = self._feed.addresses, self._teller.followed()
        for address in wanted:  # first: what names both stays known
            self._feed.follow(address)
            self._feed.bell.listen(address, partial(_logs, mentioned=address))
        for address in self._feed.addresses:
            if address not in wanted:
                self._feed.leave(address)
                self._feed.bell.leave([address])
        return self._feed.addresses != before

    def _text(self, position: Position, within: Event | None = None) -> str:
        assert self._scope is not None  # noqa: S101  for the type alone: nothing is told before the start
        extra = tuple(address for address in self._feed.addresses if address not in self._initial)
        if within is None:
            return self._scope.text(Cursor(position, addresses=extra))
        return self._scope.text(Cursor(position, within.signature, within.place, extra))

    def _say_how(self) -> None:
        """Once a connection: that nobody wakes it."""
        if self.polling and self._connection.first_time("polling"):
            _log.warning("watching by looking from time to time, since %s", self.polling)


def _heard(filling: asyncio.Future[None]) -> None:
    """Its error is whose who waits for it; with nobody there, nobody's."""
    if not filling.cancelled():
        filling.exception()


def _logs(subscriptions: Subscriptions, *, mentioned: Pubkey) -> Subscription[Any]:
    return subscriptions.logs(mentioned)
