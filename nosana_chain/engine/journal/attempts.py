"""Recording signed bytes before they leave, and verdicts after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nosana_chain.engine.journal.attempt import Attempt, AttemptState, Conclusion, Outcome
from nosana_chain.engine.journal.database import Database, Row, marks
from nosana_chain.engine.journal.entry import EntryState
from nosana_chain.engine.journal.holding import check_idle, held_rows
from nosana_chain.engine.journal.intent import Amount
from nosana_chain.engine.journal.rows import attempt_row, select_by
from nosana_chain.errors import AmountError, JournalStateError
from nosana_chain.units import Lamports, NosUnits

LIVE, LANDED, FINAL, FAILED, EXPIRED = AttemptState
_OVER = (FAILED, EXPIRED)
_ON_CHAIN = (LANDED, FINAL)

_INSERT = f"INSERT INTO nosana_attempts VALUES ({marks(13)})"  # noqa: S608  ours
_LINK = "INSERT INTO nosana_tries SELECT ?, COUNT(*), ? FROM nosana_tries WHERE entry = ?"
_SET_LIVE = "UPDATE nosana_entries SET live = ? WHERE id = ?"


def record(database: Database, attempts: Sequence[Attempt]) -> None:
    """Keep attempts, all or none. One that is there already, live and the same, is left as it is.

    Raises:
        InProgressError: an entry was taken over: its lease doesn't hold any more.
        JournalStateError: another attempt of an entry may still land.
        AmountError: an attempt may take more than its entries reserved.
    """
    known = {row[0] for row in _attempt_rows(database, [str(attempt.signature) for attempt in attempts])}
    new = [attempt for attempt in attempts if str(attempt.signature) not in known]
    rows = held_rows(database, [lease.entry for attempt in attempts for lease in attempt.leases])
    for attempt in attempts:
        if str(attempt.signature) in known:
            _check_same(attempt, rows)
        else:
            _check_new(attempt, rows)
    now = database.now()
    pairs = [(lease.entry, str(attempt.signature)) for attempt in new for lease in attempt.leases]
    database.execute_many(_INSERT, [attempt_row(attempt, now) for attempt in new])
    database.execute_many(_LINK, [(*pair, pair[0]) for pair in pairs])
    database.execute_many(_SET_LIVE, [(signature, entry) for entry, signature in pairs])


def _check_new(attempt: Attempt, rows: dict[str, Row]) -> None:
    reserved = Amount()
    for lease in attempt.leases:
        check_idle(rows.get(lease.entry), lease)
        row = rows[lease.entry]
        reserved += Amount(nos=NosUnits(row[6]), lamports=Lamports(row[7]))
        rows[lease.entry] = (*row[:5], str(attempt.signature), *row[6:])  # a second attempt in the same call
    if not reserved.covers(attempt.bound):
        raise AmountError(
            f"transaction {attempt.signature} may take {attempt.bound}, but {reserved} is reserved for it"
        )


def _check_same(attempt: Attempt, rows: dict[str, Row]) -> None:
    for lease in attempt.leases:
        row = rows.get(lease.entry)
        if row is None or row[5] != str(attempt.signature):
            raise JournalStateError(
                f"transaction {attempt.signature} is recorded already, and not as the live attempt of entry "
                f"{lease.entry[:12]}: look first what became of it",
                entry=lease.entry,
                signature=str(attempt.signature),
            )


class _Try(NamedTuple):
    """An attempt of an entry, as both stand before a verdict."""

    entry: str
    state: str
    live: str | None
    spent_nos: int | None
    spent_lamports: int | None
    nos: int
    lamports: int


def conclude(database: Database, conclusions: Sequence[Conclusion]) -> None:
    """Write verdicts down, all or none; the same verdict again changes nothing.

    Raises:
        JournalStateError: an attempt is unknown, or a finalized one is said not to have landed.
    """
    signatures = [str(each.signature) for each in conclusions]
    states = {row[0]: AttemptState(row[1]) for row in _attempt_rows(database, signatures)}
    steps: list[tuple[str, Outcome]] = []
    for signature, each in zip(signatures, conclusions, strict=True):
        if _changes(signature, states.get(signature), each.outcome):
            steps.append((signature, each.outcome))
            states[signature] = each.outcome.state
    now = database.now()
    for signature, outcome in steps:
        _settle_attempt(database, signature, outcome)
        for one in _tries(database, signature):
            _settle_entry(database, signature, one, outcome, now)


def _changes(signature: str, state: AttemptState | None, outcome: Outcome) -> bool:
    """Whether a verdict says something new.

    Raises:
        JournalStateError: it can't be true.
    """
    after = outcome.state
    contradicts = (state is FINAL and after not in _ON_CHAIN) or (state in _OVER and after is LIVE)
    if state is None or contradicts:
        raise JournalStateError(
            f"transaction {signature} is {state or 'unknown'} in the journal, so it can't become {after}",
            entry=None,
            signature=signature,
        )
    return not (state is FINAL or state is after or (state in _OVER and after in _OVER))


def _settle_attempt(database: Database, signature: str, outcome: Outcome) -> None:
    kept = "signed_bytes" if outcome.state in (LIVE, LANDED) else "NULL"  # never to be sent again
    sql = f"UPDATE nosana_attempts SET state = ?, slot = ?, reason = ?, signed_bytes = {kept} WHERE signature = ?"  # noqa: S608
    database.execute(sql, (outcome.state.value, outcome.slot, outcome.reason, signature))


def _settle_entry(database: Database, signature: str, one: _Try, outcome: Outcome, now: float) -> None:
    if outcome.state in _ON_CHAIN:
        _land(database, signature, one, outcome, now)
    elif one.live == signature and outcome.state is LIVE:
        _reopen(database, one.entry)
    elif one.live == signature:
        _fall(database, one.entry, outcome, now)


def _land(database: Database, signature: str, one: _Try, outcome: Outcome, now: float) -> None:
    took = outcome.spent.get(one.entry)
    spent = (took.nos, took.lamports) if took else (one.spent_nos, one.spent_lamports)
    if one.state in (EntryState.LANDED, EntryState.DONE) and one.live != signature:  # it landed twice: both were paid
        before = (one.nos, one.lamports) if one.spent_nos is None else (one.spent_nos, one.spent_lamports or 0)
        more = (took.nos, took.lamports) if took else (one.nos, one.lamports)
        spent = before[0] + more[0], before[1] + more[1]
    final = outcome.state is FINAL or one.state == EntryState.DONE
    seed = "NULL" if final else "held_seed"
    database.execute(
        f"UPDATE nosana_entries SET state = ?, landed_at = COALESCE(landed_at, ?), ended_at = ?, slot = ?, "  # noqa: S608
        f"spent_nos = ?, spent_lamports = ?, reason = '', live = ?, lease = NULL, held_until = NULL, "
        f"held_seed = {seed} WHERE id = ?",
        (
            EntryState.DONE if final else EntryState.LANDED,
            now,
            now if final else None,
            outcome.slot,
            *spent,
            signature,
            one.entry,
        ),
    )


def _reopen(database: Database, entry: str) -> None:
    database.execute(
        "UPDATE nosana_entries SET state = 'open', landed_at = NULL, slot = NULL, spent_nos = NULL, "
        "spent_lamports = NULL WHERE id = ?",
        (entry,),
    )


def _fall(database: Database, entry: str, outcome: Outcome, now: float) -> None:
    took = outcome.spent.get(entry)
    spent = (took.nos, took.lamports) if took else (None, None)
    if not outcome.ends:
        _reopen(database, entry)
        database.execute("UPDATE nosana_entries SET live = NULL WHERE id = ?", (entry,))
        return
    state = EntryState.FAILED if outcome.state is FAILED else EntryState.VOID
    database.execute(
        "UPDATE nosana_entries SET state = ?, ended_at = ?, landed_at = NULL, slot = ?, spent_nos = ?, "
        "spent_lamports = ?, reason = ?, live = NULL, lease = NULL, held_until = NULL, held_seed = NULL WHERE id = ?",
        (state, now, outcome.slot, *spent, outcome.reason, entry),
    )


def _attempt_rows(database: Database, signatures: Sequence[str]) -> list[Row]:
    return select_by(database, "SELECT signature, state FROM nosana_attempts WHERE signature IN", signatures)


def _tries(database: Database, signature: str) -> list[_Try]:
    sql = (
        "SELECT e.id, e.state, e.live, e.spent_nos, e.spent_lamports, e.nos, e.lamports FROM nosana_tries t "
        "JOIN nosana_entries e ON e.id = t.entry WHERE t.signature = ?"
    )
    return [_Try(*row) for row in database.execute(sql, (signature,))]
