"""A feed: every transaction that names one of some addresses, once, in the order of slots; and what a fork undoes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass

from solders.pubkey import Pubkey

from nosana_chain.engine.following.bell import Bell
from nosana_chain.engine.following.fetching import fetch_landed
from nosana_chain.engine.following.listing import EndlessListError
from nosana_chain.engine.following.pace import DEFAULT_FOLLOWING, FollowPolicy
from nosana_chain.engine.following.position import Position
from nosana_chain.engine.following.refusals import explained, require_history, unreadable_list, unshown
from nosana_chain.engine.following.scout import LookUp, Scout
from nosana_chain.errors import InputError, Retry, RpcError
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.reading.explain_transaction import parse_transaction
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.retry import Sleep
from nosana_chain.wire.signatures import PAGE, Listed

_MOST_DOUBLINGS = 10
_QUICK_LOOKS = 6  # for what a notice told and the list doesn't have yet: half a slot, one, two, ...

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Landing:
    """A transaction of a feed.

    Attributes:
        listed: as the list names it.
        landed: what it was; None for one that failed, which is not read.
        before: the feed's position before it.
        after: the position after it.
    """

    listed: Listed
    landed: LandedTransaction | None
    before: Position
    after: Position


@dataclass(frozen=True, slots=True)
class Undone:
    """A transaction that the feed gave isn't on the chain any more: its slot was reorganised.

    Attributes:
        listed: as the list named it.
        after: the feed's position without it.
    """

    listed: Listed
    after: Position


@dataclass(frozen=True, slots=True)
class Restarted:
    """What another feed had given isn't on the chain as it was: all that follows the mark comes anew.

    Attributes:
        after: the position to which the feed went back.
    """

    after: Position


Item = Landing | Undone | Restarted


class Feed:
    """Follows addresses. One task takes from it at a time.

    Args:
        connection: the cluster.
        addresses: whose transactions are given. One that names several of them is given once.
        bell: wakes it; whoever makes the bell closes it.
        look_up: the status of a signature.
        policy: how often it looks.
        sleep: waits for seconds.
        page: entries of a full page; for tests of long lists.

    Attributes:
        bell: as given.
        trouble: why nothing can be told at the moment; None while all is well.
    """

    def __init__(
        self,
        connection: Connection,
        addresses: Iterable[Pubkey],
        *,
        bell: Bell,
        look_up: LookUp,
        policy: FollowPolicy = DEFAULT_FOLLOWING,
        sleep: Sleep = asyncio.sleep,
        page: int = PAGE,
    ) -> None:
        self.bell = bell
        self.trouble: str | None = None
        self._connection = connection
        self._scout = Scout(connection, addresses, look_up=look_up, page=page)
        self._policy = policy
        self._sleep = sleep
        self._is_started = False
        self._looks_at_once = True  # without waiting for anything
        self._quick_looks = 0
        self._failures = 0

    @property
    def position(self) -> Position:
        """How far it has come."""
        return self._scout.progress.position

    @property
    def addresses(self) -> tuple[Pubkey, ...]:
        """Whose transactions are given."""
        return tuple(self._scout.addresses)

    def follow(self, address: Pubkey) -> None:
        """Follow one address more, from the mark on: what it has there before the next transaction comes first."""
        if address not in self._scout.addresses:
            self._scout.addresses[address] = None
            self._begin_again()

    def leave(self, address: Pubkey) -> None:
        """Follow an address no more."""
        if address in self._scout.addresses:
            del self._scout.addresses[address]
            self._scout.progress.keep(self._scout.addresses.keys())
            self._begin_again()

    async def start(self, position: Position | None = None) -> None:
        """Begin after what is on the chain now, or where another feed stopped. Once more does nothing.

        Network: 1 call for each address, or 1 with a position.

        Raises:
            NoHistoryError: the endpoint doesn't list transactions, or not from the position on.
            RpcError: it can't be asked.
        """
        if self._is_started:
            return
        try:
            if position is None:
                await self._scout.start_now()
            else:
                await require_history(self._connection, position.mark)
                self._scout.start_at(position)
        except RpcError as error:
            raise explained(self._connection, error) from error
        self._is_started = True

    async def chunk(self) -> list[Item]:
        """What comes next, at least one thing; waits for it. Where the endpoint fails for now it goes on later.

        Nothing is lost where it is cancelled. Network: 1 call for each address a look, and 1 for each transaction that
        succeeded.

        Raises:
            NoHistoryError: the endpoint doesn't list transactions.
            RpcError: it refuses for good.
        """
        await self.start()
        while True:
            try:
                taken = await self._next()
            except RpcError as error:
                self._begin_again()
                await self.rest(error)
                continue
            except BaseException:
                self._begin_again()
                raise
            self.recover()
            if taken:
                return taken

    async def _next(self) -> list[Item]:
        if self._scout.undone:
            return self._take_back()
        if not self._scout.queue and not await self._look():
            return [Restarted(self.position)]
        return [] if self._scout.undone else await self._take()

    async def _look(self) -> bool:
        if self._scout.is_between:
            await self._pause()
        self._looks_at_once = False
        try:
            as_it_was = await self._scout.advance()
        except EndlessListError as error:
            raise unreadable_list(self._connection) from error
        for entry, _named in self._scout.queue:
            self.bell.awaited.pop(entry.signature, None)
        return as_it_was

    async def _pause(self) -> None:
        """Until there may be something new."""
        slot = self._connection.network.slot_seconds
        if self._looks_at_once:
            return
        if self._scout.was_cut:
            await self._sleep(slot / 2)
            return
        if self.bell.awaited and self._quick_looks < _QUICK_LOOKS:
            rang = await self.bell.wait(slot / 2 * 2**self._quick_looks)
            self._quick_looks = 0 if rang else self._quick_looks + 1
            return
        self.bell.awaited.clear()
        self._quick_looks = 0
        slots = self._policy.poll_slots if self.bell.is_sure else self._policy.poll_alone_slots
        await self.bell.wait(slots * slot)

    def _take_back(self) -> list[Item]:
        taken: list[Item] = []
        while self._scout.undone:
            entry = self._scout.undone.popleft()
            self._scout.progress.take_back(entry.signature)
            taken.append(Undone(entry, self.position))
        return taken

    async def _take(self) -> list[Item]:
        queue = self._scout.queue
        listed = [queue[index][0] for index in range(min(len(queue), self._policy.at_once))]
        wanted = [entry for entry in listed if not entry.failed]
        found = await fetch_landed(self._connection, wanted, sleep=self._sleep)
        landed = dict(zip((entry.signature for entry in wanted), found, strict=True))
        moved = next((entry for entry in wanted if not _is_at(landed[entry.signature], entry.slot)), None)
        if moved is not None and moved is listed[0]:
            raise unshown(self._connection, moved)
        taken: list[Item] = []
        for entry in listed:
            if entry is moved:  # since it was listed: the list tells where to
                self._begin_again()
                break
            _entry, named = queue.popleft()
            taken.append(self._given(entry, named, landed.get(entry.signature)))
        return taken

    def _given(self, entry: Listed, named: frozenset[Pubkey], landed: LandedTransaction | None) -> Landing:
        before = self.position
        if len(self._scout.addresses) > 1:  # an address that it names may be followed later, and its list has it again
            named |= _named(landed)
        self._scout.progress.give(entry, named)
        self._connection.saw(entry.slot)  # whoever hears of it looks at accounts that know it
        return Landing(entry, landed, before, self.position)

    def _begin_again(self) -> None:
        self._scout.begin_again()
        self._looks_at_once = True

    async def rest(self, error: RpcError) -> None:
        """Wait for an endpoint that fails for now; raise where it fails for good."""
        if error.retry is not Retry.SAME:
            raise explained(self._connection, error) from error
        if self.trouble is None:
            _log.warning("following rests, and will go on where it is: %s", error)
        self.trouble = str(error)
        rest = self._connection.network.slot_seconds * 2**self._failures
        self._failures = min(self._failures + 1, _MOST_DOUBLINGS)
        await self._sleep(min(rest, self._policy.longest_rest_seconds))

    def recover(self) -> None:
        """It does again what it should."""
        if self.trouble is not None:
            _log.warning("following goes on")
        self.trouble, self._failures = None, 0


def _named(landed: LandedTransaction | None) -> frozenset[Pubkey]:
    """The addresses that a transaction names itself."""
    try:
        return frozenset(parse_transaction(landed.raw).message.account_keys) if landed else frozenset()
    except InputError:  # it is refused by whoever reads it
        return frozenset()


def _is_at(landed: LandedTransaction | None, slot: int) -> bool:
    return landed is not None and landed.slot == slot
