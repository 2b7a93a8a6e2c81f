"""CIDv0: the name that IPFS gives to a content, computed here from the bytes alone.

The chain stores the 32-byte sha2-256 digest inside a CIDv0; its text is base58 of `0x12 0x20 digest`.
The digest is what `ipfs add` computes with its defaults: the content in chunks of 256 KiB, each a UnixFS file node
in dag-pb, under a balanced tree with up to 174 links a node (IPFS specifications: UnixFS, DAG-PB).
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from typing import BinaryIO, NamedTuple

import base58

from nosana_chain.errors import CidError
from nosana_chain.files import open_regular

CHUNK_BYTES = 256 * 1024
LINKS_PER_NODE = 174
DIGEST_BYTES = 32
NO_RESULT = bytes(DIGEST_BYTES)  #: what the chain holds until a job has a result

_SHA2_256 = bytes([0x12, DIGEST_BYTES])  # multihash: code of sha2-256, length of the digest
_DIGITS = base58.BITCOIN_ALPHABET.decode("ascii")
_CIDV0 = re.compile(r"Qm[1-9A-HJ-NP-Za-km-z]{44}")
_PAIRS = [first + second for first in _DIGITS for second in _DIGITS]  # what base58 writes for 0 to 3,363
_CIDV0_PAIRS = 23  # its 34 bytes begin with 0x12, and so take 46 digits, whatever the digest
_CIDV1 = re.compile(r"([bBfFkKuUmMzv][\w-]{46,})")  # a multibase prefix, and longer than a CIDv0

_UNIXFS_FILE = 2  # UnixFS: Data.DataType.File
_VARINT, _BYTES = 0, 2  # Protocol Buffers wire types


_Keep = Callable[[bytes, bytes], None]


class _Node(NamedTuple):
    """A block of the tree, as its parent refers to it."""

    digest: bytes
    tree_bytes: int  # serialised size of the block and of all below it
    file_bytes: int  # content under it


def cid_of(content: bytes) -> str:
    """CIDv0 of a content, as `ipfs add` names a file with these bytes."""
    return _cid(_root(io.BytesIO(content)).digest)


def cid_of_file(path: str | os.PathLike[str]) -> str:
    """CIDv0 of a file of any size; holds one chunk of it in memory at a time.

    Raises:
        CidError: the path can't be read, or is no regular file.
    """
    try:
        with open_regular(path) as file:
            return _cid(_root(file).digest)
    except OSError as error:
        raise CidError(f"can't read {os.fspath(path)!r}: {error.strerror}", path=str(path)) from error


def blocks_of(content: bytes) -> dict[bytes, bytes]:
    """The blocks that `ipfs add` makes of a content, by digest; the last one is the root, which its CID names."""
    blocks: dict[bytes, bytes] = {}
    root = _root(io.BytesIO(content), blocks.__setitem__)
    blocks[root.digest] = blocks.pop(root.digest)
    return blocks


def digest_of(cid: str) -> bytes:
    """The 32 bytes that the chain stores for a CIDv0.

    Raises:
        CidError: not a CIDv0 with a sha2-256 digest.
    """
    if not isinstance(cid, str):
        raise CidError(f"a CID is text of 46 characters starting with Qm, not a {type(cid).__name__}")
    return _digest_of(cid)


@lru_cache(maxsize=1_024)  # the same definition is posted many times
def _digest_of(cid: str) -> bytes:
    if _CIDV1.fullmatch(cid):
        raise CidError(
            f"{cid[:100]} is a CIDv1; the chain holds only CIDv0 (Qm...): add the content with CID version 0",
            cid=cid,
        )
    raw = base58.b58decode(cid) if _CIDV0.fullmatch(cid) else b""
    if len(raw) != len(_SHA2_256) + DIGEST_BYTES or not raw.startswith(_SHA2_256):
        raise CidError(f"{cid[:100]!r} is not a CIDv0: 46 characters of base58 starting with Qm", cid=cid)
    return raw.removeprefix(_SHA2_256)


def result_digest_of(cid: str) -> bytes:
    """The same for a job's result, which has one CID less: the one of all zeros means that there is none yet.

    Raises:
        CidError: not a CIDv0 with a sha2-256 digest, or that one.
    """
    digest = digest_of(cid)
    if digest == NO_RESULT:
        raise CidError(f"{cid} stands for 'no result yet' on the chain; give the CID of the result", cid=cid)
    return digest


def cid_from_digest(digest: bytes) -> str | None:
    """CIDv0 of the 32 bytes that the chain stores; None for all zeros: no result yet.

    Raises:
        CidError: not 32 bytes.
    """
    if len(digest) != DIGEST_BYTES:
        raise CidError(f"a digest has {DIGEST_BYTES} bytes, not {len(digest)}")
    return None if digest == NO_RESULT else _cid(digest)


def _cid(digest: bytes) -> str:
    # two digits at a time: three times as fast as base58.b58encode, and lists of jobs have two CIDs each
    number, pairs = int.from_bytes(_SHA2_256 + digest, "big"), []
    for _ in range(_CIDV0_PAIRS):
        number, pair = divmod(number, len(_PAIRS))
        pairs.append(_PAIRS[pair])
    return "".join(reversed(pairs))


def _root(stream: BinaryIO, keep: _Keep = lambda _digest, _block: None) -> _Node:
    """Build the balanced tree from the left, holding only the nodes that wait for their parent.

    `keep` is given each block with its digest.
    """
    levels: list[list[_Node]] = [[]]
    for chunk in _chunks(stream):
        _append(levels, 0, _leaf(chunk, keep), keep)
    height = 0
    while height < len(levels) - 1 or len(levels[height]) > 1:
        if levels[height]:
            _close(levels, height, keep)
        height += 1
    return levels[height][0]


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    yield stream.read(CHUNK_BYTES)  # an empty file has one empty chunk
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def _append(levels: list[list[_Node]], height: int, node: _Node, keep: _Keep) -> None:
    if height == len(levels):
        levels.append([])
    levels[height].append(node)
    if len(levels[height]) == LINKS_PER_NODE:
        _close(levels, height, keep)


def _close(levels: list[list[_Node]], height: int, keep: _Keep) -> None:
    """Put the waiting nodes of a level under a parent."""
    parent = _parent(levels[height], keep)
    levels[height].clear()
    _append(levels, height + 1, parent, keep)


def _leaf(chunk: bytes, keep: _Keep) -> _Node:
    # UnixFS Data: Type = 1, Data = 2, filesize = 3
    unixfs = _number(1, _UNIXFS_FILE) + (_text(2, chunk) if chunk else b"") + _number(3, len(chunk))
    return _node(unixfs, len(chunk), (), keep)


def _parent(children: list[_Node], keep: _Keep) -> _Node:
    file_bytes = sum(child.file_bytes for child in children)
    sizes = b"".join(_number(4, child.file_bytes) for child in children)  # UnixFS Data: blocksizes = 4
    return _node(_number(1, _UNIXFS_FILE) + _number(3, file_bytes) + sizes, file_bytes, children, keep)


def _node(unixfs: bytes, file_bytes: int, children: Iterable[_Node], keep: _Keep) -> _Node:
    # DAG-PB PBNode: Links = 2 come before Data = 1
    block = b"".join(_text(2, _link(child)) for child in children) + _text(1, unixfs)
    below = sum(child.tree_bytes for child in children)
    digest = sha256(block).digest()
    keep(digest, block)
    return _Node(digest, len(block) + below, file_bytes)


def _link(child: _Node) -> bytes:
    # DAG-PB PBLink: Hash = 1, Name = 2 (empty, but there), Tsize = 3
    return _text(1, _SHA2_256 + child.digest) + _text(2, b"") + _number(3, child.tree_bytes)


def _number(field: int, value: int) -> bytes:
    return varint(field << 3 | _VARINT) + varint(value)


def _text(field: int, value: bytes) -> bytes:
    return varint(field << 3 | _BYTES) + varint(len(value)) + value


def varint(value: int) -> bytes:
    """A number as Protocol Buffers and CAR files write it.

    LEB128: 7 bits a byte, lowest first, the top bit says that more follow.
    """
    out = bytearray()
    while value > 0x7F:  # noqa: PLR2004  7 bits
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
