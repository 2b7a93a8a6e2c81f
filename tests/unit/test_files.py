"""Byte order marks: which encoding a text's first bytes name."""

import pytest

from nosana_chain.files import marked_as, wide_encoding, without_mark


@pytest.mark.parametrize(
    ("content", "marked", "wide"),
    [
        (b"", None, None),
        (b"{", None, None),
        (b"{}", None, None),
        (b"\0\0", None, None),
        (b"\xff\0", None, None),
        (b"\xef\xbb\xbf{}", "UTF-8", None),
        ("{}".encode("utf-16"), "UTF-16", "UTF-16"),
        ("{}".encode("utf-16-le"), None, "UTF-16"),
        ("{}".encode("utf-16-be"), None, "UTF-16"),
        (b"\xfe\xff\0{", "UTF-16", "UTF-16"),
        ("{}".encode("utf-32"), "UTF-32", "UTF-32"),
        (b"\0\0\xfe\xff", "UTF-32", "UTF-32"),
    ],
)
def test_the_encoding_of_a_text(content: bytes, marked: str | None, wide: str | None) -> None:
    assert (marked_as(content), wide_encoding(content)) == (marked, wide)


def test_only_the_mark_of_utf_8_is_taken_off_and_once() -> None:
    assert without_mark(b"\xef\xbb\xbf\xef\xbb\xbfx") == b"\xef\xbb\xbfx"
    assert without_mark(b"\xff\xfex\0") == b"\xff\xfex\0"
