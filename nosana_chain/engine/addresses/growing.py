"""How an address book grows: an address's transactions are listed and read, first what is new, then what is older."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from solders.pubkey import Pubkey

from nosana_chain.engine.addresses.source import Reached, Source
from nosana_chain.errors import InputError
from nosana_chain.reading.mentions import Mention, mentions
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.gathering import gathered
from nosana_chain.wire.signatures import METHOD, Listed, fetch_signatures
from nosana_chain.wire.transactions import fetch_transaction

_BATCH = 64  # transactions that are read before the book takes them over: what an interruption loses
_MOST_LISTED = 1_000_000
_log = logging.getLogger(__name__)


class Growth:
    """Reads the transactions of one address into its source, and may be ended at any moment: what is read is kept.

    Args:
        connection: the cluster.
        address: whose transactions.
        source: what is known of them.
        most: after how many transactions it stops, at the end of a batch of 64; those that failed don't count.

    Attributes:
        left: how many it may read still.
    """

    def __init__(self, connection: Connection, address: Pubkey, source: Source, *, most: int) -> None:
        self.left = most
        self._connection = connection
        self._address = address
        self._source = source

    async def run(self, *, down_to: int = 0) -> bool:
        """Read what is new, and what is older, back to slot `down_to`; whether that is all done.

        Network: 1 call for each 1000 transactions that the address has and the source hasn't, 1 or 2 more to see that
        there are no others, and 1 for each of them that succeeded, 8 at a time.

        Raises:
            RpcError: the endpoint doesn't tell; what was read until then is kept.
        """
        await self._read_again()
        if not await self._go_up():
            return False
        while not self._is_down(down_to):
            if self.left <= 0:
                return False
            await self._go_down()
        return True

    def _is_down(self, slot: int) -> bool:
        """Whether everything of `slot` and later was read: what came before it shows that, or that nothing did."""
        source = self._source
        return source.is_whole or (source.oldest is not None and source.oldest.slot < slot)

    async def _go_up(self) -> bool:
        """Read what is newer, oldest first, so that the source never has a gap; whether that is all done."""
        source = self._source
        if source.newest is None:
            await self._go_down()
            return source.newest is not None or source.is_whole
        for batch in _batches((await self._list_newer(source.newest))[::-1]):
            if self.left <= 0:
                return False
            await self._read(batch)
            source.newest = _reached(batch[-1])
        return True

    async def _list_newer(self, newest: Reached) -> list[Listed]:
        """What came after the newest that was read; an endpoint that doesn't know that one lists older ones too."""
        found: list[Listed] = []
        while len(found) < _MOST_LISTED:
            before = found[-1].signature if found else None
            page = await fetch_signatures(self._connection, self._address, before=before, until=newest.signature)
            found += (one for one in page if one.slot >= newest.slot and one.signature != newest.signature)
            if not page or page[-1].slot < newest.slot:
                return found
        raise self._connection.unreadable(METHOD)  # a list without an end is not to be believed

    async def _go_down(self) -> None:
        """Read one page of what is older, newest first. Only an empty one is the last: some give less than 1000."""
        source = self._source
        before = source.oldest.signature if source.oldest else None
        page = await fetch_signatures(self._connection, self._address, before=before)
        source.is_whole = not page
        for batch in _batches(page):
            if self.left <= 0:
                return
            await self._read(batch)
            source.newest = source.newest or _reached(batch[0])
            source.oldest = _reached(batch[-1])

    async def _read_again(self) -> None:
        """Ask once more for some of what couldn't be read, in turns."""
        unread = self._source.unread
        again = [Listed(signature=signature, slot=slot) for signature, slot in list(unread.items())[:_BATCH]]
        for one in again:
            unread[one.signature] = unread.pop(one.signature)
        await self._read(again)

    async def _read(self, batch: Sequence[Listed]) -> None:
        wanted = [one for one in batch if not one.failed]
        found = await gathered([self._mentions(one) for one in wanted])
        for one, named in zip(wanted, found, strict=True):
            if named is None:
                self._source.unread[one.signature] = one.slot
            else:
                self._source.unread.pop(one.signature, None)
                self._source.note(named, one.slot)
        self.left -= len(wanted)

    async def _mentions(self, listed: Listed) -> tuple[Mention, ...] | None:
        """What a transaction names; None where the endpoint lists it, and doesn't show it or leaves out too much."""
        landed = await fetch_transaction(self._connection, listed.signature)
        try:
            return None if landed is None else mentions(landed, network=self._connection.network)
        except InputError as error:
            _log.warning("%s", error)
            return None


def _batches(listed: Sequence[Listed]) -> list[Sequence[Listed]]:
    return [listed[start : start + _BATCH] for start in range(0, len(listed), _BATCH)]


def _reached(listed: Listed) -> Reached:
    return Reached(listed.signature, listed.slot)
