"""The journal, and what may be spent."""

from __future__ import annotations

from typing import Any

from nosana_chain.errors.base import NosanaError, Retry


class JournalError(NosanaError):
    """The journal can't be read or written, so nothing is signed.

    `place` is its path, or its server without the password.
    """

    code = "journal"
    place: str


class JournalStateError(JournalError):
    """What the journal holds doesn't allow the step: another attempt may still land, or a verdict contradicts proof."""

    code = "journal.state"
    retry = Retry.CHECK_FIRST
    entry: str | None
    signature: str | None


class InProgressError(JournalError):
    """Another task or process works on this entry, or has taken it over; this one sent nothing for it."""

    code = "journal.in_progress"
    retry = Retry.SAME
    entry: str


class TermsDifferError(NosanaError):
    """The idempotency key stands for an action with other terms.

    `recorded` and `asked` hold the terms that differ, by name.
    """

    code = "terms_differ"
    verb: str
    key: str
    recorded: dict[str, Any]
    asked: dict[str, Any]


class AlreadyDoneError(NosanaError):
    """The action of this idempotency key was done before, and what it made is gone from the chain; nothing was sent.

    Facts: key, signature of the transaction that did it, and the addresses that it made, by role.
    """

    code = "already_done"
    key: str
    signature: str | None


class HistoryTooShortError(NosanaError):
    """Nobody can tell whether an idempotency key was used before: no journal knows it, and history is too short.

    `horizon_seconds` is how far back it goes; None where the endpoint doesn't say.
    """

    code = "history_too_short"
    horizon_seconds: int | None


class ReservedFundsError(NosanaError):
    """The balance doesn't cover what the open intents of the wallet may take and this one too; nothing was signed."""

    code = "reserved_funds"
    wallet: str
    unit: str  #: "NOS base units" or "lamports"
    asked: int
    reserved: int
    balance: int


class BudgetExceededError(NosanaError):
    """The budget of the wallet leaves no room for this now; nothing was signed.

    `fits_at` is the Unix time from which it fits, given that the open intents land now; None if it never does.
    """

    code = "budget"
    asked: int
    spent: int
    limit: int
    fits_at: float | None
