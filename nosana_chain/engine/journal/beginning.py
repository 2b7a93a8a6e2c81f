"""Beginning intents: new, begun again, or found as they are; all of a call, or none.

Calls that wait together are answered together, with one look-up and one write for all of them: each sees what those
before it began.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass

from nosana_chain.engine.journal.database import Answer, Database, Row
from nosana_chain.engine.journal.entry import ENDED_EMPTY, Begun, Entry, EntryState
from nosana_chain.engine.journal.holding import TAKE, is_free
from nosana_chain.engine.journal.intent import Intent, terms_differ
from nosana_chain.engine.journal.lease import Lease, Owner
from nosana_chain.engine.journal.limits import Balance, Budget
from nosana_chain.engine.journal.moments import in_seconds, maybe_in_seconds, moment
from nosana_chain.engine.journal.reserve import Reservations
from nosana_chain.engine.journal.rows import ENTRY_COLUMNS, changeable, intent_row, payers, select_by, with_attempts
from nosana_chain.errors import NosanaError

_INSERT = (
    "INSERT INTO nosana_entries (id, scope, wallet, verb, idempotency_key, random_key, terms, terms_hash, details, "
    "addresses, held_seed, nos, lamports, state, created_at, begun_at, position, reason, holder, lease, held_until, "
    "payer, fee_payer, fee_lamports) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, '', ?, ?, ?, ?, ?, ?)"
)
_BEGIN_AGAIN = (
    "UPDATE nosana_entries SET details = ?, addresses = ?, held_seed = ?, nos = ?, lamports = ?, payer = ?, "
    "fee_payer = ?, fee_lamports = ?, state = 'open', "
    "begun_at = ?, landed_at = NULL, ended_at = NULL, slot = NULL, spent_nos = NULL, spent_lamports = NULL, "
    "reason = '', live = NULL, holder = ?, lease = ?, held_until = ? WHERE id = ?"
)


@dataclass(frozen=True, slots=True)
class Beginning:
    """One call of `begin`; carried out again after a lost connection, it finds what it made before.

    Attributes:
        intents: in the caller's order; the same key twice is one entry, whose lease the first one gets.
        tokens: of the leases, one for each intent.
        seconds: how long the leases last.
        balance: what the wallet has; None doesn't ask.
        budget: what it may spend in a time; None doesn't ask.
    """

    intents: Sequence[Intent]
    tokens: Sequence[str]
    seconds: float
    balance: Balance | None
    budget: Budget | None


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a call sees of an entry: as it was stored, or as a call before has left it."""

    terms: str
    state: EntryState
    lease: str | None
    held_until: int | None
    holder: str
    made_by: Intent | None = None  # in this transaction
    taken: Lease | None = None  # in this transaction


_Sight = MutableMapping[str, _Seen]


def begin(database: Database, calls: Sequence[Beginning]) -> list[Answer[list[Begun]]]:
    """Answer each call by what it begins or finds, or by why it is refused."""
    return _Round(database, [intent.id for call in calls for intent in call.intents]).answer(calls)


class _Round:
    """All calls of one transaction."""

    def __init__(self, database: Database, ids: list[str]) -> None:
        sql = f"SELECT {ENTRY_COLUMNS}, lease FROM nosana_entries WHERE id IN"  # noqa: S608  ours
        self._database, self._now, self._holder = database, database.now(), Owner.here()
        self._holder_text = self._holder.as_text()
        self._rows = {row[0]: row for row in select_by(database, sql, sorted(set(ids)))}
        self._seen: dict[str, _Seen] = {name: _stored(row) for name, row in self._rows.items()}
        self._reservations = Reservations(database)

    def answer(self, calls: Sequence[Beginning]) -> list[Answer[list[Begun]]]:
        """Check all calls, then write, then say what is there."""
        refusals = [self._take_up(call) for call in calls]
        self._write()
        entries = self._entries()
        return [
            refusal or [self._begun(*each, entries) for each in zip(call.intents, call.tokens, strict=True)]
            for call, refusal in zip(calls, refusals, strict=True)
        ]

    def _take_up(self, call: Beginning) -> NosanaError | None:
        """See a call through, in memory; nothing of it is seen by the next if it is refused."""
        changed: dict[str, _Seen] = {}
        sight: _Sight = ChainMap(changed, self._seen)
        fresh: list[Intent] = []
        try:
            for intent, token in zip(call.intents, call.tokens, strict=True):
                if self._look(sight, intent, token, self._now + moment(call.seconds)):
                    fresh.append(intent)
            if fresh and call.balance:
                self._reservations.check_balance(fresh, call.balance)
            if fresh and call.budget:
                self._reservations.check_budget(fresh, call.budget)
        except NosanaError as refusal:
            return refusal
        self._reservations.add(fresh)
        self._seen |= changed
        return None

    def _look(self, sight: _Sight, intent: Intent, token: str, until: int) -> bool:
        """Make or take the entry, as far as that may be; whether nothing had happened under its key."""
        seen = sight.get(intent.id)
        if seen and seen.terms != intent.terms_json:
            raise terms_differ(intent, seen.terms)
        is_fresh = seen is None or seen.state in ENDED_EMPTY
        if seen is None or is_fresh or self._may_take(seen, token):
            held, lease = (token, until, self._holder_text), Lease(intent.id, in_seconds(until), token)
            sight[intent.id] = _Seen(intent.terms_json, EntryState.OPEN, *held, intent if is_fresh else None, lease)
        return is_fresh

    def _may_take(self, seen: _Seen, token: str) -> bool:
        if seen.state is not EntryState.OPEN or seen.taken:
            return False
        return seen.lease == token or is_free(seen.lease, seen.held_until, seen.holder, self._now)

    def _write(self) -> None:
        holder = self._holder_text
        new, again, taken = list[Row](), list[Row](), list[Row]()
        for name, seen in self._seen.items():
            held = (holder, seen.lease, seen.held_until) if seen.taken else ()
            if seen.made_by and name not in self._rows:
                new.append((*intent_row(seen.made_by), self._now, self._now, len(new), *held, *payers(seen.made_by)))
            elif seen.made_by:
                again.append((*changeable(seen.made_by), *payers(seen.made_by), self._now, *held, name))
            elif held:
                taken.append((*held, name))
        for sql, rows in ((_INSERT, new), (_BEGIN_AGAIN, again), (TAKE, taken)):
            self._database.execute_many(sql, rows)

    def _entries(self) -> dict[str, Entry]:
        """All entries as they are now; only those that were there before can have attempts."""
        there = with_attempts(self._database, [self._row(name, row) for name, row in self._rows.items()])
        made = [self._made(each.made_by, each.held_until) for each in self._seen.values() if each.made_by]
        return {entry.id: entry for entry in [*made, *there]}

    def _row(self, name: str, row: Row) -> Row:
        """What the row of an entry is after `_write`."""
        seen = self._seen[name]
        if seen.made_by:
            begun = ("open", row[14], self._now, None, None, None, None, "")
            return (*intent_row(seen.made_by), *begun, seen.holder, seen.held_until, *payers(seen.made_by))
        return (*row[:21], seen.holder, seen.held_until, *row[23:-1])

    def _made(self, intent: Intent, held_until: int | None) -> Entry:
        return Entry(
            intent=intent,
            state=EntryState.OPEN,
            created_at=in_seconds(self._now),
            begun_at=in_seconds(self._now),
            landed_at=None,
            slot=None,
            spent=None,
            reason="",
            holder=self._holder,
            held_until=maybe_in_seconds(held_until),
        )

    def _begun(self, intent: Intent, token: str, entries: dict[str, Entry]) -> Begun:
        taken = self._seen[intent.id].taken
        mine = taken if taken and taken.token == token else None
        row = self._rows.get(intent.id)
        was_mine = row is not None and row[-1] == token  # carried out before, but the answer was lost
        is_new = mine is not None and (self._seen[intent.id].made_by is not None or was_mine)
        return Begun(entries[intent.id], mine, is_new)


def _stored(row: Row) -> _Seen:
    return _Seen(row[6], EntryState(row[13]), row[-1], row[22], row[21])
