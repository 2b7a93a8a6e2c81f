"""A connection to a SQLite file: durable at every commit, checked when it is opened, one writer at a time."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nosana_chain.engine.journal.database import Row
from nosana_chain.engine.journal.moments import moment
from nosana_chain.engine.journal.schema import check_version, migrate
from nosana_chain.engine.journal.sqlite_file import FileLock, journal_error

APPLICATION_ID = 0x4E4F534A  # "NOSJ": what `file` and SQLite call the kind of a file
WAIT_SECONDS = 30.0  # for other processes, whose commits take thousandths
MAX_CHECKED_BYTES = 32 << 20  # a file up to this size is checked for damage when it is opened (about 1 ms a MB)
IN_MEMORY = ":memory:"

_DURABLE = (
    "PRAGMA synchronous = FULL",  # every commit is on the disk before it returns
    "PRAGMA fullfsync = ON",  # macOS: the disk itself, not its cache
    "PRAGMA checkpoint_fullfsync = ON",
    "PRAGMA secure_delete = FAST",  # erased seeds are overwritten
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA temp_store = MEMORY",
)

#: What a code of SQLite means to a user, by the beginning of its name.
REASONS = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_READONLY": "the file or its disk is read-only",
    "SQLITE_CANTOPEN": "it can't be opened",
    "SQLITE_PERM": "access is denied",
    "SQLITE_BUSY": "another process keeps it locked",
    "SQLITE_LOCKED": "another process keeps it locked",
    "SQLITE_CORRUPT": "the file is damaged; keep a copy, and look up on chain what is pending",
    "SQLITE_NOTADB": "the file is damaged, or no journal",
    "SQLITE_IOERR": "its disk fails",
}


class SqliteDatabase:
    """Implements `Database`."""

    bytes_type = "BLOB"

    def __init__(self, path: str, clock: Callable[[], float], version: int, lock: FileLock | None = None) -> None:
        self.place, self._clock, self._version, self._lock = path, clock, version, lock
        # mode=rw: an absent file is never made here
        name = path if path == IN_MEMORY else f"file:{quote(path)}?mode=rw"
        self._connection = sqlite3.connect(
            name,
            uri=path != IN_MEMORY,
            isolation_level=None,
            timeout=WAIT_SECONDS,
            check_same_thread=False,
            cached_statements=64,
        )
        with ExitStack() as undo:  # a connection that is left to be collected is a warning, from Python 3.13 on
            undo.callback(self._connection.close)
            self._inode = None if lock is None else os.stat(path).st_ino  # noqa: PTH116
            for pragma in _DURABLE:
                self._connection.execute(pragma)
            undo.pop_all()

    def check(self, path: Path) -> None:
        """Make sure that the file is a journal, undamaged, where all processes see its write-ahead log."""
        if self.execute("PRAGMA application_id") != [(APPLICATION_ID,)]:
            raise journal_error(self.place, "it is a database of something else")
        if self.execute("PRAGMA journal_mode = WAL") != [("wal",)]:
            raise journal_error(self.place, "its disk allows no shared memory (a network file system?)")
        if path.stat().st_size <= MAX_CHECKED_BYTES and self.execute("PRAGMA quick_check(1)") != [("ok",)]:
            raise journal_error(self.place, REASONS["SQLITE_CORRUPT"])

    def migrate(self, migrations: tuple[str, ...]) -> None:
        """Bring the schema to the newest version."""
        with self._connection:  # commits, or rolls back
            self._connection.execute("BEGIN IMMEDIATE")
            migrate(self, self._found_version(), migrations)

    def begin(self) -> None:
        """As in `Database`."""
        if self._lock:
            self._acquire(self._lock)
        self._connection.execute("BEGIN IMMEDIATE")
        check_version(self._found_version(), self._version, self.place)

    def _acquire(self, lock: FileLock) -> None:
        if not lock.acquire(WAIT_SECONDS):
            raise journal_error(self.place, REASONS["SQLITE_BUSY"])
        with suppress(FileNotFoundError):
            if os.stat(self.place).st_ino == self._inode:  # noqa: PTH116
                return
        raise journal_error(self.place, "the file was deleted or replaced while it was in use; start again")

    def commit(self) -> None:
        """As in `Database`."""
        self._connection.execute("COMMIT")
        if self._lock:
            self._lock.release()

    def rollback(self) -> None:
        """As in `Database`."""
        with suppress(sqlite3.Error):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        if self._lock:
            self._lock.release()

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """As in `Database`."""
        return self._connection.execute(sql, parameters).fetchall()

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """As in `Database`."""
        self._connection.executemany(sql, rows)

    def now(self) -> int:
        """As in `Database`."""
        return moment(self._clock())

    def _found_version(self) -> int:
        return int(self.execute("PRAGMA user_version")[0][0])

    def set_version(self, version: int) -> None:
        """As in `Database`."""
        self.execute(f"PRAGMA user_version = {version}")

    def close(self) -> None:
        """As in `Database`."""
        if self._lock is None or self._lock.acquire(WAIT_SECONDS):  # the last one to close checkpoints
            self.disconnect()
        if self._lock:
            self._lock.close()

    def disconnect(self) -> None:
        """Close the connection alone; the lock is held."""
        with suppress(sqlite3.Error):
            self._connection.close()


def open_file(path: Path, clock: Callable[[], float], migrations: tuple[str, ...]) -> SqliteDatabase:
    """Open a file that is there, and make sure that it is a journal of a version that is known.

    Raises:
        JournalError: it is none, damaged, locked, or too new.
        sqlite3.Error: it can't be read or written.
    """
    lock = FileLock(path)
    if not lock.acquire(WAIT_SECONDS):
        lock.close()
        raise journal_error(str(path), REASONS["SQLITE_BUSY"])
    with ExitStack() as undo:
        undo.callback(lock.close)
        database = SqliteDatabase(str(path), clock, len(migrations), lock)
        undo.callback(database.disconnect)
        database.check(path)
        database.migrate(migrations)
        undo.pop_all()
    lock.release()
    return database
