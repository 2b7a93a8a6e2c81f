"""What is known from the transactions of one address: the accounts that they name, and how far they were read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.one_line import one_line
from nosana_chain.reading.mentions import Mention


@dataclass(frozen=True, slots=True)
class Reached:
    """A transaction to which a source was read."""

    signature: Signature
    slot: int


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How much of an address's transactions a book knows.

    Attributes:
        address: whose transactions.
        newest_slot: of the newest that was read; None where none was. What came later is not in the book.
        oldest_slot: of the oldest; None likewise. What came before is not in the book, unless `is_whole`.
        is_whole: they were read to the end of what the endpoint had. That may be less than all that ever were.
        unread: how many it listed, and neither showed nor told enough of. They are asked for again.
    """

    address: Pubkey
    newest_slot: int | None
    oldest_slot: int | None
    is_whole: bool
    unread: int


@dataclass(slots=True)
class Source:
    """The transactions of one address, read without a gap from `oldest` to `newest`.

    Attributes:
        newest: the newest that was read.
        oldest: the oldest that was read.
        is_whole: nothing came before `oldest`, as far as the endpoint knew.
        unread: those between the two that couldn't be read, with their slots.
        seen: kind -> address -> the slots of the first and the last mention.
    """

    newest: Reached | None = None
    oldest: Reached | None = None
    is_whole: bool = False
    unread: dict[Signature, int] = field(default_factory=dict)
    seen: dict[str, dict[Pubkey, tuple[int, int]]] = field(default_factory=dict)

    def note(self, found: Iterable[Mention], slot: int) -> None:
        """Take over the accounts that a transaction of `slot` names."""
        for kind, address in found:
            of_kind = self.seen.setdefault(kind, {})
            first, last = of_kind.get(address, (slot, slot))
            of_kind[address] = min(first, slot), max(last, slot)

    def forget(self, kind: str, gone: Iterable[Pubkey], *, slot: int) -> None:
        """Leave out accounts that were not there in `slot`, unless a later transaction named them."""
        of_kind = self.seen.get(kind, {})
        for address in gone:
            if address in of_kind and of_kind[address][1] <= slot:
                del of_kind[address]

    def addresses(self, kind: str) -> Iterator[Pubkey]:
        """The accounts of a kind that are known."""
        yield from self.seen.get(kind, {})

    def reach(self, address: Pubkey) -> Reach:
        """How far it was read."""
        return Reach(
            address=address,
            newest_slot=self.newest.slot if self.newest else None,
            oldest_slot=self.oldest.slot if self.oldest else None,
            is_whole=self.is_whole,
            unread=len(self.unread),
        )
