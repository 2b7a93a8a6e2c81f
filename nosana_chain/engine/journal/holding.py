"""Leases: of several tasks and processes one works on an entry, and what a process that died held becomes free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nosana_chain.engine.journal.database import Database, Row
from nosana_chain.engine.journal.entry import EntryState
from nosana_chain.engine.journal.lease import Lease, Owner
from nosana_chain.engine.journal.moments import in_seconds, moment
from nosana_chain.engine.journal.rows import select_by
from nosana_chain.errors import InProgressError, JournalStateError

_HELD = "SELECT id, state, lease, held_until, holder, live, nos, lamports FROM nosana_entries WHERE id IN"
TAKE = "UPDATE nosana_entries SET holder = ?, lease = ?, held_until = ? WHERE id = ?"
_UNSETTLED = (EntryState.OPEN, EntryState.LANDED)


def is_free(token: str | None, until: int | None, holder: str, now: int) -> bool:
    """Whether nobody holds a lease: it was given back, its time is over, or its process is gone."""
    return token is None or until is None or until <= now or Owner.from_text(holder).is_dead()


@dataclass(frozen=True, slots=True)
class Claim:
    """One call of `claim`: the entries, and the tokens of the leases that it would get."""

    entries: Sequence[str]
    tokens: Sequence[str]
    seconds: float


@dataclass(frozen=True, slots=True)
class Holding:
    """One call of `renew` or `end`: the leases, and for how long or why."""

    leases: Sequence[Lease]
    seconds: float = 0.0
    reason: str = ""


def claim(database: Database, call: Claim) -> list[Lease | None]:
    """A lease for each entry that is unsettled and free; None for the others."""
    now, owner, rows = database.now(), Owner.here(), held_rows(database, call.entries)
    until = now + moment(call.seconds)
    given: list[Lease | None] = []
    for entry, token in zip(call.entries, call.tokens, strict=True):
        row = rows.get(entry)
        free = row and row[1] in _UNSETTLED and (row[2] == token or is_free(row[2], row[3], row[4], now))
        given.append(Lease(entry, in_seconds(until), token) if free else None)
        if free and row:
            rows[entry] = (*row[:2], token, until, owner.as_text(), *row[5:])  # asked twice, given once
    _take(database, [lease for lease in given if lease], owner)
    return given


def renew(database: Database, call: Holding) -> list[Lease | None]:
    """The leases with `seconds` from now; None for those that somebody else has taken over."""
    until = in_seconds(database.now() + moment(call.seconds))
    rows = held_rows(database, [lease.entry for lease in call.leases])
    kept = [
        Lease(lease.entry, until, lease.token) if _holds(rows.get(lease.entry), lease) else None
        for lease in call.leases
    ]
    _take(database, [lease for lease in kept if lease], Owner.here())
    return kept


def release(database: Database, leases: Sequence[Lease]) -> None:
    """Give leases back; those that are another's by now are left alone."""
    sql = "UPDATE nosana_entries SET lease = NULL, held_until = NULL WHERE id = ? AND lease = ?"
    database.execute_many(sql, [(lease.entry, lease.token) for lease in leases])


def let_go(database: Database, leases: Sequence[Lease]) -> None:
    """Give leases back, and give up the entries of which nothing can land: their holders never sent a thing."""
    rows = held_rows(database, [lease.entry for lease in leases])
    held = [(lease, rows[lease.entry]) for lease in leases if _holds(rows.get(lease.entry), lease)]
    idle = [lease for lease, row in held if row[5] is None and row[1] == EntryState.OPEN]
    _void(database, idle, "given up before anything was sent")
    release(database, leases)


def end(database: Database, call: Holding) -> None:
    """Give entries up, of which nothing can land.

    Raises:
        InProgressError: another has taken one over.
        JournalStateError: an attempt of one may still land.
    """
    rows = held_rows(database, [lease.entry for lease in call.leases])
    for lease in call.leases:
        check_idle(rows.get(lease.entry), lease)
    _void(database, call.leases, call.reason)


def held_rows(database: Database, entries: Sequence[str]) -> dict[str, Row]:
    """By id: id, state, lease, held_until, holder, live attempt, nos, lamports."""
    return {row[0]: row for row in select_by(database, _HELD, entries)}


def check_idle(row: Row | None, lease: Lease) -> None:
    """Make sure that the lease still holds, and that no attempt of its entry may land.

    Raises:
        InProgressError: it doesn't.
        JournalStateError: one may.
    """
    if not _holds(row, lease):
        raise InProgressError(
            f"another process has taken over journal entry {lease.entry[:12]}: this one sent nothing; "
            "ask again with the same idempotency key",
            entry=lease.entry,
        )
    if row and (row[5] is not None or row[1] != EntryState.OPEN):
        raise JournalStateError(
            f"journal entry {lease.entry[:12]} is {row[1]} with transaction {row[5]}: "
            "look first what became of it; nothing new was signed",
            entry=lease.entry,
            signature=row[5],
        )


def _holds(row: Row | None, lease: Lease) -> bool:
    return row is not None and row[2] == lease.token


def _void(database: Database, leases: Sequence[Lease], reason: str) -> None:
    sql = (
        "UPDATE nosana_entries SET state = 'void', ended_at = ?, reason = ?, held_seed = NULL, lease = NULL, "
        "held_until = NULL WHERE id = ?"
    )
    database.execute_many(sql, [(database.now(), reason, lease.entry) for lease in leases])


def _take(database: Database, leases: Sequence[Lease], owner: Owner) -> None:
    holder = owner.as_text()
    database.execute_many(TAKE, [(holder, lease.token, moment(lease.until), lease.entry) for lease in leases])
