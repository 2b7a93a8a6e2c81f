"""CIDs: refusals, known names, and the way between text and the chain's 32 bytes."""

import os
import tracemalloc
from pathlib import Path

import base58
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nosana_chain.cid import CHUNK_BYTES, cid_from_digest, cid_of, cid_of_file, digest_of, result_digest_of
from nosana_chain.errors import CidError

HELLO = "QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o"  # echo hello world | ipfs add
EMPTY = "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH"  # ipfs add of an empty file


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "Qm",
        HELLO[:-1],
        HELLO + "o",
        HELLO + "\n",
        f"/ipfs/{HELLO}",
        HELLO.replace("8", "0"),  # 0 is no character of base58
        "Qm" + "z" * 44,  # more than 34 bytes
        "Qm" + "1" * 44,
        "Qm" + "é" * 44,
        base58.b58encode(b"\x12\x20" + bytes(31)).decode(),
        base58.b58encode(b"\x11\x14" + bytes(20)).decode(),  # sha1
    ],
)
def test_what_is_no_cid_is_refused(text: str) -> None:
    with pytest.raises(CidError, match=r"is not a CIDv0: 46 characters of base58 starting with Qm"):
        digest_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "bafybeicg2rebjoofv4kbyovkw7af3rpiitvnl6i7ckcywaq6xjcxnc2mby",  # base32, dag-pb
        "bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am",  # base32, raw
        "zdj7WfLr9DhLrb1hsoSi4fSdjjxuZmeqgEtBPWxMLtPbDNbFD",  # base58btc
        "f01701220" + "ab" * 32,  # base16
    ],
)
def test_a_cidv1_is_told_apart(text: str) -> None:
    with pytest.raises(CidError, match="is a CIDv1; the chain holds only CIDv0"):
        digest_of(text)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_digest_has_32_bytes(length: int) -> None:
    with pytest.raises(CidError, match=f"a digest has 32 bytes, not {length}"):
        cid_from_digest(bytes(length))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CidError, match=r"result\.json': No such file or directory"):
        cid_of_file(tmp_path / "result.json")


def test_a_folder_has_no_cid_here(tmp_path: Path) -> None:
    with pytest.raises(CidError, match="Is a directory"):
        cid_of_file(tmp_path)


@pytest.mark.timeout(5)
def test_endless_files_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path / "fifo", Path("/dev/zero")):
        with pytest.raises(CidError, match="not a regular file"):
            cid_of_file(path)


def test_zeros_mean_that_there_is_no_result_yet() -> None:
    assert cid_from_digest(bytes(32)) is None


def test_all_zeros_are_no_result() -> None:
    zeros = base58.b58encode(b"\x12\x20" + bytes(32)).decode()
    with pytest.raises(CidError, match=f"{zeros} stands for 'no result yet'"):
        result_digest_of(zeros)
    assert result_digest_of(HELLO) == digest_of(HELLO)


@pytest.mark.parametrize("value", [None, 5, HELLO.encode(), [HELLO]])
def test_a_cid_is_text(value: object) -> None:
    with pytest.raises(CidError, match=f"a CID is text .* not a {type(value).__name__}"):
        digest_of(value)  # type: ignore[arg-type]


def test_a_large_file_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(200 * CHUNK_BYTES)
    tracemalloc.start()
    cid_of_file(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * CHUNK_BYTES


@pytest.mark.parametrize(("content", "cid"), [(b"hello world\n", HELLO), (b"", EMPTY)])
def test_known_names(tmp_path: Path, content: bytes, cid: str) -> None:
    path = tmp_path / "content"
    path.write_bytes(content)
    assert cid_of(content) == cid_of_file(path) == cid


@given(st.binary(max_size=100))
def test_every_name_is_a_cid_that_comes_back_from_its_digest(content: bytes) -> None:
    cid = cid_of(content)
    assert cid_from_digest(digest_of(cid)) == cid


@given(st.binary(min_size=32, max_size=32).filter(any))
def test_every_digest_comes_back_from_its_cid(digest: bytes) -> None:
    cid = cid_from_digest(digest)
    assert cid is not None
    assert digest_of(cid) == digest


@given(st.binary(min_size=32, max_size=32).filter(any))
@example(bytes(31) + b"\1")
@example(b"\xff" * 32)
def test_the_text_is_base58_of_the_multihash(digest: bytes) -> None:
    assert cid_from_digest(digest) == base58.b58encode(b"\x12\x20" + digest).decode()
