"""The journal: what was meant, what was signed and what became of it, on disk before the first byte leaves.

The way of an action: plan, `begin`, sign, `record`, send, confirm, `conclude`.

An entry stands for scope (genesis hash), wallet, verb and idempotency key, and there is one of each:

    open ──record──> open, with a live attempt ──landed──> landed ──final──> done
      │ end             │ failed / expired                   │ unlanded (its fork is gone)
      v                 v                                    v
    void           failed / void                           open, live again

- *open* reserves its bound; at most one of its attempts is live, and while one is, `record` takes no other. An attempt
  that failed or expired with `ends=False` leaves the entry open for the next one.
- *landed* is provisional: `pending` shows it until it is final. *done* is for good, but for proof of a second landing.
- *failed* and *void* took nothing but fees: `begin` opens them again under the same key and terms, with a new bound.
- Proof of landing beats every other state, also that of an attempt which was believed to have expired.
- Who acts for an entry holds its *lease*. A process that lost it, because it slept or died, can't `record` any more.

An attempt: live -> landed -> final; live or landed -> failed or expired; landed -> live.

Between `begin` and `record` nothing has left: such an entry can be given up, or signed by whoever gets its lease.
After `record` it may have left: the same bytes are sent again, or looked up, until there is proof.
"""

from nosana_chain.engine.journal.attempt import Attempt, AttemptState, Conclusion, Lifetime, Outcome
from nosana_chain.engine.journal.entry import Begun, Entry, EntryState, RecordedAttempt
from nosana_chain.engine.journal.intent import Amount, Intent
from nosana_chain.engine.journal.interface import Journal
from nosana_chain.engine.journal.lease import LEASE_SECONDS, Lease, Owner
from nosana_chain.engine.journal.limits import Balance, Budget
from nosana_chain.engine.journal.opening import Place, open_journal
from nosana_chain.engine.journal.postgres import PostgresJournal
from nosana_chain.engine.journal.sqlite import MemoryJournal, SqliteJournal
from nosana_chain.engine.journal.stored import StoredJournal

__all__ = [
    "LEASE_SECONDS",
    "Amount",
    "Attempt",
    "AttemptState",
    "Balance",
    "Begun",
    "Budget",
    "Conclusion",
    "Entry",
    "EntryState",
    "Intent",
    "Journal",
    "Lease",
    "Lifetime",
    "MemoryJournal",
    "Outcome",
    "Owner",
    "Place",
    "PostgresJournal",
    "RecordedAttempt",
    "SqliteJournal",
    "StoredJournal",
    "open_journal",
]
