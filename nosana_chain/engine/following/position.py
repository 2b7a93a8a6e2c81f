"""How far a follower has come: what has been given, and what of that may still be taken away by a fork."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.wire.signatures import Listed

#: Slots after which a transaction is taken for final where an endpoint doesn't tell: finality takes 32 votes in a row.
DEEP = 512


@dataclass(frozen=True, slots=True)
class Position:
    """How far a follower has come, in a few numbers. Another process can go on from it.

    Attributes:
        mark: up to this slot all has been given, and is final.
        count: transactions after the mark that have been given.
        digest: of their signatures, in any order.
    """

    mark: int
    count: int = 0
    digest: int = 0

    def with_one_more(self, signature: Signature) -> Position:
        """The same after another transaction."""
        return replace(self, count=self.count + 1, digest=self.digest ^ _digest(signature))

    def without(self, signatures: Iterable[Signature]) -> Position:
        """The same once these are final, or were taken away."""
        count, digest = self.count, self.digest
        for signature in signatures:
            count, digest = count - 1, digest ^ _digest(signature)
        return Position(self.mark, count, digest)


class Progress:
    """What has been given after the mark, so that nothing is given twice and what vanishes is noticed.

    Args:
        position: where it begins: its mark alone counts.
        until: a transaction in the mark's slot or before, where the endpoint may stop; None where none is known.

    Attributes:
        position: how far it has come.
        until: likewise.
    """

    def __init__(self, position: Position, *, until: Signature | None = None) -> None:
        self.position = Position(position.mark)
        self.until = until
        self._given: dict[Signature, Listed] = {}
        self._named: dict[Signature, frozenset[Pubkey]] = {}  # of what was given

    def __contains__(self, entry: Listed) -> bool:
        known = self._given.get(entry.signature)
        return known is not None and known.slot == entry.slot

    def give(self, entry: Listed, named: frozenset[Pubkey]) -> None:
        """From now on it has been given. It names these addresses, and maybe others."""
        self._given[entry.signature] = entry
        self._named[entry.signature] = named
        self.position = self.position.with_one_more(entry.signature)

    def take_back(self, signature: Signature) -> None:
        """It isn't on the chain any more."""
        if self._given.pop(signature, None):
            self._drop([signature])

    def keep(self, addresses: AbstractSet[Pubkey]) -> None:
        """These alone are followed from now on: what names none of them is no concern of anybody."""
        strange = [signature for signature, named in self._named.items() if not named & addresses]
        for signature in strange:
            del self._given[signature]
        self._drop(strange)

    def missing(self, found: Sequence[Listed], *, above: int, top: int) -> list[Listed]:
        """What was given of the slots above `above`, up to `top`, and isn't among what is found there now."""
        listed = {(entry.signature, entry.slot) for entry in found}
        return [
            entry
            for entry in self._given.values()
            if above < entry.slot <= top and (entry.signature, entry.slot) not in listed
        ]

    def settle(self, last: Listed) -> None:
        """Everything up to the slot of this transaction has been given and is final."""
        if last.slot <= self.position.mark:
            return
        over = [signature for signature, entry in self._given.items() if entry.slot <= last.slot]
        for signature in over:
            del self._given[signature]
        self._drop(over)
        self.position = replace(self.position, mark=last.slot)
        self.until = last.signature

    def _drop(self, signatures: Iterable[Signature]) -> None:
        for signature in signatures:
            del self._named[signature]
            self.position = self.position.without([signature])


def final_top(found: Sequence[Listed]) -> Listed | None:
    """The last of what is found, the oldest first, up to whose slot everything is final."""
    newest = found[-1].slot if found else 0
    first_open = next((entry for entry in found if not entry.is_final and entry.slot + DEEP > newest), None)
    if first_open is None:
        return found[-1] if found else None
    return next((entry for entry in reversed(found) if entry.slot < first_open.slot), None)


def _digest(signature: Signature) -> int:
    return int.from_bytes(hashlib.blake2s(bytes(signature), digest_size=8).digest(), "big")
