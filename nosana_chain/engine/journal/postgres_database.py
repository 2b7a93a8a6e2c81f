"""A connection to PostgreSQL that writes as SQLite does: one transaction at a time, durable at every commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nosana_chain.engine.journal.database import Row
from nosana_chain.engine.journal.moments import moment
from nosana_chain.engine.journal.schema import VERSION_TABLE, check_version, migrate

if TYPE_CHECKING:
    import psycopg

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
_VERSION = f"SELECT version, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint FROM {VERSION_TABLE}"  # noqa: S608
_MAKE_VERSION = f"""
CREATE TABLE IF NOT EXISTS {VERSION_TABLE} (version INTEGER NOT NULL);
INSERT INTO {VERSION_TABLE} SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM {VERSION_TABLE});
"""  # noqa: S608  ours


class PostgresDatabase:
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
        self._began_at = 0

    def migrate(self, migrations: tuple[str, ...]) -> None:
        """Bring the schema to the newest version."""
        with self._connection.transaction():
            self._connection.execute(f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})")
            if self.execute("SELECT to_regclass(?)", (VERSION_TABLE,)) == [(None,)]:
                self._connection.execute(_MAKE_VERSION)
            migrate(self, self.execute(_VERSION)[0][0], migrations)

    def begin(self) -> None:
        """As in `Database`."""
        cursor = self._connection.execute(f"{_BEGIN}{_VERSION}")  # a statement of its own sees the last commit
        while cursor.nextset():
            pass
        version, self._began_at = cursor.fetchall()[0]
        check_version(version, self._version, self.place)

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

    def now(self) -> int:
        """As in `Database`."""
        return moment(self._clock()) if self._clock else self._began_at

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
