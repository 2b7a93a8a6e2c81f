"""Opening files that a user names, where a mistake must not hang or fill the memory; and byte order marks in them."""

from __future__ import annotations

import codecs
import errno
import os
import stat
from typing import BinaryIO

#: Byte order marks, the longer ones first: that of UTF-32 begins like that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def open_regular(path: str | os.PathLike[str]) -> BinaryIO:
    """Open a regular file for reading; folders, FIFOs, devices and sockets are refused without waiting.

    Raises:
        OSError: it can't be opened, or is no regular file; `strerror` says which.
    """
    try:
        file = open(path, "rb", opener=_without_waiting)  # noqa: SIM115  the caller closes it
    except ValueError as error:
        raise OSError(errno.EINVAL, "a path can't hold a NUL") from error
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "not a regular file")
    return file


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a FIFO would wait for its writer


def without_mark(content: bytes) -> bytes:
    """The bytes of a text without the byte order mark that Windows editors put before UTF-8."""
    return content.removeprefix(codecs.BOM_UTF8)


def marked_as(content: bytes) -> str | None:
    """The encoding that the byte order mark of a text names: UTF-8, UTF-16, UTF-32; None where it has no mark."""
    return next((name for mark, name in _MARKS if content.startswith(mark)), None)


def wide_encoding(content: bytes) -> str | None:
    """UTF-16 or UTF-32, where the text is one of them: by its mark, or by the zero beside its first letter."""
    marked = marked_as(content)
    if marked:
        return None if marked == "UTF-8" else marked
    first = content[:2].replace(b"\0", b"")
    return "UTF-16" if len(content) > 1 and len(first) == 1 and first.isascii() else None
