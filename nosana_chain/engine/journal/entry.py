"""What the journal knows about an intent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.engine.journal.attempt import AttemptState, Lifetime
from nosana_chain.engine.journal.intent import Amount, Intent
from nosana_chain.engine.journal.lease import Lease, Owner
from nosana_chain.one_line import one_line


class EntryState(StrEnum):
    """How far an entry has come. The package's docstring has the transitions."""

    OPEN = "open"  #: it may still take its bound
    LANDED = "landed"  #: it happened, but may be rolled back
    DONE = "done"  #: it happened, finalized
    FAILED = "failed"  #: it didn't happen: the chain refused it
    VOID = "void"  #: it didn't happen: it expired or was given up


#: What may be begun again under the same key: nothing happened.
ENDED_EMPTY = (EntryState.FAILED, EntryState.VOID)


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedAttempt:
    """An attempt as the journal has it.

    Attributes:
        signature: its first signature.
        signed_bytes: to be sent again; None once it can't land any more or is finalized.
        lifetime: until when it can land.
        signed_at: wall time, Unix seconds.
        bound: the most that it may take, with all that it is packed with.
        addresses: accounts of this attempt alone, by role.
        state: how far it has come.
        slot: where it landed or failed.
        reason: why it failed or expired.
    """

    signature: Signature
    signed_bytes: bytes | None = field(repr=False)
    lifetime: Lifetime
    signed_at: float
    bound: Amount
    addresses: Mapping[str, Pubkey]
    state: AttemptState
    slot: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An intent, and what became of it.

    Attributes:
        intent: as it was begun; its addresses and its held seed are the ones to use.
        state: how far it has come.
        created_at: when the key was first seen; wall time, Unix seconds.
        begun_at: when it was last begun: later than `created_at` if it had failed or expired before.
        landed_at: when the journal learned that it landed; None before.
        slot: where it landed or failed last; None before.
        spent: what it took; None as long as its bound counts.
        reason: why it failed or was given up.
        holder: who works on it, or did last.
        held_until: when others may take it over; None if nobody has it.
        attempts: all of them, oldest first.
    """

    intent: Intent
    state: EntryState
    created_at: float
    begun_at: float
    landed_at: float | None
    slot: int | None
    spent: Amount | None
    reason: str
    holder: Owner
    held_until: float | None
    attempts: tuple[RecordedAttempt, ...] = ()

    @property
    def id(self) -> str:
        """SHA-256 of scope, wallet, verb and key, in hex."""
        return self.intent.id

    @property
    def live(self) -> tuple[RecordedAttempt, ...]:
        """The attempts that may land at any time: at most one, unless a verdict turned out to be false."""
        return tuple(attempt for attempt in self.attempts if attempt.state is AttemptState.LIVE)


@dataclass(frozen=True, slots=True)
class Begun:
    """What `begin` gives for an intent.

    Attributes:
        entry: the one that was made, or that was there.
        lease: the right to act; None where it is over, or another task or process is at it.
        is_new: whether nothing had happened under the key: it was made or begun again by this call.
    """

    entry: Entry
    lease: Lease | None
    is_new: bool
