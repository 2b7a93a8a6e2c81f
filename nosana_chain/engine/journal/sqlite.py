"""A journal in a SQLite file, shared by the processes of one user, or in memory."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nosana_chain.engine.journal.database import Database, Row
from nosana_chain.engine.journal.schema import MIGRATIONS, check_version, migrate
from nosana_chain.engine.journal.sqlite_file import FileLock, default_path, ensure_file, journal_error
from nosana_chain.engine.journal.stored import StoredJournal
from nosana_chain.errors import NosanaError

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
_REASONS = {
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


class SqliteJournal(StoredJournal):
    """A journal in one file, for all processes of a user on one machine (not on a network file system).

    WAL with full sync: what a call wrote survives a power cut. The file has mode 0600 and holds no secret of a wallet
    and no token; the seeds of throw-away account keys that can't be derived are the one exception, until the account
    is finalized.

    Args:
        path: the file, made with its folder (mode 0700) if it isn't there; None is the one of the user, below
            $XDG_STATE_HOME or ~/.local/state.
        clock: wall time in Unix seconds.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__(FileStore(path, clock))


class MemoryJournal(StoredJournal):
    """A journal that lives and dies with its object: for local networks, whose money does too."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__(MemoryStore(clock))


class _SqliteStore:
    """What the two stores share."""

    patience = 0.0  # it is there or not
    place: str

    def is_passing(self, _error: BaseException) -> bool:
        """As in `Store`."""
        return False

    def is_fatal(self, error: BaseException) -> bool:
        """As in `Store`."""
        own = isinstance(error, (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError))
        return not own and isinstance(error, (sqlite3.Error, OSError, NosanaError))

    def failure(self, error: BaseException) -> Exception:
        """As in `Store`."""
        if isinstance(error, OSError):
            return journal_error(self.place, (error.strerror or "it can't be opened").lower())
        if isinstance(error, sqlite3.Error):
            name = getattr(error, "sqlite_errorname", "") or ""
            reason = next((words for start, words in _REASONS.items() if name.startswith(start)), str(error))
            return journal_error(self.place, reason)
        return error if isinstance(error, Exception) else RuntimeError(str(error))


class MemoryStore(_SqliteStore):
    """Implements `Store` in memory."""

    place = "in memory"

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def connect(self) -> Database:
        """As in `Store`."""
        database = _SqliteDatabase(IN_MEMORY, self._clock, len(MIGRATIONS))
        database.migrate(MIGRATIONS)
        return database


class FileStore(_SqliteStore):
    """Implements `Store` in a file; its place is looked up when it is first opened."""

    def __init__(
        self,
        path: str | os.PathLike[str] | None,
        clock: Callable[[], float],
        migrations: tuple[str, ...] = MIGRATIONS,
    ) -> None:
        self._path = None if path is None else Path(path).expanduser().absolute()
        self.place = str(self._path or "of this user")
        self._clock, self._migrations = clock, migrations

    def connect(self) -> Database:
        """As in `Store`."""
        path = self._path or default_path()
        self.place = str(path)
        ensure_file(path, self._build)
        return _opened(path, self._clock, self._migrations)

    def _build(self, path: Path) -> None:
        with closing(_SqliteDatabase(str(path), self._clock, len(self._migrations))) as database:
            database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            database.migrate(self._migrations)


def _opened(path: Path, clock: Callable[[], float], migrations: tuple[str, ...]) -> _SqliteDatabase:
    lock = FileLock(path)
    if not lock.acquire(WAIT_SECONDS):
        lock.close()
        raise journal_error(str(path), _REASONS["SQLITE_BUSY"])
    with ExitStack() as undo:
        undo.callback(lock.close)
        database = _SqliteDatabase(str(path), clock, len(migrations), lock)
        undo.callback(database.disconnect)
        database.check(path)
        database.migrate(migrations)
        undo.pop_all()
    lock.release()
    return database


class _SqliteDatabase:
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
        self._inode = None if lock is None else os.stat(path).st_ino  # noqa: PTH116
        for pragma in _DURABLE:
            self._connection.execute(pragma)

    def check(self, path: Path) -> None:
        """Make sure that the file is a journal, undamaged, where all processes see its write-ahead log."""
        if self.execute("PRAGMA application_id") != [(APPLICATION_ID,)]:
            raise journal_error(self.place, "it is a database of something else")
        if self.execute("PRAGMA journal_mode = WAL") != [("wal",)]:
            raise journal_error(self.place, "its disk allows no shared memory (a network file system?)")
        if path.stat().st_size <= MAX_CHECKED_BYTES and self.execute("PRAGMA quick_check(1)") != [("ok",)]:
            raise journal_error(self.place, _REASONS["SQLITE_CORRUPT"])

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
            raise journal_error(self.place, _REASONS["SQLITE_BUSY"])
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

    def now(self) -> float:
        """As in `Database`."""
        return self._clock()

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
