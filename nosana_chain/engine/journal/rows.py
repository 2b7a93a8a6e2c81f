"""Rows of the tables as models, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.engine.journal.attempt import Attempt, AttemptState, Lifetime
from nosana_chain.engine.journal.checks import canonical_json
from nosana_chain.engine.journal.database import Database, Row, marks
from nosana_chain.engine.journal.entry import Entry, EntryState, RecordedAttempt
from nosana_chain.engine.journal.intent import Amount, Intent
from nosana_chain.engine.journal.lease import Owner
from nosana_chain.engine.journal.moments import in_seconds, maybe_in_seconds, moment
from nosana_chain.engine.keys import Seed
from nosana_chain.units import Lamports, NosUnits

ENTRY_COLUMNS = (
    "id, scope, wallet, verb, idempotency_key, random_key, terms, terms_hash, details, addresses, held_seed, nos, "
    "lamports, state, created_at, begun_at, landed_at, slot, spent_nos, spent_lamports, reason, holder, held_until, "
    "payer, fee_payer, fee_lamports"
)
ATTEMPT_COLUMNS = (
    "signature, signed_bytes, last_valid_block_height, nonce, nonce_value, signed_at, nos, lamports, addresses, "
    "state, slot, reason, nonce_slot"
)
_CHUNK = 500  # SQLite took 999 parameters a statement for long, and takes 32,766 today


def chunks(items: Sequence[str]) -> Iterable[Sequence[str]]:
    """`items` in parts that fit into one statement."""
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))


def select_by(database: Database, sql: str, names: Sequence[str]) -> list[Row]:
    """The rows that `sql`, which ends in `IN`, finds for any of the names."""
    return [row for part in chunks(names) for row in database.execute(f"{sql} ({marks(len(part))})", part)]


def intent_row(intent: Intent) -> tuple[Any, ...]:
    """The part of an entry's row that the intent says, from `id` to `lamports`."""
    return (
        intent.id,
        intent.scope,
        str(intent.wallet),
        intent.verb,
        intent.key,
        int(intent.random_key),
        intent.terms_json,
        intent.terms_hash,
        *changeable(intent),
    )


def changeable(intent: Intent) -> tuple[Any, ...]:
    """The part that may be another one when it is begun again: details, addresses, held_seed, nos, lamports."""
    return (
        intent.details_json,
        addresses_text(intent.addresses),
        intent.held_seed.reveal() if intent.held_seed else None,
        intent.bound.nos,
        intent.bound.lamports,
    )


def payers(intent: Intent) -> tuple[Any, ...]:
    """The part that says who pays: payer, fee_payer, fee_lamports."""
    return (str(intent.payer), str(intent.fee_payer) if intent.fee_payer else None, intent.fee_lamports)


def attempt_row(attempt: Attempt) -> tuple[Any, ...]:
    """The row of an attempt that is about to be sent."""
    lifetime = attempt.lifetime
    return (
        str(attempt.signature),
        attempt.signed_bytes,
        lifetime.last_valid_block_height,
        str(lifetime.nonce) if lifetime.nonce else None,
        lifetime.nonce_value,
        moment(attempt.signed_at),
        attempt.bound.nos,
        attempt.bound.lamports,
        addresses_text(attempt.addresses),
        AttemptState.LIVE.value,
        None,
        "",
        lifetime.nonce_slot,
    )


def fetch_entries(database: Database, condition: str, parameters: Sequence[Any] = ()) -> list[Entry]:
    """The entries that meet an SQL condition, with their attempts, oldest first."""
    sql = f"SELECT {ENTRY_COLUMNS} FROM nosana_entries WHERE {condition} ORDER BY created_at, position, id"  # noqa: S608  ours
    return with_attempts(database, database.execute(sql, parameters))


def with_attempts(database: Database, rows: Sequence[Row]) -> list[Entry]:
    """Entries from their rows, with the attempts that they have."""
    columns = ", ".join(f"a.{column}" for column in ATTEMPT_COLUMNS.split(", "))
    sql = (
        f"SELECT t.entry, t.number, {columns} FROM nosana_tries t "  # noqa: S608  ours
        "JOIN nosana_attempts a ON a.signature = t.signature WHERE t.entry IN"
    )
    found: dict[str, list[RecordedAttempt]] = {}
    tries = select_by(database, sql, [row[0] for row in rows]) if rows else []
    for entry, _, *attempt in sorted(tries, key=lambda row: row[1]):
        found.setdefault(entry, []).append(_attempt(attempt))
    return [entry_of(row, tuple(found.get(row[0], ()))) for row in rows]


def entry_of(row: Row, attempts: tuple[RecordedAttempt, ...] = ()) -> Entry:
    """An entry from its row."""
    (_, scope, wallet, verb, key, random_key, terms, _, details, addresses, seed, nos, lamports, state) = row[:14]
    created_at, begun_at, landed_at, slot, spent_nos, spent_lamports, reason, holder, held_until = row[14:23]
    payer, fee_payer, fee_lamports = row[23:]
    intent = Intent(
        scope=scope,
        wallet=Pubkey.from_string(wallet),
        verb=verb,
        key=key,
        terms=json.loads(terms),
        bound=Amount(nos=NosUnits(nos), lamports=Lamports(lamports)),
        addresses=_addresses(addresses),
        details=json.loads(details),
        random_key=bool(random_key),
        held_seed=Seed(bytes(seed)) if seed is not None else None,
        payer=Pubkey.from_string(payer),
        fee_payer=Pubkey.from_string(fee_payer) if fee_payer else None,
        fee_lamports=Lamports(fee_lamports),
    )
    spent = None if spent_nos is None else Amount(nos=NosUnits(spent_nos), lamports=Lamports(spent_lamports))
    return Entry(
        intent=intent,
        state=EntryState(state),
        created_at=in_seconds(created_at),
        begun_at=in_seconds(begun_at),
        landed_at=maybe_in_seconds(landed_at),
        slot=slot,
        spent=spent,
        reason=reason,
        holder=Owner.from_text(holder),
        held_until=maybe_in_seconds(held_until),
        attempts=attempts,
    )


def addresses_text(addresses: Mapping[str, Pubkey]) -> str:
    """Addresses by role as JSON."""
    return canonical_json("addresses", {role: str(address) for role, address in addresses.items()})


def _addresses(text: str) -> dict[str, Pubkey]:
    return {role: Pubkey.from_string(address) for role, address in json.loads(text).items()}


def _attempt(row: Sequence[Any]) -> RecordedAttempt:
    signature, content, height, nonce, value, signed_at, nos, lamports, addresses, state, slot, reason, nonce_slot = row
    return RecordedAttempt(
        signature=Signature.from_string(signature),
        signed_bytes=None if content is None else bytes(content),
        lifetime=Lifetime(
            last_valid_block_height=height,
            nonce=Pubkey.from_string(nonce) if nonce else None,
            nonce_value=value,
            nonce_slot=nonce_slot,
        ),
        signed_at=in_seconds(signed_at),
        bound=Amount(nos=NosUnits(nos), lamports=Lamports(lamports)),
        addresses=_addresses(addresses),
        state=AttemptState(state),
        slot=slot,
        reason=reason,
    )
