"""Putting a file together from its blocks, each held to the CID that names it. No network: who walks fetches."""

from __future__ import annotations

from collections.abc import Mapping

from nosana_chain.cid import digest_of
from nosana_chain.ipfs.blocks import BlockError, Codec, Ref, read_node

MAX_DEPTH = 32  #: of nodes under each other; 174 links a node make 45 MB under the first, 8 GB under the second
MAX_BLOCKS = 100_000  #: one block may be linked any number of times


class FileWalk:
    """A walk over the blocks of a file, from its root, in the order of its bytes.

    Args:
        cid: CIDv0 of the file.
        most: bytes that the file may have.

    Raises:
        CidError: not a CIDv0.
    """

    def __init__(self, cid: str, *, most: int) -> None:
        self._most = most
        self._content = bytearray()
        self._waiting: list[tuple[Ref, int]] = [(Ref(Codec.DAG_PB, digest_of(cid)), 0)]
        self._told: int | None = None
        self._taken = 0

    @property
    def wanted(self) -> Ref | None:
        """The block that is needed next; None at the end."""
        return self._waiting[-1][0] if self._waiting else None

    def take(self, block: bytes) -> None:
        """Go on with the block that was wanted.

        Raises:
            BlockError: it isn't that block, is no part of a file, or the file is too large or too deep.
        """
        ref, depth = self._waiting.pop()
        node = read_node(ref, block)
        self._taken += 1
        if self._told is None:
            self._told = node.file_bytes
        if max(self._told, len(self._content) + len(node.content)) > self._most:
            raise BlockError(f"the file has more than {self._most} bytes")
        if depth > MAX_DEPTH or self._taken + len(self._waiting) + len(node.links) > MAX_BLOCKS:
            raise BlockError("the file is nested too deeply, or has too many blocks")
        self._content += node.content
        self._waiting += [(link, depth + 1) for link in reversed(node.links)]

    def content(self) -> bytes:
        """The file.

        Raises:
            BlockError: it isn't as long as its root says.
        """
        if len(self._content) != self._told:
            raise BlockError("the file is not as long as its root says")
        return bytes(self._content)


def assembled(cid: str, blocks: Mapping[bytes, bytes], *, most: int) -> bytes:
    """The file that `cid` names, from blocks by their digest, which may be more.

    Raises:
        BlockError: a block is missing, or as in `FileWalk.take`.
    """
    walk = FileWalk(cid, most=most)
    while (wanted := walk.wanted) is not None:
        block = blocks.get(wanted.digest)
        if block is None:
            raise BlockError(f"the block {wanted.cid} is missing")
        walk.take(block)
    return walk.content()
