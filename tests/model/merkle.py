"""Merkle trees as the distributor reads them: proofs, and the trees that they come from."""

import hashlib
from collections.abc import Iterable, Sequence

from solders.pubkey import Pubkey

from model.layouts import encode

LEAF, PAIR = b"\x00", b"\x01"


def leaf_hash(claimant: Pubkey, unlocked: int, locked: int) -> bytes:
    """The hash of a leaf, from the wallet and its two amounts in base units."""
    node = hashlib.sha256(bytes(claimant) + encode("u64", unlocked) + encode("u64", locked)).digest()
    return hashlib.sha256(LEAF + node).digest()


def _pair_hash(one: bytes, other: bytes) -> bytes:
    return hashlib.sha256(PAIR + min(one, other) + max(one, other)).digest()


def root_of(leaf: bytes, proof: Iterable[bytes]) -> bytes:
    """The root that a proof leads to."""
    for sibling in proof:
        leaf = _pair_hash(leaf, sibling)
    return leaf


def tree(leaves: Sequence[bytes]) -> tuple[bytes, list[list[bytes]]]:
    """The root over some leaves, and the proof of each. The last of an odd number is its own sibling."""
    proofs: list[list[bytes]] = [[] for _ in leaves]
    level = list(leaves)
    above = 0
    while len(level) > 1:
        level += level[-1:] * (len(level) % 2)
        for at, proof in enumerate(proofs):
            proof.append(level[(at >> above) ^ 1])
        level = list(map(_pair_hash, level[::2], level[1::2]))
        above += 1
    return level[0], proofs
