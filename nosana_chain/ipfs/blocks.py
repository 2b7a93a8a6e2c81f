"""Blocks of IPFS, read with mistrust: CIDs in binary, dag-pb nodes, and the UnixFS data in them.

Formats: CID (multiformats), DAG-PB and UnixFS of the IPFS specifications. Only sha2-256 names blocks here: it is what
the chain's CIDv0 says of the root, and what every implementation uses below it.
"""

from __future__ import annotations

from base64 import b32decode, b32encode
from collections.abc import Iterator
from enum import IntEnum
from hashlib import sha256
from typing import NamedTuple

from nosana_chain.cid import DIGEST_BYTES, cid_from_digest, digest_of, varint

MAX_BLOCK_BYTES = 4 * 1024 * 1024  #: implementations exchange blocks of up to 2 MiB

_SHA2_256 = bytes([0x12, DIGEST_BYTES])  # multihash: code of sha2-256, length of the digest
_MAX_VARINT_BYTES = 9  # 63 bits, as multiformats has them
_VARINT, _BYTES = 0, 2  # wire types of Protocol Buffers


class BlockError(Exception):
    """A block or what it says can't be used. It never leaves `ipfs`."""


class Codec(IntEnum):
    """How a block is to be read (multicodec)."""

    RAW = 0x55
    DAG_PB = 0x70


class Ref(NamedTuple):
    """What names a block: its codec, and the sha2-256 of its bytes."""

    codec: Codec
    digest: bytes

    @property
    def cid(self) -> str:
        """As text: CIDv0 for dag-pb, CIDv1 else."""
        if self.codec is Codec.DAG_PB:
            return cid_from_digest(self.digest) or "QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51"
        return "b" + b32encode(self.binary).decode().lower().rstrip("=")

    @property
    def binary(self) -> bytes:
        """As bytes, in the same version."""
        multihash = _SHA2_256 + self.digest
        return multihash if self.codec is Codec.DAG_PB else bytes([1, self.codec]) + multihash

    def names(self, block: bytes) -> bool:
        """Whether these are the bytes that are named."""
        return sha256(block).digest() == self.digest


class Kind(IntEnum):
    """What a UnixFS node is (its Data.DataType)."""

    RAW = 0
    DIRECTORY = 1
    FILE = 2
    METADATA = 3
    SYMLINK = 4
    HAMT_SHARD = 5


class Node(NamedTuple):
    """A node of a file: its own bytes, and those below it in their order."""

    content: bytes
    links: tuple[Ref, ...]
    file_bytes: int  # content here and below, as the node says


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """A number, and where the next thing begins.

    Raises:
        BlockError: it is cut, too long, or not in its shortest form.
    """
    value = 0
    for position in range(_MAX_VARINT_BYTES):
        if at + position >= len(data):
            raise BlockError("it ends inside a number")
        byte = data[at + position]
        value |= (byte & 0x7F) << (7 * position)
        if byte < 0x80:  # noqa: PLR2004  the top bit says that more follow
            if not byte and position:
                raise BlockError("a number is not in its shortest form")
            return value, at + position + 1
    raise BlockError("a number is too long")


def read_ref(data: bytes, at: int = 0) -> tuple[Ref, int]:
    """A CID in binary, and where the next thing begins.

    Raises:
        BlockError: it is none, or of a codec or hash that isn't read here.
    """
    if data[at : at + 2] == _SHA2_256:
        return _ref(Codec.DAG_PB, data, at + 2)
    version, at = read_varint(data, at)
    codec, at = read_varint(data, at)
    if version != 1 or codec not in Codec.__members__.values():
        raise BlockError(f"a CID of version {version} and codec {codec:#x} is not read here")
    if data[at : at + 2] != _SHA2_256:
        raise BlockError("a CID has another hash than sha2-256")
    return _ref(Codec(codec), data, at + 2)


def ref_of(cid: str) -> Ref:
    """What a CID names, as text: CIDv0, or CIDv1 in base32.

    Raises:
        BlockError: it is none, or not read here.
    """
    if cid.startswith("Qm"):
        return Ref(Codec.DAG_PB, digest_of(cid))
    try:
        raw = b32decode(cid[1:].upper() + "=" * (-len(cid[1:]) % 8)) if cid.startswith("b") else b""
    except ValueError:
        raw = b""
    ref, end = read_ref(raw)
    if end != len(raw):
        raise BlockError("it is no CID")
    return ref


def _ref(codec: Codec, data: bytes, at: int) -> tuple[Ref, int]:
    digest = data[at : at + DIGEST_BYTES]
    if len(digest) != DIGEST_BYTES:
        raise BlockError("it ends inside a CID")
    return Ref(codec, digest), at + DIGEST_BYTES


def read_node(ref: Ref, block: bytes) -> Node:
    """The node of a file that a block holds.

    Raises:
        BlockError: the bytes aren't those that are named, or are no part of a file.
    """
    if len(block) > MAX_BLOCK_BYTES:
        raise BlockError(f"a block has more than {MAX_BLOCK_BYTES} bytes")
    if not ref.names(block):
        raise BlockError(f"the block is not the one that {ref.cid} names")
    return Node(block, (), len(block)) if ref.codec is Codec.RAW else _unixfs(block)


def _unixfs(block: bytes) -> Node:
    links: list[Ref] = []
    data: bytes | None = None
    for number, value in _fields(block):  # PBNode: Data = 1, Links = 2
        if number == 2 and isinstance(value, bytes):  # noqa: PLR2004
            links.append(_linked(value))
        elif number == 1 and isinstance(value, bytes) and data is None:
            data = value
        else:
            raise BlockError("it is no dag-pb node")
    if data is None:
        raise BlockError("it is a dag-pb node without UnixFS data")
    return _file(data, tuple(links))


def _file(data: bytes, links: tuple[Ref, ...]) -> Node:
    kind, content, told, sizes = -1, b"", None, []
    for number, value in _fields(data):  # Data: Type = 1, Data = 2, filesize = 3, blocksizes = 4; others don't matter
        match number, value:
            case 1, int():
                kind = value
            case 2, bytes():
                content = value
            case 3, int():
                told = value
            case 4, int():
                sizes.append(value)
    if kind not in (Kind.FILE, Kind.RAW):
        name = Kind(kind).name.lower() if kind in Kind.__members__.values() else "unknown node"
        raise BlockError(f"it is a {name}, and no file")
    if sizes and len(sizes) != len(links):
        raise BlockError("its sizes don't fit its links")
    whole = len(content) + sum(sizes)
    if told is not None and told != whole and (sizes or not links):
        raise BlockError("its sizes don't add up")
    return Node(content, links, whole if told is None else told)


def _linked(link: bytes) -> Ref:
    for number, value in _fields(link):  # PBLink: Hash = 1
        if number == 1 and isinstance(value, bytes):
            ref, end = read_ref(value)
            if end == len(value):
                return ref
    raise BlockError("a link has no CID that can be read")


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a Protocol Buffers message: numbers and bytes, which is all that these formats have."""
    at = 0
    while at < len(message):
        key, at = read_varint(message, at)
        value, at = read_varint(message, at)
        if key & 7 == _VARINT:
            yield key >> 3, value
        elif key & 7 == _BYTES and at + value <= len(message):
            yield key >> 3, message[at : at + value]
            at += value
        else:
            raise BlockError("it is no message of this format")


def car_header(root: Ref) -> bytes:
    """The header of a CAR file of one root: DAG-CBOR of {"roots": [CID], "version": 1}."""
    link = b"\x00" + root.binary  # in CBOR a CID is bytes after a zero, under tag 42
    roots = b"\x81" + b"\xd8\x2a" + b"\x58" + bytes([len(link)]) + link
    header = b"\xa2" + b"\x65roots" + roots + b"\x67version" + b"\x01"
    return varint(len(header)) + header
