"""Looks at the lists again and again: what is new there, what has vanished, what has become final."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any

from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.engine.following.fetching import fetch_block_order, pages_of
from nosana_chain.engine.following.lanes import Lanes, Stretch
from nosana_chain.engine.following.listing import Sweep
from nosana_chain.engine.following.position import DEEP, Position, Progress, final_top
from nosana_chain.engine.following.refusals import require_history
from nosana_chain.engine.reads import Looked, Slot
from nosana_chain.errors import RpcClosedError, RpcError
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.signatures import PAGE, Listed

#: What the cluster says of a signature, as far back as it knows.
LookUp = Callable[[Signature], Awaitable[Looked]]

_LONG_SLOTS = 9_000  # an hour: no node forgets so soon
_FIRST_LOOK = 100  # transactions among which the newest slot begins, where it starts now
_SLOT: Any = Slot


class Scout:
    """What is to be given next of the transactions that name some addresses.

    A *pass* goes from the mark, up to which everything is given and final, to the newest; stretch by stretch.

    Args:
        connection: the cluster.
        addresses: whose lists are read.
        look_up: the status of a signature.
        page: entries of a full page.

    Attributes:
        addresses: as given; they may change between two stretches, when the next look begins anew.
        progress: what has been given.
        queue: listed, and not given yet, the oldest first; each with the addresses whose lists have it.
        undone: given, and not on the chain any more.
        was_cut: the last pass saw transactions of slots that weren't over yet.
    """

    def __init__(
        self, connection: Connection, addresses: Iterable[Pubkey], *, look_up: LookUp, page: int = PAGE
    ) -> None:
        self.addresses = dict.fromkeys(addresses)
        self.progress = Progress(Position(0))
        self.was_cut = False
        self.queue: deque[tuple[Listed, frozenset[Pubkey]]] = deque()
        self.undone: deque[Listed] = deque()
        self._connection = connection
        self._look_up = look_up
        self._page = page
        self._lanes: Lanes | None = None
        self._settling: Listed | None = None  # all up to it is final, once the queue has been given
        self._looked_at = 0  # the slot of the last look
        self._is_firm = True  # nothing below the pass's next stretch is open
        self._resuming: Position | None = None  # what another follower gave, which is found again at first

    @property
    def is_between(self) -> bool:
        """Whether no pass is under way."""
        return self._lanes is None

    async def start_now(self) -> None:
        """Begin after what is on the chain now. Network: 1 call for each address."""
        newest: dict[Signature, Listed] = {}
        named: dict[Signature, frozenset[Pubkey]] = {}
        for address in self.addresses:
            for entry in await pages_of(self._connection, address, limit=_FIRST_LOOK)(None, None):
                newest[entry.signature] = entry
                named[entry.signature] = named.get(entry.signature, frozenset()) | {address}
        top = max((entry.slot for entry in newest.values()), default=0)
        until = next((entry.signature for entry in newest.values() if entry.slot < top), None)
        self.progress = Progress(Position(max(0, top - 1)), until=until if len(self.addresses) == 1 else None)
        for entry in newest.values():
            if entry.slot == top:
                self.progress.give(entry, named[entry.signature])

    def start_at(self, position: Position) -> None:
        """Begin where another follower stopped."""
        self.progress = Progress(position)
        self._resuming = position if position.count else None

    def begin_again(self) -> None:
        """Look anew from the mark on."""
        self._lanes, self._settling = None, None
        self.queue.clear()
        self.undone.clear()

    async def advance(self) -> bool:
        """Look at the next stretch, once all has been given; False where what was resumed isn't on the chain as it was.

        Then all that follows the mark comes anew. Network: 1 call or more for each address.
        """
        self._settle()
        if self._lanes is None:
            self._lanes, self._is_firm = await self._new_lanes(), True
        lanes = self._lanes
        stretch = await lanes.stretch()
        if self._resuming is not None and not self._resume(self._resuming, stretch, is_last=lanes.is_over):
            return False
        await self._compare(stretch)
        if lanes.is_over:
            self._lanes, self.was_cut = None, lanes.cut
        if not self.queue and not self.undone:
            self._settle()
        return True

    async def is_gone(self, entry: Listed) -> bool:
        """Whether every endpoint says that it isn't where it was; one that is behind, or fails, says nothing."""
        try:
            looked = await self._look_up(entry.signature)
        except RpcClosedError:
            raise
        except RpcError:  # not by everybody: the next look asks again
            return False
        if looked.status is not None:
            return looked.status.slot != entry.slot
        return looked.slot > entry.slot

    def _settle(self) -> None:
        settling, self._settling = self._settling, None
        if settling is not None:
            self.progress.settle(settling)

    async def _new_lanes(self) -> Lanes:
        mark, until = self.progress.position.mark, self.progress.until
        options = {"commitment": self._connection.settled_commitment}
        ceiling = max(mark, await self._connection.call("getSlot", options, answer=_SLOT))
        if self._looked_at and ceiling - self._looked_at > _LONG_SLOTS:  # it slept, or the endpoint did
            await require_history(self._connection, mark)
        self._looked_at = ceiling
        sweeps = {
            address: Sweep(
                pages_of(self._connection, address, limit=self._page), after=mark, until=until, limit=self._page
            )
            for address in self.addresses
        }
        return Lanes(sweeps, floor=mark, ceiling=ceiling, block_order=partial(fetch_block_order, self._connection))

    async def _compare(self, stretch: Stretch) -> None:
        entries = stretch.entries
        newest = entries[-1].slot if entries else 0
        missing = self.progress.missing(entries, above=stretch.above, top=stretch.top)
        gone = [entry for entry in missing if entry.slot + DEEP < newest or await self.is_gone(entry)]
        self.undone.extend(reversed(gone))  # the newest first, as what happened is undone
        self.queue.extend((entry, stretch.named[entry.signature]) for entry in entries if entry not in self.progress)
        open_from = min((entry.slot for entry in missing if entry not in gone), default=None)
        top = final_top(entries)
        if top is not None and self._is_firm and (open_from is None or top.slot < open_from):
            self._settling = top
        self._is_firm = self._is_firm and open_from is None and (not entries or top is entries[-1])

    def _resume(self, position: Position, stretch: Stretch, *, is_last: bool) -> bool:
        """Take what another follower gave for given; False where it isn't there any more as it was."""
        for entry in stretch.entries[: position.count - self.progress.position.count]:
            self.progress.give(entry, stretch.named[entry.signature])
        if self.progress.position == position:
            self._resuming = None
        elif self.progress.position.count == position.count or is_last:
            self._resuming = None
            self.progress = Progress(position)
            self.begin_again()
            return False
        else:
            self._is_firm = False  # what is given must be counted from the mark on, until all of it is found
        return True
