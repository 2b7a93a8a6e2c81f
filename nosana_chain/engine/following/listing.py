"""The transactions of one address from old to new, though endpoints list them from new to old.

A gap of any length takes little memory: on the way down only the borders of pages are kept, and on the way up each page
is asked for again. A border never divides a slot, since endpoints don't agree on what is *before* a transaction of the
same slot.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from solders.signature import Signature

from nosana_chain.wire.signatures import PAGE, Listed

#: Called with the bounds `before` and `until`; gives up to a page, the newest first.
FetchPage = Callable[[Signature | None, Signature | None], Awaitable[list[Listed]]]

_MOST = 100_000  # pages, or transactions of a slot: an endpoint that never comes to an end is not to be believed


class EndlessListError(Exception):
    """An endpoint lists more than there can be. It never leaves this folder."""


class Sweep:
    """One way through the transactions of an address, from after a slot up to the newest.

    Args:
        fetch: asks for a page.
        after: the slot; what it has itself is left out.
        until: a transaction in that slot or before, where the endpoint may stop.
        limit: entries of a full page.

    Attributes:
        floor: up to this slot all has been given.
        is_over: the newest has been given.
    """

    def __init__(self, fetch: FetchPage, *, after: int, until: Signature | None, limit: int = PAGE) -> None:
        self.floor = after
        self.is_over = False
        self._fetch = fetch
        self._until = until
        self._limit = limit
        self._borders: list[Signature | None] = [None]  # before each of them a page is left; the oldest is the last

    async def page(self) -> list[Listed]:
        """The next page, the oldest first: whole slots, of which the last one is the new floor.

        It may be empty. Network: 1 call, and 1 more for each further page up to the newest, the first time.
        """
        border = self._borders.pop()
        held: list[Listed] = []  # all before the border, so far
        while True:
            found = await self._fetch(held[-1].signature if held else border, self._until)
            fresh = [entry for entry in found if entry.slot > self.floor]
            held += fresh
            if len(found) < self._limit or len(fresh) < len(found):
                break
            lower = _border_in(held)
            if lower is not None:  # a page is left between the two
                self._borders.append(border)
                border, held = lower, []
            if max(len(self._borders), len(held)) > _MOST:
                raise EndlessListError
        self.is_over = not self._borders
        self.floor = held[0].slot if held else self.floor
        return held[::-1]


def _border_in(found: Sequence[Listed]) -> Signature | None:
    """The oldest transaction above the lowest slot, before which that slot is whole; None for one slot alone."""
    lowest = found[-1].slot
    return next((entry.signature for entry in reversed(found) if entry.slot > lowest), None)
