"""The tree of claimants whose root a distributor stores.

Hashes as in the distributor's public source, v0.0.2: SHA-256 with a first byte that tells leaves from parents, and the
children of a parent in the order of their bytes, so that a proof needs no index.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256

from solders.pubkey import Pubkey

from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.errors import InputError, NotFoundError
from nosana_chain.one_line import one_line
from nosana_chain.units import TokenUnits, u64

HASH_BYTES = 32
_LEAF, _PARENT = b"\0", b"\1"


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """What one claimant may have, in base units of the distributor's mint, each part 0 to 2**64-1.

    Attributes:
        claimant: the wallet.
        unlocked_amount: paid in one claim; claiming before the end forgoes a part of it.
        locked_amount: vests from start to end, and is paid in as many claims as one likes.

    Raises:
        AmountError: an amount out of its range.
    """

    claimant: Pubkey
    unlocked_amount: int
    locked_amount: int = 0

    def __post_init__(self) -> None:
        u64(self.unlocked_amount, "unlocked_amount")
        u64(self.locked_amount, "locked_amount")

    @property
    def hash(self) -> bytes:
        """The leaf's place in the tree, 32 bytes."""
        amounts = (self.unlocked_amount, self.locked_amount)
        node = sha256(bytes(self.claimant) + b"".join(amount.to_bytes(8, "little") for amount in amounts))
        return sha256(_LEAF + node.digest()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A leaf, and the way from it to a root.

    Attributes:
        leaf: what is proved.
        siblings: hashes from the leaf up to the root, 32 bytes each; none if the leaf is alone in its tree.

    Raises:
        InputError: a sibling that is no hash.
    """

    leaf: Leaf
    siblings: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        for sibling in self.siblings:
            if len(sibling) != HASH_BYTES:
                raise InputError(f"a proof is made of hashes of {HASH_BYTES} bytes; one of these has {len(sibling)}")

    @property
    def root(self) -> bytes:
        """The root that the proof leads to."""
        return reduce(parent_hash, self.siblings, self.leaf.hash)


class MerkleTree:
    """The whole tree of a distributor.

    Args:
        leaves: one for each claimant, at least one. Their order is part of the tree.

    Attributes:
        leaves: as given.

    Raises:
        InputError: no leaves, or a claimant twice: each can claim only once.
    """

    def __init__(self, leaves: Iterable[Leaf]) -> None:
        self.leaves = tuple(leaves)
        self._places = {leaf.claimant: place for place, leaf in enumerate(self.leaves)}
        if not self.leaves:
            raise InputError("a tree needs at least one leaf")
        if len(self._places) < len(self.leaves):
            raise InputError("a claimant is in the tree twice but could claim only once; add the amounts up")
        self._levels = _levels([leaf.hash for leaf in self.leaves])

    @property
    def root(self) -> bytes:
        """What the distributor stores, 32 bytes."""
        return self._levels[-1][0]

    @property
    def total(self) -> TokenUnits:
        """Sum of all amounts of all leaves."""
        return TokenUnits(sum(leaf.unlocked_amount + leaf.locked_amount for leaf in self.leaves))

    def prove(self, claimant: AddressLike) -> Proof:
        """The leaf of a claimant with its proof.

        Raises:
            InputError: no address.
            NotFoundError: the claimant has no leaf.
        """
        claimant = as_address(claimant, "claimant")
        place = self._places.get(claimant)
        if place is None:
            raise NotFoundError(
                f"{claimant} has nothing in this tree; check the wallet, and that it is the right tree",
                address=str(claimant),
                kind="leaf",
            )
        siblings = (_sibling(level, place >> height) for height, level in enumerate(self._levels[:-1]))
        return Proof(leaf=self.leaves[place], siblings=tuple(siblings))


def parent_hash(one: bytes, other: bytes) -> bytes:
    """Hash above two others, whichever comes first."""
    return sha256(_PARENT + min(one, other) + max(one, other)).digest()


def _levels(hashes: list[bytes]) -> list[list[bytes]]:
    levels = [hashes]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([parent_hash(own, _sibling(below, 2 * pair)) for pair, own in enumerate(below[::2])])
    return levels


def _sibling(level: list[bytes], place: int) -> bytes:
    """The other one of a pair; the last of an odd level stands beside itself."""
    return level[min(place ^ 1, len(level) - 1)]
