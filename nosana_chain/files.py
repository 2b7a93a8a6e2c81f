"""Opening files that a user names, where a mistake must not hang or fill the memory."""

from __future__ import annotations

import errno
import os
import stat
from typing import BinaryIO


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
