"""A journal in PostgreSQL, for workers on several machines that share a wallet. Needs the extra `postgres`."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from nosana_chain.engine.journal.checks import as_reason
from nosana_chain.engine.journal.database import Database
from nosana_chain.engine.journal.postgres_database import PostgresDatabase
from nosana_chain.engine.journal.schema import MIGRATIONS
from nosana_chain.engine.journal.sqlite_file import WAY_OUT
from nosana_chain.engine.journal.stored import StoredJournal
from nosana_chain.errors import ConfigError, JournalError, NosanaError

PATIENCE_SECONDS = 20.0  # for a server that restarts
CONNECT_SECONDS = 10
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
        database = PostgresDatabase(connection, self.place, self._clock, len(self._migrations))
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
            return JournalError(
                f"the journal {self.place} can't be used: {as_reason(said)[:200]}; {WAY_OUT}", place=self.place
            )
        return error if isinstance(error, Exception) else RuntimeError(str(error))


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
