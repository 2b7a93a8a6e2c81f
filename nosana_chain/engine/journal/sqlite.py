"""A journal in a SQLite file, shared by the processes of one user, or in memory."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from nosana_chain.engine.journal.database import Database
from nosana_chain.engine.journal.schema import MIGRATIONS
from nosana_chain.engine.journal.sqlite_database import APPLICATION_ID, IN_MEMORY, REASONS, SqliteDatabase, open_file
from nosana_chain.engine.journal.sqlite_file import default_path, ensure_file, journal_error
from nosana_chain.engine.journal.stored import StoredJournal
from nosana_chain.errors import NosanaError


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
            reason = next((words for start, words in REASONS.items() if name.startswith(start)), str(error))
            return journal_error(self.place, reason)
        return error if isinstance(error, Exception) else RuntimeError(str(error))


class MemoryStore(_SqliteStore):
    """Implements `Store` in memory."""

    place = "in memory"

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def connect(self) -> Database:
        """As in `Store`."""
        database = SqliteDatabase(IN_MEMORY, self._clock, len(MIGRATIONS))
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
        return open_file(path, self._clock, self._migrations)

    def _build(self, path: Path) -> None:
        with closing(SqliteDatabase(str(path), self._clock, len(self._migrations))) as database:
            database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            database.migrate(self._migrations)
