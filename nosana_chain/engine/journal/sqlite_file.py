"""The file of a SQLite journal: where it is, made whole or not at all, readable by its owner alone."""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from weakref import WeakSet

from nosana_chain.errors import JournalError

FILE_NAME = "journal.sqlite"
_FOLDER_NAME = "nosana-chain"
_OWNER_ONLY_FOLDER = 0o700
_OWNER_ONLY = 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_POLL = 0.0005  # seconds; a commit takes a few thousandths

WAY_OUT = "repair that or name another journal, or pass journal=None to go without its protection; nothing was signed"


def default_path(environ: Mapping[str, str] = os.environ) -> Path:
    """One file a user: below $XDG_STATE_HOME, else ~/.local/state.

    Raises:
        JournalError: there is no home.
    """
    state = environ.get("XDG_STATE_HOME", "")
    if os.path.isabs(state):  # noqa: PTH117  the XDG specification ignores others
        return Path(state) / _FOLDER_NAME / FILE_NAME
    home = environ.get("HOME") or os.path.expanduser("~")  # noqa: PTH111  Path.home() raises where there is none
    if not os.path.isabs(home):  # noqa: PTH117
        raise journal_error("of this user", "there is no home folder (HOME is not set)")
    return Path(home) / ".local" / "state" / _FOLDER_NAME / FILE_NAME


def journal_error(place: str, why: str) -> JournalError:
    """A journal that can't be used, in words."""
    return JournalError(f"the journal {place} can't be used: {why}; {WAY_OUT}", place=place)


def ensure_file(path: Path, build: Callable[[Path], None]) -> None:
    """Make sure that the file is there, whole, and its owner's; `build` writes a new one to another path.

    It gets its name only when it is whole, so that an empty file, or one without its write-ahead log's other half, is
    always damage and never taken for a new journal.

    Raises:
        JournalError: it is damaged, another user's, no regular file, or can't be made.
        OSError: the folder can't be made or read.
    """
    path.parent.mkdir(mode=_OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
    if not os.path.lexists(path):
        _make(path, build)
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise journal_error(str(path), "it is no regular file")
    if found.st_uid not in (os.geteuid(), 0) and os.geteuid() != 0:
        raise journal_error(str(path), "it belongs to another user")
    if found.st_size == 0:
        raise journal_error(str(path), "it is empty: its content was lost; if that is meant, delete it")
    if found.st_mode & _OTHERS:
        path.chmod(_OWNER_ONLY)


def _make(path: Path, build: Callable[[Path], None]) -> None:
    if os.path.lexists(f"{path}-wal") and not os.path.lexists(path):
        raise journal_error(str(path), f"it is gone, but {path.name}-wal is there; if that is meant, delete that too")
    draft = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}")
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY))
    try:
        build(draft)
        os.link(draft, path)  # fails if another process was faster
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name must survive a power cut as the content does
    finally:
        os.close(folder)


class FileLock:
    """Lets one process at a time write: a lock of its own beside the file.

    SQLite's own locks aren't enough. Until 3.51.3 a checkpoint beside a commit of another process could, rarely,
    corrupt the file ("WAL-reset bug"), so every commit with the checkpoint that follows it, every opening and every
    closing happen under this lock. It is not on the file itself: closing that would drop SQLite's locks.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(f"{path}-lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, _OWNER_ONLY)
        _LOCKS.add(self)

    def acquire(self, seconds: float) -> bool:
        """Wait for at most `seconds`; whether the lock is held now."""
        limit = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > limit:
                    return False
                time.sleep(_POLL)
            else:
                return True

    def release(self) -> None:
        """Let others write."""
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Release it for good."""
        _LOCKS.discard(self)
        os.close(self._file)


_LOCKS: WeakSet[FileLock] = WeakSet()


def _close_in_child() -> None:
    """A forked child shares its parent's lock, and would hold it on after the parent was killed."""
    for lock in list(_LOCKS):
        lock.close()


os.register_at_fork(after_in_child=_close_in_child)
