"""Watching one account: its events, with the account before and after each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from solders.account import Account
from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.engine.engine import Engine
from nosana_chain.engine.following.starting import watch_of
from nosana_chain.engine.following.teller import Event
from nosana_chain.engine.following.watch import Watch
from nosana_chain.models.event import Place
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.wire.connection import Connection

Model = TypeVar("Model")


class AccountTeller(Generic[Event, Model]):
    """Tells the events of one account, which every instruction that changes it names.

    The account is looked at when the watch begins, and again where an event doesn't tell what it made of it.

    Args:
        connection: the cluster.
        address: where it is.
        look: what the account is, by its bytes; None where there is none.
        read: the events of a transaction.
        after: the event with `old` and `new`, given the account before as far as it is known.
        made: makes the event that takes back, of no particular one.
        also: other addresses whose transactions tell of it.
    """

    def __init__(
        self,
        connection: Connection,
        address: Pubkey,
        *,
        look: Callable[[Account | None], Model | None],
        read: Callable[[LandedTransaction], Sequence[Event]],
        after: Callable[[Model | None, Event], Event],
        made: Callable[..., Event],
        also: Sequence[Pubkey] = (),
    ) -> None:
        self._connection = connection
        self._address = address
        self._look = look
        self._read = read
        self._after = after
        self._made = made
        self._also = also
        self._account: Model | None = None
        self._as_of = 0
        self._is_known = False

    def read(self, landed: LandedTransaction) -> Sequence[Event]:
        """Those of the account alone."""
        return [event for event in self._read(landed) if event.address == self._address]

    async def begin(self, _followed: Sequence[Pubkey] | None, /) -> None:
        """Nothing must be known before."""

    async def prepare(self, _events: Sequence[Event], /) -> None:
        """Look at the account, unless it is known. Network: 1 call, or none."""
        if self._is_known:
            return
        sight = await self._connection.look([self._address])
        self._account = self._look(sight.accounts[self._address])
        self._as_of, self._is_known = sight.slot, True

    def wants(self, event: Event) -> bool:
        """Whether it is the account's."""
        return event.address == self._address

    def tell(self, event: Event) -> Event:
        """The event, with the account before and after it unless it was looked at later than that."""
        if event.slot <= self._as_of:
            if event.slot == self._as_of:  # local networks show a slot while it fills: it is looked at once more
                self._is_known = False
            return event
        full = self._after(self._account, event)
        was_there = self._account is not None
        self._account = full.new
        self._is_known = full.new is not None or (was_there and full.kind.value in _CLOSING)
        return full

    def take_back(self, event: Event) -> None:
        """The account is what it was before, if that was known."""
        self._account, self._as_of = event.old, 0
        self._is_known = event.old is not None

    def restart(self, slot: int) -> Event:
        """The event that takes back whatever was told of the slots after this one."""
        return self._made(address=self._address, slot=slot, time=None, signature=Signature.default(), place=Place(0))

    def followed(self) -> Sequence[Pubkey]:
        """The account, and what else tells of it."""
        return [self._address, *self._also]


_CLOSING = ("closed",)


def by(fold: Callable[[Model | None, Event], Model | None]) -> Callable[[Model | None, Event], Event]:
    """The event with the account before and after it, as a fold makes the one of the other."""
    return lambda old, event: replace(event, old=old, new=fold(old, event))


def watch_account(
    engine: Engine, teller: AccountTeller[Event, Model], *, family: str, since: str | None
) -> Watch[Event]:
    """A watch of one account, whose cursors belong to it alone."""
    return watch_of(engine, teller, followed=(family, *map(str, teller.followed())), since=since)
