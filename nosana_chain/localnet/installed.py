"""Whether a folder still is what was installed there: every file, by its length and SHA-256.

The record is made when the installation has ended well, and lies in the folder. A later look costs some stats: a file
is read again only when its time of change is another than recorded, as in a copy of the folder.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

_RECORD = ".installed.json"


class _File(msgspec.Struct, frozen=True):
    """One file as it was installed, and when it was last seen to be so."""

    size: int
    sha256: str
    modified_ns: int


_Record = dict[str, _File]


def record_installed(folder: Path) -> None:
    """Write down what is in `folder`, once all of it is on the disk.

    Raises:
        OSError: it can't be read or written, as on a full disk.
    """
    paths = list(_files(folder))
    for path in paths:
        _flush(path)
    _write(folder, {str(path.relative_to(folder)): _described(path) for path in paths})


def is_as_installed(folder: Path) -> bool:
    """Whether every recorded file is there and whole; False without a record."""
    try:
        record = msgspec.json.decode((folder / _RECORD).read_bytes(), type=_Record)
        seen = {name: _seen(folder / name, file) for name, file in record.items()}
    except (OSError, msgspec.DecodeError):
        return False
    if None in seen.values():
        return False
    if seen != record:
        with suppress(OSError):  # a folder that is not ours to write to is read again each time
            _write(folder, {name: file for name, file in seen.items() if file})
    return True


def _seen(path: Path, recorded: _File) -> _File | None:
    """`recorded` with the file's present time of change; None when the content is another."""
    status = path.stat()
    if status.st_size != recorded.size:
        return None
    if status.st_mtime_ns == recorded.modified_ns:
        return recorded
    now = _described(path)
    return now if now.sha256 == recorded.sha256 else None


def _described(path: Path) -> _File:
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        return _File(status.st_size, hashlib.file_digest(file, "sha256").hexdigest(), status.st_mtime_ns)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _flush(path: Path) -> None:
    """See that a file's content is on the disk: a full one may be told this late."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(folder: Path, record: _Record) -> None:
    fresh = folder / f"{_RECORD}.{os.getpid()}"
    fresh.write_bytes(msgspec.json.encode(record))
    fresh.replace(folder / _RECORD)
