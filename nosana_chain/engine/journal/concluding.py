"""Writing verdicts down: what each does to its attempt, and to the entries that the attempt is of."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, fields

from nosana_chain.engine.journal.attempt import AttemptState, Conclusion, Outcome
from nosana_chain.engine.journal.database import Answer, Database
from nosana_chain.engine.journal.entry import EntryState
from nosana_chain.engine.journal.rows import select_by
from nosana_chain.errors import JournalStateError, NosanaError

LIVE, LANDED, FINAL, FAILED, EXPIRED = AttemptState
_OVER = (FAILED, EXPIRED)
_ON_CHAIN = (LANDED, FINAL)
_HAPPENED = (EntryState.LANDED, EntryState.DONE)


@dataclass(slots=True)
class _Standing:
    """An entry before and after verdicts: the columns that verdicts change, and its bound."""

    id: str
    state: str
    live: str | None
    landed_at: int | None
    ended_at: int | None
    slot: int | None
    spent_nos: int | None
    spent_lamports: int | None
    reason: str
    lease: str | None
    held_until: int | None
    held_seed: bytes | None
    nos: int
    lamports: int


_COLUMNS = tuple(each.name for each in fields(_Standing))
_CHANGED = _COLUMNS[1:-2]
_UPDATE = f"UPDATE nosana_entries SET {', '.join(f'{name} = ?' for name in _CHANGED)} WHERE id = ?"  # noqa: S608  ours
_SELECT = (
    f"SELECT t.signature, {', '.join(f'e.{name}' for name in _COLUMNS)} FROM nosana_tries t "  # noqa: S608  ours
    "JOIN nosana_entries e ON e.id = t.entry WHERE t.signature IN"
)
# The bytes of an attempt that can't land, or is final, are never sent again.
_UPDATE_ATTEMPT = (
    "UPDATE nosana_attempts SET state = ?, slot = ?, reason = ?, "
    "signed_bytes = CASE WHEN ? IN ('live', 'landed') THEN signed_bytes END WHERE signature = ?"
)


def conclude(database: Database, calls: Sequence[Sequence[Conclusion]]) -> list[Answer[None]]:
    """Write the verdicts of each call down, all or none; the same verdict again changes nothing.

    A call is refused by
        JournalStateError: an attempt is unknown, or a finalized one is said not to have landed.
    """
    return _Round(database, [str(each.signature) for call in calls for each in call]).answer(calls)


class _Round:
    """All calls of one transaction."""

    def __init__(self, database: Database, signatures: Sequence[str]) -> None:
        self._database, self._now = database, database.now()
        sql = "SELECT signature, state FROM nosana_attempts WHERE signature IN"
        self._states = {row[0]: AttemptState(row[1]) for row in select_by(database, sql, signatures)}
        self._entries: dict[str, _Standing] = {}
        self._of: dict[str, list[str]] = {}
        for signature, *columns in select_by(database, _SELECT, signatures):
            entry = self._entries.setdefault(columns[0], _Standing(*columns))
            self._of.setdefault(signature, []).append(entry.id)

    def answer(self, calls: Sequence[Sequence[Conclusion]]) -> list[Answer[None]]:
        """Check and settle each call in memory, then write."""
        before = {name: copy(entry) for name, entry in self._entries.items()}
        settled: dict[str, Outcome] = {}
        answers = [self._take_up(call, settled) for call in calls]
        changed = [entry for name, entry in self._entries.items() if entry != before[name]]
        self._database.execute_many(
            _UPDATE_ATTEMPT, [(each.state, each.slot, each.reason, each.state, name) for name, each in settled.items()]
        )
        self._database.execute_many(_UPDATE, [(*map(entry.__getattribute__, _CHANGED), entry.id) for entry in changed])
        return answers

    def _take_up(self, call: Sequence[Conclusion], settled: dict[str, Outcome]) -> NosanaError | None:
        states, steps = dict[str, AttemptState](), list[tuple[str, Outcome]]()
        try:
            for signature, outcome in ((str(each.signature), each.outcome) for each in call):
                if _changes(signature, states.get(signature, self._states.get(signature)), outcome):
                    states[signature] = outcome.state
                    steps.append((signature, outcome))
        except NosanaError as refusal:
            return refusal
        self._states |= states
        for signature, outcome in steps:
            settled[signature] = outcome
            for name in self._of.get(signature, ()):
                settle(self._entries[name], signature, outcome, self._now)
        return None


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


def settle(entry: _Standing, signature: str, outcome: Outcome, now: int) -> None:
    """Change an entry as the verdict about one of its attempts demands."""
    if outcome.state in _ON_CHAIN:
        _land(entry, signature, outcome, now)
    elif entry.live == signature and outcome.state is LIVE:
        _reopen(entry)
    elif entry.live == signature:
        _fall(entry, outcome, now)


def _land(entry: _Standing, signature: str, outcome: Outcome, now: int) -> None:
    took = outcome.spent.get(entry.id)
    if entry.state in _HAPPENED and entry.live != signature:  # it landed twice: both were paid
        before = (
            (entry.nos, entry.lamports) if entry.spent_nos is None else (entry.spent_nos, entry.spent_lamports or 0)
        )
        more = (took.nos, took.lamports) if took else (entry.nos, entry.lamports)
        entry.spent_nos, entry.spent_lamports = before[0] + more[0], before[1] + more[1]
    elif took:
        entry.spent_nos, entry.spent_lamports = took.nos, took.lamports
    is_final = outcome.state is FINAL or entry.state == EntryState.DONE
    entry.state = EntryState.DONE if is_final else EntryState.LANDED
    entry.live, entry.slot, entry.reason = signature, outcome.slot, ""
    entry.landed_at = now if entry.landed_at is None else entry.landed_at
    entry.lease = entry.held_until = None
    if is_final:
        entry.ended_at, entry.held_seed = now, None


def _reopen(entry: _Standing) -> None:
    entry.state = EntryState.OPEN
    entry.landed_at = entry.slot = entry.spent_nos = entry.spent_lamports = None


def _fall(entry: _Standing, outcome: Outcome, now: int) -> None:
    _reopen(entry)
    entry.live = None
    if not outcome.ends:
        return
    took = outcome.spent.get(entry.id)
    entry.state = EntryState.FAILED if outcome.state is FAILED else EntryState.VOID
    entry.spent_nos, entry.spent_lamports = (took.nos, took.lamports) if took else (None, None)
    entry.slot, entry.reason, entry.ended_at = outcome.slot, outcome.reason, now
    entry.lease = entry.held_until = entry.held_seed = None
