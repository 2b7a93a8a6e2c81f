"""Reading the journal, and forgetting what is over."""

from __future__ import annotations

from collections.abc import Sequence

from nosana_chain.engine.journal.database import Database
from nosana_chain.engine.journal.entry import Entry, EntryState
from nosana_chain.engine.journal.moments import moment
from nosana_chain.engine.journal.rows import fetch_entries, select_by
from nosana_chain.errors import JournalStateError

# An attempt may be live although its entry is over: where a verdict was false, or a second attempt landed.
_MAY_LAND = (
    "id IN (SELECT t.entry FROM nosana_attempts a JOIN nosana_tries t ON t.signature = a.signature "
    "WHERE a.state = 'live')"
)
_IS_OVER = f"state NOT IN ('open', 'landed') AND NOT {_MAY_LAND}"


def pending(database: Database, call: tuple[str, str | None]) -> list[Entry]:
    """What of a scope, and perhaps of a wallet, may still change; oldest first."""
    scope, wallet = call
    whose = "" if wallet is None else " AND wallet = ?"
    condition = f"scope = ?{whose} AND (state IN ('open', 'landed') OR {_MAY_LAND})"
    return fetch_entries(database, condition, (scope,) if wallet is None else (scope, wallet))


def find(database: Database, entry: str) -> Entry | None:
    """The entry of this id."""
    found = fetch_entries(database, "id = ?", (entry,))
    return found[0] if found else None


def show(database: Database, key: str) -> list[Entry]:
    """Every entry with this idempotency key, of all networks, wallets and verbs."""
    return fetch_entries(database, "idempotency_key = ?", (key,))


def forget(database: Database, entries: Sequence[str]) -> int:
    """Delete entries that are over, all or none; how many there were.

    Raises:
        JournalStateError: one isn't over.
    """
    rows = select_by(database, "SELECT id, state, live FROM nosana_entries WHERE id IN", entries)
    over = {row[0] for row in select_by(database, f"SELECT id FROM nosana_entries WHERE {_IS_OVER} AND id IN", entries)}  # noqa: S608
    for entry, state, live in rows:
        if entry not in over:
            raise JournalStateError(
                f"journal entry {entry[:12]} is {EntryState(state)}, and its key protects from paying twice: "
                "resume it, or give it up, before it is forgotten",
                entry=entry,
                signature=live,
            )
    _delete(database, [row[0] for row in rows])
    return len(rows)


def prune(database: Database, ended_before: float) -> int:
    """Delete everything that was over before a moment; how many entries that were."""
    rows = database.execute(f"SELECT id FROM nosana_entries WHERE ended_at < ? AND {_IS_OVER}", (moment(ended_before),))  # noqa: S608
    _delete(database, [row[0] for row in rows])
    return len(rows)


def _delete(database: Database, entries: Sequence[str]) -> None:
    signatures = {row[0] for row in select_by(database, "SELECT signature FROM nosana_tries WHERE entry IN", entries)}
    ids = [(entry,) for entry in entries]
    database.execute_many("DELETE FROM nosana_tries WHERE entry = ?", ids)
    database.execute_many("DELETE FROM nosana_entries WHERE id = ?", ids)
    # a pack's attempt stays as long as one of its entries does
    orphaned = (
        "signature = ? AND NOT EXISTS (SELECT 1 FROM nosana_tries t WHERE t.signature = nosana_attempts.signature)"
    )
    database.execute_many(f"DELETE FROM nosana_attempts WHERE {orphaned}", [(each,) for each in sorted(signatures)])  # noqa: S608
