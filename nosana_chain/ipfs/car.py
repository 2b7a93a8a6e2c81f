"""CAR files: how gateways give all blocks of a content in one answer (CARv1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nosana_chain.cid import varint
from nosana_chain.ipfs.blocks import MAX_BLOCK_BYTES, BlockError, Ref, car_header, read_ref, read_varint

_MAX_HEADER_BYTES = 4096
_VERSION = b"\x67version\x01"  # CBOR: the key's text, and 1


def read_car(car: bytes) -> dict[bytes, bytes]:
    """The blocks of a CAR file by their digest, each held to it. Roots are left: who asks knows what he asked for.

    Not by codec: block stores forget it, and write a CAR that calls every block a raw one (npm's blockstore-core does).

    Raises:
        BlockError: it is no CARv1, is cut, or a block is not what its CID names.
    """
    length, at = read_varint(car, 0)
    header = car[at : at + length]
    if not 0 < length <= _MAX_HEADER_BYTES or len(header) != length or _VERSION not in header:
        raise BlockError("it is no CAR file of version 1")
    blocks: dict[bytes, bytes] = {}
    at += length
    while at < len(car):
        length, at = read_varint(car, at)
        end = at + length
        ref, begin = read_ref(car, at)
        if not begin <= end <= len(car) or end - begin > MAX_BLOCK_BYTES:
            raise BlockError("it ends inside a block, or a block is too long")
        block, at = car[begin:end], end
        if not ref.names(block):
            raise BlockError(f"a block is not the one that {ref.cid} names")
        blocks[ref.digest] = block
    return blocks


def write_car(root: Ref, blocks: Mapping[Ref, bytes] | Iterable[tuple[Ref, bytes]]) -> bytes:
    """A CAR file of one root with these blocks, in their order."""
    pairs = blocks.items() if isinstance(blocks, Mapping) else blocks
    sections = (varint(len(ref.binary) + len(block)) + ref.binary + block for ref, block in pairs)
    return car_header(root) + b"".join(sections)
