"""Several addresses swept side by side: their transactions in one order, each once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.engine.following.listing import Sweep
from nosana_chain.wire.signatures import Listed

#: Called with a slot; gives the signatures of its block in their order, or None where the endpoint doesn't tell.
BlockOrder = Callable[[int], Awaitable[Sequence[Signature] | None]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """All transactions of a range of slots, the oldest first.

    Attributes:
        entries: the transactions.
        named: for each, the addresses whose lists have it.
        above: the range begins after this slot.
        top: the range's last slot.
    """

    entries: tuple[Listed, ...]
    named: Mapping[Signature, frozenset[Pubkey]]
    above: int
    top: int


@dataclass(slots=True)
class _Lane:
    address: Pubkey
    sweep: Sweep
    ahead: list[Listed] = field(default_factory=list)  # of slots that other lanes haven't reached


class Lanes:
    """One way through the transactions of several addresses.

    Args:
        sweeps: by address, all from the same slot.
        floor: that slot.
        ceiling: where to stop: a slot that was over before any list was made. Some endpoints list transactions one by
            one while a slot fills, and then not in its order; and several lists may be of different moments.
        block_order: tells the order inside a slot, where the lists don't.

    Attributes:
        is_over: the ceiling has been given.
        cut: something above the ceiling was seen.
    """

    def __init__(self, sweeps: Mapping[Pubkey, Sweep], *, floor: int, ceiling: int, block_order: BlockOrder) -> None:
        self.is_over = False
        self.cut = False
        self._lanes = [_Lane(address, sweep) for address, sweep in sweeps.items()]
        self._floor = floor
        self._ceiling = ceiling
        self._block_order = block_order

    async def stretch(self) -> Stretch:
        """The next transactions. Network: a call or more for each address."""
        for lane in self._lanes:
            while not lane.sweep.is_over and lane.sweep.floor <= self._floor:
                lane.ahead += await lane.sweep.page()
        unfinished = [lane.sweep.floor for lane in self._lanes if not lane.sweep.is_over]
        top = min([*unfinished, self._ceiling])
        entries, named = await self._merged(top)
        stretch = Stretch(tuple(entries), named, self._floor, top)
        self.is_over = top == self._ceiling
        self.cut = any(lane.ahead for lane in self._lanes)
        self._floor = top
        return stretch

    async def _merged(self, top: int) -> tuple[list[Listed], dict[Signature, frozenset[Pubkey]]]:
        """What the lanes have up to a slot, taken out of them."""
        slots: defaultdict[int, list[list[Listed]]] = defaultdict(list)
        named: dict[Signature, frozenset[Pubkey]] = {}
        for lane in self._lanes:
            in_slots: defaultdict[int, list[Listed]] = defaultdict(list)
            for entry in lane.ahead:
                if entry.slot <= top:
                    in_slots[entry.slot].append(entry)
                    named[entry.signature] = named.get(entry.signature, frozenset()) | {lane.address}
            lane.ahead = [entry for entry in lane.ahead if entry.slot > top]
            for slot, entries in in_slots.items():
                slots[slot].append(entries)
        merged: list[Listed] = []
        for slot in sorted(slots):
            merged += await self._ordered(slot, slots[slot])
        return merged, named

    async def _ordered(self, slot: int, lists: list[list[Listed]]) -> Iterable[Listed]:
        """The transactions of a slot in the block's order: as the list that has them all, or as the block itself."""
        entries = {entry.signature: entry for each in lists for entry in each}
        longest = max(lists, key=len)
        if len(longest) == len(entries):
            return longest
        order = await self._block_order(slot)
        if order is None:
            return entries.values()
        places = {signature: place for place, signature in enumerate(order)}
        return sorted(entries.values(), key=lambda entry: places.get(entry.signature, len(places)))
