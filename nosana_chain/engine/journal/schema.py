"""The tables, for SQLite and PostgreSQL alike; a migration each version."""

from __future__ import annotations

from nosana_chain.engine.journal.database import Database
from nosana_chain.errors import JournalError

VERSION_TABLE = "nosana_journal"

_FIRST = """
CREATE TABLE nosana_entries (
    id TEXT PRIMARY KEY,
    scope TEXT NOT NULL,
    wallet TEXT NOT NULL,
    verb TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    random_key INTEGER NOT NULL,
    terms TEXT NOT NULL,
    terms_hash TEXT NOT NULL,
    details TEXT NOT NULL,
    addresses TEXT NOT NULL,
    held_seed {bytes},
    nos BIGINT NOT NULL,
    lamports BIGINT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    begun_at BIGINT NOT NULL,
    position INTEGER NOT NULL,
    landed_at BIGINT,
    ended_at BIGINT,
    slot BIGINT,
    spent_nos BIGINT,
    spent_lamports BIGINT,
    reason TEXT NOT NULL,
    live TEXT,
    holder TEXT NOT NULL,
    lease TEXT,
    held_until BIGINT
);
CREATE INDEX nosana_entries_key ON nosana_entries (idempotency_key);
CREATE INDEX nosana_entries_open ON nosana_entries (scope, wallet, nos, lamports) WHERE state = 'open';
CREATE INDEX nosana_entries_unsettled ON nosana_entries (scope, created_at) WHERE state IN ('open', 'landed');
CREATE INDEX nosana_entries_landed ON nosana_entries (scope, wallet, landed_at) WHERE landed_at IS NOT NULL;
CREATE INDEX nosana_entries_slot ON nosana_entries (scope, wallet, slot) WHERE slot IS NOT NULL;
CREATE TABLE nosana_attempts (
    signature TEXT PRIMARY KEY,
    signed_bytes {bytes},
    last_valid_block_height BIGINT,
    nonce TEXT,
    nonce_value TEXT,
    signed_at BIGINT NOT NULL,
    nos BIGINT NOT NULL,
    lamports BIGINT NOT NULL,
    addresses TEXT NOT NULL,
    state TEXT NOT NULL,
    slot BIGINT,
    reason TEXT NOT NULL
);
CREATE INDEX nosana_attempts_live ON nosana_attempts (signature) WHERE state = 'live';
CREATE TABLE nosana_tries (
    entry TEXT NOT NULL,
    number INTEGER NOT NULL,
    signature TEXT NOT NULL,
    PRIMARY KEY (entry, number)
);
CREATE INDEX nosana_tries_signature ON nosana_tries (signature);
"""

# Who pays may be another than whose action it is: reservations and budgets are counted by payer. And when a nonce
# was read: only a later slot can tell that it was advanced since.
_PAYERS = """
ALTER TABLE nosana_entries ADD COLUMN payer TEXT;
UPDATE nosana_entries SET payer = wallet;
DROP INDEX nosana_entries_open;
DROP INDEX nosana_entries_landed;
DROP INDEX nosana_entries_slot;
CREATE INDEX nosana_entries_open ON nosana_entries (scope, payer, nos, lamports) WHERE state = 'open';
CREATE INDEX nosana_entries_landed ON nosana_entries (scope, payer, landed_at) WHERE landed_at IS NOT NULL;
CREATE INDEX nosana_entries_slot ON nosana_entries (scope, payer, slot) WHERE slot IS NOT NULL;
ALTER TABLE nosana_attempts ADD COLUMN nonce_slot BIGINT;
"""

# Fees may be paid by another than who pays the rest: what he may lose is reserved of his.
_FEE_PAYERS = """
ALTER TABLE nosana_entries ADD COLUMN fee_payer TEXT;
ALTER TABLE nosana_entries ADD COLUMN fee_lamports BIGINT NOT NULL DEFAULT 0;
CREATE INDEX nosana_entries_fees ON nosana_entries (scope, fee_payer, state, fee_lamports) WHERE fee_payer IS NOT NULL;
"""

#: What brings a journal from version n to n + 1, by n. Only ever appended to.
MIGRATIONS: tuple[str, ...] = (_FIRST, _PAYERS, _FEE_PAYERS)


def migrate(database: Database, found: int, migrations: tuple[str, ...] = MIGRATIONS) -> None:
    """Bring a journal of version `found` (0: an empty one) to the newest version, within the open transaction.

    Raises:
        JournalError: it is newer than this package knows.
    """
    check_version(found, len(migrations), database.place)
    for migration in migrations[found:]:
        for statement in migration.format(bytes=database.bytes_type).split(";"):
            if statement.strip():
                database.execute(statement)
    if found < len(migrations):
        database.set_version(len(migrations))


def check_version(found: int, known: int, place: str) -> None:
    """Refuse a journal that a newer release has written.

    Raises:
        JournalError: it is newer than this package knows.
    """
    if found > known:
        raise JournalError(
            f"the journal {place} is of version {found}, which a newer nosana-chain wrote; this one knows version "
            f"{known}: upgrade nosana-chain, or name another journal; nothing was signed",
            place=place,
        )
