"""Recording signed bytes before they leave: one live attempt an entry, by its lease, within its bound."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import MutableMapping, Sequence

from nosana_chain.engine.journal.attempt import Attempt
from nosana_chain.engine.journal.database import Answer, Database, Row, marks
from nosana_chain.engine.journal.holding import check_idle, held_rows
from nosana_chain.engine.journal.intent import Amount
from nosana_chain.engine.journal.rows import attempt_row, select_by
from nosana_chain.errors import AmountError, JournalStateError, NosanaError
from nosana_chain.units import Lamports, NosUnits

_INSERT = f"INSERT INTO nosana_attempts VALUES ({marks(13)})"  # noqa: S608  ours
_LINK = "INSERT INTO nosana_tries SELECT ?, COUNT(*), ? FROM nosana_tries WHERE entry = ?"
_SET_LIVE = "UPDATE nosana_entries SET live = ? WHERE id = ?"

_Rows = MutableMapping[str, Row]


def record(database: Database, calls: Sequence[Sequence[Attempt]]) -> list[Answer[None]]:
    """Keep the attempts of each call, all or none; one that is live already is left as it is.

    A call is refused by
        InProgressError: an entry was taken over: its lease doesn't hold any more.
        JournalStateError: another attempt of an entry may still land.
        AmountError: an attempt may take more than its entries reserved.
    """
    every = [attempt for call in calls for attempt in call]
    sql = "SELECT signature FROM nosana_attempts WHERE signature IN"
    known = {row[0] for row in select_by(database, sql, [str(attempt.signature) for attempt in every])}
    rows = held_rows(database, [lease.entry for attempt in every for lease in attempt.leases])
    kept: dict[str, Attempt] = {}
    answers = [_take_up(call, known, rows, kept) for call in calls]
    _write(database, kept)
    return answers


def _take_up(call: Sequence[Attempt], known: set[str], rows: _Rows, kept: dict[str, Attempt]) -> NosanaError | None:
    changed: dict[str, Row] = {}
    sight, new = ChainMap(changed, rows), dict[str, Attempt]()
    try:
        for attempt in call:
            name = str(attempt.signature)
            if name in known or name in kept or name in new:
                _check_same(attempt, sight)
            else:
                _check_new(attempt, sight)
                new[name] = attempt
    except NosanaError as refusal:
        return refusal
    rows.update(changed)
    kept.update(new)
    return None


def _check_new(attempt: Attempt, rows: _Rows) -> None:
    reserved = Amount()
    for lease in attempt.leases:
        check_idle(rows.get(lease.entry), lease)
        row = rows[lease.entry]
        reserved += Amount(nos=NosUnits(row[6]), lamports=Lamports(row[7]))
        rows[lease.entry] = (*row[:5], str(attempt.signature), *row[6:])
    if not reserved.covers(attempt.bound):
        raise AmountError(
            f"transaction {attempt.signature} may take {attempt.bound}, but {reserved} is reserved for it"
        )


def _check_same(attempt: Attempt, rows: _Rows) -> None:
    for lease in attempt.leases:
        row = rows.get(lease.entry)
        if row is None or row[5] != str(attempt.signature):
            raise JournalStateError(
                f"transaction {attempt.signature} is recorded already, and not as the live attempt of entry "
                f"{lease.entry[:12]}: look first what became of it",
                entry=lease.entry,
                signature=str(attempt.signature),
            )


def _write(database: Database, kept: dict[str, Attempt]) -> None:
    pairs = [(lease.entry, name) for name, attempt in kept.items() for lease in attempt.leases]
    database.execute_many(_INSERT, [attempt_row(attempt) for attempt in kept.values()])
    database.execute_many(_LINK, [(entry, name, entry) for entry, name in pairs])
    database.execute_many(_SET_LIVE, [(name, entry) for entry, name in pairs])
