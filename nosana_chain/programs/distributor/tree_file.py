"""Trees as they are published: tree_VERSION.json, amounts in base units."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NoReturn

import msgspec
from solders.pubkey import Pubkey

from nosana_chain.errors import InputError, TreeFileError
from nosana_chain.files import open_regular, wide_encoding, without_mark
from nosana_chain.programs.distributor.merkle import HASH_BYTES, Leaf, MerkleTree
from nosana_chain.units import u64

#: About 100,000 claimants with their proofs; larger lists are published as several trees.
MAX_TREE_BYTES = 256 * 1024**2

_Byte = Annotated[int, msgspec.Meta(ge=0, le=255)]
_Bytes32 = Annotated[list[_Byte], msgspec.Meta(min_length=HASH_BYTES, max_length=HASH_BYTES)]


class _Node(msgspec.Struct):
    claimant: _Bytes32
    amount: int
    locked_amount: int | None = None


class _Tree(msgspec.Struct):
    """What is read of a file: its proofs and totals follow from the leaves, and are computed again."""

    merkle_root: _Bytes32
    airdrop_version: int
    tree_nodes: list[_Node]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTree:
    """A tree, and the version of the distributor that it belongs to."""

    version: int
    tree: MerkleTree


def read_tree_file(path: str | os.PathLike[str]) -> PublishedTree:
    """Read a tree, and make sure that its leaves hash to its root.

    Raises:
        TreeFileError: missing, no regular file, larger than 256 MiB, not such a JSON object, or leaves of another root.
    """
    place = Path(path)
    content = without_mark(_read(place))
    if wide := wide_encoding(content):
        _refuse(place, f"is {wide} text, as some Windows programs write it; save it as UTF-8")
    try:
        found = msgspec.json.decode(content, type=_Tree)
        published = PublishedTree(
            version=u64(found.airdrop_version, "airdrop_version"), tree=MerkleTree(map(_leaf, found.tree_nodes))
        )
    except (msgspec.DecodeError, InputError, RecursionError) as error:
        _refuse(place, f"is no tree of claimants ({error}); give a tree_VERSION.json as it was published")
    if published.tree.root != bytes(found.merkle_root):
        _refuse(place, f"is damaged: its leaves hash to {published.tree.root.hex()}, not to its merkle_root")
    return published


def _read(path: Path) -> bytes:
    try:
        with open_regular(path) as file:
            content = file.read(MAX_TREE_BYTES + 1)  # never more, however large it is
    except OSError as error:
        _refuse(path, f"can't be read: {error.strerror}; give the path of a tree_VERSION.json")
    if len(content) > MAX_TREE_BYTES:
        _refuse(path, f"is larger than {MAX_TREE_BYTES} bytes; publish the list as several trees")
    return content


def _leaf(node: _Node) -> Leaf:
    return Leaf(
        claimant=Pubkey(bytes(node.claimant)),
        unlocked_amount=node.amount,
        locked_amount=node.locked_amount or 0,
    )


def _refuse(path: Path, reason: str) -> NoReturn:
    raise TreeFileError(f"the tree file {str(path)!r} {reason}", path=str(path)) from None
