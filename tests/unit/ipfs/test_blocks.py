"""Blocks, CAR files and the files that they make: what is read, and what is refused."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from hashlib import sha256

import pytest
from off_chain import RECORDED

from nosana_chain.cid import CHUNK_BYTES, blocks_of, cid_of, varint
from nosana_chain.ipfs import walk
from nosana_chain.ipfs.blocks import MAX_BLOCK_BYTES, BlockError, Codec, Ref, read_node, read_ref, read_varint, ref_of
from nosana_chain.ipfs.car import read_car, write_car
from nosana_chain.ipfs.walk import MAX_BLOCKS, MAX_DEPTH, FileWalk

MOST = 64 * 1024 * 1024


def named(block: bytes, codec: Codec = Codec.DAG_PB) -> Ref:
    return Ref(codec, sha256(block).digest())


def whole(content: bytes) -> dict[Ref, bytes]:
    return {Ref(Codec.DAG_PB, digest): block for digest, block in blocks_of(content).items()}


def assembled(cid: str, blocks: Mapping[Ref, bytes]) -> bytes:
    return walk.assembled(cid, {ref.digest: block for ref, block in blocks.items()}, most=MOST)


def message(*fields: tuple[int, int | bytes]) -> bytes:
    """A message of Protocol Buffers."""
    out = bytearray()
    for number, value in fields:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            out += varint(number << 3 | 2) + varint(len(value)) + value
    return bytes(out)


def node(data: bytes, *links: Ref) -> bytes:
    return message(*((2, message((1, link.binary))) for link in links), (1, data))


def file_data(size: int, *sizes: int, kind: int = 2, content: bytes = b"") -> bytes:
    own: list[tuple[int, int | bytes]] = [(2, content)] if content else []
    return message((1, kind), *own, (3, size), *((4, each) for each in sizes))


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 5])
def test_a_file_comes_back_from_its_blocks(size: int) -> None:
    content = random.Random(size).randbytes(size)
    blocks = whole(content)
    assert [*blocks][-1].cid == cid_of(content)
    assert assembled(cid_of(content), blocks) == content
    assert walk.assembled(cid_of(content), read_car(write_car([*blocks][-1], blocks)), most=MOST) == content


def test_a_file_of_another_cut_comes_back_too() -> None:
    leaves = [b"one ", b"two ", b"three"]
    raw = {named(leaf, Codec.RAW): leaf for leaf in leaves}
    root = node(file_data(13, 4, 4, 5), *raw)
    assert assembled(named(root).cid, {**raw, named(root): root}) == b"one two three"


def test_a_block_may_stand_in_a_file_more_than_once() -> None:
    leaf = node(file_data(2, content=b"ab"))
    root = node(file_data(6, 2, 2, 2), *[named(leaf)] * 3)
    assert assembled(named(root).cid, {named(leaf): leaf, named(root): root}) == b"ababab"


@pytest.mark.parametrize(
    ("root", "reason"),
    [
        (node(file_data(0, kind=1)), "it is a directory, and no file"),
        (node(file_data(0, kind=5)), "it is a hamt_shard, and no file"),
        (node(file_data(0, kind=77)), "it is a unknown node"),
        (node(file_data(5, content=b"four")), "its sizes don't add up"),
        (node(file_data(9, 4, 5)), "its sizes don't fit its links"),
        (node(file_data(MOST + 1, MOST + 1), named(b"x", Codec.RAW)), "has more than"),
        (message((2, b"")), "a link has no CID"),
        (message((2, message((1, b"\x12\x20short")))), "it ends inside a CID"),
        (message((2, message((1, b"\x01\x71\x12\x20" + bytes(32))))), "codec 0x71 is not read here"),
        (message((2, message((1, b"\x01\x55\x13\x40" + bytes(64))))), "another hash than sha2-256"),
        (message((7, b"")), "it is no dag-pb node"),
        (b"", "without UnixFS data"),
        (b"\x0a\x05abc", "no message of this format"),
        (b"\x0d\x00\x00\x00\x00", "no message of this format"),
        (b"\xff" * 12, "a number is too long"),
        (b"\x80\x00", "not in its shortest form"),
    ],
)
def test_what_is_no_file(root: bytes, reason: str) -> None:
    with pytest.raises(BlockError, match=reason):
        assembled(named(root).cid, {named(root): root})


def test_blocks_are_held_to_what_names_them() -> None:
    content = b"x" * (CHUNK_BYTES + 1)
    blocks = whole(content)
    leaf = next(iter(blocks))
    with pytest.raises(BlockError, match=r"not the one that .* names"):
        assembled(cid_of(content), {**blocks, leaf: blocks[leaf][:-1] + b"y"})
    with pytest.raises(BlockError, match="is missing"):
        assembled(cid_of(content), {ref: block for ref, block in blocks.items() if ref != leaf})
    with pytest.raises(BlockError, match="more than 4194304 bytes"):
        read_node(leaf, bytes(MAX_BLOCK_BYTES + 1))


def test_a_file_that_is_shorter_than_its_root_says_is_refused() -> None:
    leaf = b"abc"
    root = node(message((1, 2), (3, 4)), named(leaf, Codec.RAW))  # no sizes beside the links
    with pytest.raises(BlockError, match="not as long as its root says"):
        assembled(named(root).cid, {named(leaf, Codec.RAW): leaf, named(root): root})


def tower(height: int) -> Iterator[bytes]:
    block = node(file_data(0))
    for _ in range(height):
        yield block
        block = node(file_data(0, 0), named(block))
    yield block


def test_depth_and_number_of_blocks_are_bounded() -> None:
    low, high = [*tower(MAX_DEPTH)], [*tower(MAX_DEPTH + 1)]
    assert assembled(named(low[-1]).cid, {named(block): block for block in low}) == b""
    with pytest.raises(BlockError, match="nested too deeply"):
        assembled(named(high[-1]).cid, {named(block): block for block in high})
    empty = node(file_data(0))
    wide = node(message((1, 2), (3, 0)), *[named(empty)] * MAX_BLOCKS)
    with pytest.raises(BlockError, match="has too many blocks"):
        assembled(named(wide).cid, {named(block): block for block in (empty, wide)})


def test_a_walk_says_what_it_wants_next() -> None:
    content = b"x" * (CHUNK_BYTES + 1)
    blocks = whole(content)
    walking, wanted = FileWalk(cid_of(content), most=MOST), []
    while walking.wanted is not None:
        wanted.append(walking.wanted)
        walking.take(blocks[walking.wanted])
    assert [*wanted[1:], wanted[0]] == [*blocks]


@pytest.mark.parametrize("document", RECORDED["cid"]["documents"], ids=lambda document: document["name"])
def test_cids_in_both_versions(document: dict[str, str]) -> None:
    old, new = ref_of(document["cid_v0"]), ref_of(document["cid_v1_same_block"])
    assert old == new
    assert old.cid == document["cid_v0"]
    assert read_ref(old.binary) == (old, 34)


def test_a_raw_block_has_a_name_of_version_1() -> None:
    ref = named(b"abc", Codec.RAW)
    assert ref.cid.startswith("bafkrei")
    assert ref_of(ref.cid) == ref
    assert read_ref(b"??" + ref.binary, 2) == (ref, 38)


@pytest.mark.parametrize("text", ["", "b", "zQm", "bafk!", "b" + "a" * 10])
def test_what_is_no_cid(text: str) -> None:
    with pytest.raises(BlockError):
        ref_of(text)


def test_a_number_that_is_cut() -> None:
    with pytest.raises(BlockError, match="ends inside a number"):
        read_varint(b"\x80", 0)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda car: b"", "ends inside a number"),
        (lambda car: car[:-1], "ends inside a block"),
        (lambda car: car[:-1] + b"!", "a block is not the one"),
        (lambda car: car[:20], "no CAR file of version 1"),
        (lambda car: car.replace(b"version\x01", b"version\x02"), "no CAR file of version 1"),
        (lambda car: car + varint(MAX_BLOCK_BYTES * 2), "ends inside"),
        (lambda car: b"<html>not found</html>", "no CAR file"),
    ],
)
def test_a_damaged_car(damage: object, reason: str) -> None:
    blocks = whole(b"content")
    car = write_car([*blocks][-1], blocks)
    with pytest.raises(BlockError, match=reason):
        read_car(damage(car))  # type: ignore[operator]
