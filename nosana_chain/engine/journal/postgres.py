"""A journal in PostgreSQL, for workers on several machines that share a wallet. Needs the extra `postgres`."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

from nosana_chain.engine.journal.database import Database, Row
from nosana_chain.engine.journal.schema import MIGRATIONS, VERSION_TABLE, check_version, migrate
from nosana_chain.engine.journal.sqlite_file import WAY_OUT
from nosana_chain.engine.journal.stored import StoredJournal
from nosana_chain.errors import ConfigError, JournalError, NosanaError

if TYPE_CHECKING:
    import psycopg

PATIENCE_SECONDS = 20.0  # for a server that restarts
CONNECT_SECONDS = 10
LOCK_SECONDS = 30  # for the writers before this one
STUCK_SECONDS = 15  # after which the server ends a writer that says nothing, so that it doesn't stop all others
WRITERS_LOCK = 0x6E6F73616A726E6C  # "nosajrnl": the advisory lock, one in the database

# In one round trip: one writer at a time, like SQLite; never less durable than a commit that is flushed.
_BEGIN = f"""
BEGIN;
SET LOCAL lock_timeout = '{LOCK_SECONDS}s';
SET LOCAL idle_in_transaction_session_timeout = '{STUCK_SECONDS}s';
SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off';
SELECT pg_advisory_xact_lock({WRITERS_LOCK});
"""
_VERSION = f"SELECT version FROM {VERSION_TABLE}"  # noqa: S608  ours
_MAKE_VERSION = f"""
CREATE TABLE IF NOT EXISTS {VERSION_TABLE} (version INTEGER NOT NULL);
INSERT INTO {VERSION_TABLE} SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM {VERSION_TABLE});
"""  # noqa: S608  ours
_FORMS = (re.compile(r"[^@\s]*"), re.compile(r"[\d,]*"), re.compile(r"[^@/:\s]*"))  # of host, port, database
# SQLSTATE classes: connection lost, out of resources, operator's intervention, serialization, lock not available
_PASSING = ("08", "53", "57P", "40", "55P03")


class PostgresJournal(StoredJournal):
    """A journal in tables `nosana_*` of a PostgreSQL database (13 or later), with the semantics of `SqliteJournal`.

    A server that is lost is waited for, for 20 seconds; what was under way is carried out once, whether or not the
    lost answer was a yes. Also behind a connection pool that works by transaction.

    Args:
        url: "postgresql://user:password@host:port/database" or anything else that libpq takes; never shown.
        clock: wall time in Unix seconds; None takes the server's, which all machines share.

    Raises:
        ConfigError: psycopg isn't installed, or this is no such URL.
    """

    def __init__(self, url: str, *, clock: Callable[[], float] | None = None) -> None:
        super().__init__(PostgresStore(url, clock))


class _Secret:
    """The text of a connection, password included: never shown, also not by a traceback with locals."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return "_Secret(...)"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse pickles."""
        raise TypeError("it holds a password")


class PostgresStore:
    """Implements `Store`."""

    patience = PATIENCE_SECONDS

    def __init__(self, url: str, clock: Callable[[], float] | None, migrations: tuple[str, ...] = MIGRATIONS) -> None:
        self._psycopg = _import_psycopg()
        self._url, self._clock, self._migrations = _Secret(url), clock, migrations
        self.place = _shown(self._psycopg, self._url)

    def connect(self) -> Database:
        """As in `Store`."""
        connection = self._psycopg.connect(
            self._url.text,
            autocommit=True,  # transactions are begun and ended in so many words
            connect_timeout=CONNECT_SECONDS,
            prepare_threshold=None,  # a pool by transaction has no prepared statements
        )
        database = _PostgresDatabase(connection, self.place, self._clock, len(self._migrations))
        try:
            database.migrate(self._migrations)
        except BaseException:
            database.close()
            raise
        return database

    def is_passing(self, error: BaseException) -> bool:
        """As in `Store`."""
        state = getattr(error, "sqlstate", None)
        lost = isinstance(error, self._psycopg.OperationalError) and state is None
        return lost or (isinstance(error, self._psycopg.Error) and str(state).startswith(_PASSING))

    def is_fatal(self, error: BaseException) -> bool:
        """As in `Store`."""
        kinds = (self._psycopg.OperationalError, self._psycopg.InterfaceError, self._psycopg.ProgrammingError)
        return isinstance(error, (*kinds, NosanaError))

    def failure(self, error: BaseException) -> Exception:
        """As in `Store`."""
        if isinstance(error, self._psycopg.Error):
            # The driver's own text may quote the URL: only the server's words are shown, which never saw it.
            said = error.diag.message_primary or "it can't be reached, or refused the connection"
            return JournalError(f"the journal {self.place} can't be used: {said[:200]}; {WAY_OUT}", place=self.place)
        return error if isinstance(error, Exception) else RuntimeError(str(error))


class _PostgresDatabase:
    """Implements `Database`."""

    bytes_type = "BYTEA"

    def __init__(
        self,
        connection: psycopg.Connection[Row],
        place: str,
        clock: Callable[[], float] | None,
        version: int,
    ) -> None:
        self._connection, self.place, self._clock, self._version = connection, place, clock, version

    def migrate(self, migrations: tuple[str, ...]) -> None:
        """Bring the schema to the newest version."""
        with self._connection.transaction():
            self._connection.execute(f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})")
            if self.execute("SELECT to_regclass(?)", (VERSION_TABLE,)) == [(None,)]:
                self._connection.execute(_MAKE_VERSION)
            migrate(self, self.execute(_VERSION)[0][0], migrations)

    def begin(self) -> None:
        """As in `Database`."""
        self._connection.execute(_BEGIN)
        # a statement of its own: it sees what the writer before has committed
        check_version(self.execute(_VERSION)[0][0], self._version, self.place)

    def commit(self) -> None:
        """As in `Database`."""
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        """As in `Database`."""
        with suppress(Exception):  # a lost connection has rolled back by itself
            self._connection.execute("ROLLBACK")

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """As in `Database`."""
        cursor = self._connection.execute(_dialect(sql), parameters)
        return cursor.fetchall() if cursor.description else []

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """As in `Database`."""
        with self._connection.cursor() as cursor:
            cursor.executemany(_dialect(sql), rows)

    def now(self) -> float:
        """As in `Database`."""
        if self._clock:
            return self._clock()
        return float(self.execute("SELECT extract(epoch FROM clock_timestamp())::double precision")[0][0])

    def set_version(self, version: int) -> None:
        """As in `Database`."""
        self.execute(f"UPDATE {VERSION_TABLE} SET version = ?", (version,))  # noqa: S608  ours

    def close(self) -> None:
        """As in `Database`."""
        with suppress(Exception):
            self._connection.close()


def _dialect(sql: str) -> Any:
    """`?` as psycopg writes it; none of the journal's statements has one in a text."""
    return sql.replace("?", "%s")


def _import_psycopg() -> Any:
    try:
        return importlib.import_module("psycopg")
    except ImportError:
        found = None
    if found is None:
        raise ConfigError("a journal in PostgreSQL needs psycopg: pip install 'nosana-chain[postgres]'")
    return found


def _shown(driver: Any, url: _Secret) -> str:
    """Where it is, without user and password."""
    parts = _parts(driver, url) or {"port": "none"}
    shown = [str(parts.get(name, default)) for name, default in (("host", ""), ("port", ""), ("dbname", ""))]
    # A password with / or @ in it is taken for a port, a host or a database: then nothing is what it seems.
    if not all(form.fullmatch(text) for form, text in zip(_FORMS, shown, strict=True)):
        # not a word of the text: part of it may be the password
        raise ConfigError(
            "the journal's URL is none: write postgresql://user:password@host:port/database, with / @ : % ? and # in "
            "user and password as %2F %40 %3A %25 %3F %23"
        )
    host, port, name = shown
    return f"postgresql://{host or 'localhost'}:{port or '5432'}/{name}"


def _parts(driver: Any, url: _Secret) -> Mapping[str, Any] | None:
    try:
        found: Mapping[str, Any] = driver.conninfo.conninfo_to_dict(url.text)
    except driver.Error:
        return None
    return found
