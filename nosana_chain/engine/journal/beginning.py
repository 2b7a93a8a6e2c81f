"""Beginning intents: new, begun again, or found as they are; all of a call, or none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from nosana_chain.engine.journal.checks import canonical_json
from nosana_chain.engine.journal.database import Database, Row
from nosana_chain.engine.journal.entry import ENDED_EMPTY, Begun, Entry, EntryState
from nosana_chain.engine.journal.holding import is_free
from nosana_chain.engine.journal.intent import Intent
from nosana_chain.engine.journal.lease import Lease, Owner
from nosana_chain.engine.journal.limits import Balance, Budget
from nosana_chain.engine.journal.reserve import check_balance, check_budget
from nosana_chain.engine.journal.rows import ENTRY_COLUMNS, changeable, intent_row, select_by, with_attempts
from nosana_chain.errors import TermsDifferError

_INSERT = (
    "INSERT INTO nosana_entries (id, scope, wallet, verb, idempotency_key, random_key, terms, terms_hash, details, "
    "addresses, held_seed, nos, lamports, state, created_at, begun_at, position, reason, holder, lease, held_until) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, '', ?, ?, ?)"
)
_BEGIN_AGAIN = (
    "UPDATE nosana_entries SET details = ?, addresses = ?, held_seed = ?, nos = ?, lamports = ?, state = 'open', "
    "begun_at = ?, landed_at = NULL, ended_at = NULL, slot = NULL, spent_nos = NULL, spent_lamports = NULL, "
    "reason = '', live = NULL, holder = ?, lease = ?, held_until = ? WHERE id = ?"
)
_TAKE = "UPDATE nosana_entries SET holder = ?, lease = ?, held_until = ? WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Beginning:
    """One call of `begin`; carried out again after a lost connection, it finds what it made before.

    Attributes:
        intents: in the caller's order; the same key twice is one entry, whose lease the first one gets.
        tokens: of the leases, one for each intent.
        seconds: how long the leases last.
        owner: the caller's process.
        balance: what the wallet has; None doesn't ask.
        budget: what it may spend in a time; None doesn't ask.
    """

    intents: Sequence[Intent]
    tokens: Sequence[str]
    seconds: float
    owner: Owner
    balance: Balance | None
    budget: Budget | None

    def carry_out(self, database: Database) -> list[Begun]:
        """Check everything, then write.

        Raises:
            TermsDifferError: a key stands for other terms.
            ReservedFundsError: the balance has no room for all that are new.
            BudgetExceededError: the budget hasn't.
        """
        now = database.now()
        sql = f"SELECT {ENTRY_COLUMNS}, lease FROM nosana_entries WHERE id IN"  # noqa: S608  ours
        rows = {row[0]: row for row in select_by(database, sql, [intent.id for intent in self.intents])}
        self._check_terms(rows)
        fresh = self._fresh(rows)
        if fresh and self.balance:
            check_balance(database, list(fresh.values()), self.balance)
        if fresh and self.budget:
            check_budget(database, list(fresh.values()), self.budget)
        leases = self._leases(rows, fresh, now)
        self._write(database, rows, fresh, leases, now)
        return self._begun(database, rows, fresh, leases, now)

    def _check_terms(self, rows: dict[str, Row]) -> None:
        asked: dict[str, Intent] = {}
        for intent in self.intents:
            first = asked.setdefault(intent.id, intent)
            recorded = rows[intent.id][6] if intent.id in rows else canonical_json("terms", first.terms)
            if recorded != canonical_json("terms", intent.terms):
                raise terms_differ(intent, json.loads(recorded))

    def _fresh(self, rows: dict[str, Row]) -> dict[str, Intent]:
        """The intents under whose key nothing has happened, by the entry's id."""
        fresh: dict[str, Intent] = {}
        for intent in self.intents:
            row = rows.get(intent.id)
            if row is None or EntryState(row[13]) in ENDED_EMPTY:
                fresh.setdefault(intent.id, intent)
        return fresh

    def _leases(self, rows: dict[str, Row], fresh: dict[str, Intent], now: float) -> dict[str, Lease]:
        """A lease for each entry that is new, or open and free."""
        leases: dict[str, Lease] = {}
        for intent, token in zip(self.intents, self.tokens, strict=True):
            if intent.id not in leases and (intent.id in fresh or self._may_take(rows[intent.id], token, now)):
                leases[intent.id] = Lease(intent.id, now + self.seconds, token)
        return leases

    def _may_take(self, row: Row, token: str, now: float) -> bool:
        lease = row[-1]
        return row[13] == EntryState.OPEN and (lease == token or is_free(lease, row[22], row[21], now))

    def _write(
        self, database: Database, rows: dict[str, Row], fresh: dict[str, Intent], leases: dict[str, Lease], now: float
    ) -> None:
        holder = self.owner.as_text()
        held = {entry: (holder, lease.token, lease.until) for entry, lease in leases.items()}
        new = [intent for entry, intent in fresh.items() if entry not in rows]
        again = [intent for entry, intent in fresh.items() if entry in rows]
        database.execute_many(
            _INSERT, [(*intent_row(each), now, now, place, *held[each.id]) for place, each in enumerate(new)]
        )
        database.execute_many(_BEGIN_AGAIN, [(*changeable(each), now, *held[each.id], each.id) for each in again])
        database.execute_many(_TAKE, [(*held[entry], entry) for entry in leases if entry not in fresh])

    def _begun(
        self, database: Database, rows: dict[str, Row], fresh: dict[str, Intent], leases: dict[str, Lease], now: float
    ) -> list[Begun]:
        entries = {entry: self._entry(intent, leases[entry], now) for entry, intent in fresh.items()}
        looked_up = [entry for entry in rows if entry not in fresh or rows[entry][13] in ENDED_EMPTY]
        if looked_up:  # as they are now: with their holder, and the attempts of earlier times
            sql = f"SELECT {ENTRY_COLUMNS} FROM nosana_entries WHERE id IN"  # noqa: S608  ours
            entries |= {each.id: each for each in with_attempts(database, select_by(database, sql, looked_up))}
        given: list[Begun] = []
        for intent, token in zip(self.intents, self.tokens, strict=True):
            lease = leases.get(intent.id)
            mine = lease if lease and lease.token == token else None
            was_mine = intent.id in rows and rows[intent.id][-1] == token  # carried out before, the answer was lost
            given.append(Begun(entries[intent.id], mine, is_new=mine is not None and (intent.id in fresh or was_mine)))
        return given

    def _entry(self, intent: Intent, lease: Lease, now: float) -> Entry:
        return Entry(
            intent=intent,
            state=EntryState.OPEN,
            created_at=now,
            begun_at=now,
            landed_at=None,
            slot=None,
            spent=None,
            reason="",
            holder=self.owner,
            held_until=lease.until,
        )


def terms_differ(intent: Intent, recorded: dict[str, object]) -> TermsDifferError:
    """The error that shows the terms which differ, on both sides."""
    asked = json.loads(canonical_json("terms", intent.terms))
    names = sorted(name for name in {*recorded, *asked} if recorded.get(name, ...) != asked.get(name, ...))
    there = {name: recorded[name] for name in names if name in recorded}
    wanted = {name: asked[name] for name in names if name in asked}
    return TermsDifferError(
        f"the key {intent.key!r} of {intent.verb} stands for {there}, not for {wanted}: "
        "use another key for another action; nothing was signed",
        verb=intent.verb,
        key=intent.key,
        recorded=there,
        asked=wanted,
    )
