"""What the engine asks of a journal, wherever it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from solders.pubkey import Pubkey

from nosana_chain.engine.journal.attempt import Attempt, Conclusion
from nosana_chain.engine.journal.entry import Begun, Entry
from nosana_chain.engine.journal.intent import Intent
from nosana_chain.engine.journal.lease import LEASE_SECONDS, Lease
from nosana_chain.engine.journal.limits import Balance, Budget


class Journal(Protocol):
    """Intents, attempts and verdicts, durable before each of these calls returns.

    Every call takes many at once, and does all or nothing of them. Every call raises `JournalError` where the journal
    can't be used: then sign nothing. Every call is safe to repeat. One that is cancelled may have been carried out all
    the same; what leases it got are let go.
    """

    async def begin(
        self,
        intents: Sequence[Intent],
        *,
        balance: Balance | None = None,
        budget: Budget | None = None,
        lease_seconds: float = LEASE_SECONDS,
    ) -> list[Begun]:
        """Write intents down before anything is signed, or find what is there under their keys.

        Args:
            intents: in any number; those of a balance or budget are of one wallet and scope.
            balance: what the wallet has; None reserves without asking whether it fits.
            budget: what the wallet may spend in a time.
            lease_seconds: how long the caller has the right to act, unless it renews it.

        Returns:
            One for each intent, in order. Act only where there is a lease, with the addresses, held seed and bound of
            the entry: those of an earlier call stand (`end` it and begin again for others). Where the entry has a live
            attempt, send that one again or learn what became of it.

        Raises:
            TermsDifferError: a key stands for an action with other terms.
            ReservedFundsError: the balance doesn't cover what is open and the new ones.
            BudgetExceededError: the budget doesn't; it says when it will.
        """

    async def record(self, attempts: Sequence[Attempt]) -> None:
        """Keep signed bytes before the first of them leaves.

        Raises:
            InProgressError: a lease was lost: don't send.
            JournalStateError: another attempt of the same entry may still land: don't send.
            AmountError: an attempt may take more than was reserved.
        """

    async def conclude(self, conclusions: Sequence[Conclusion]) -> None:
        """Write down what became of attempts. Takes proof, no lease.

        Raises:
            JournalStateError: an attempt is unknown, or a finalized one is said not to have landed.
        """

    async def end(self, leases: Sequence[Lease], *, reason: str) -> None:
        """Give entries up of which nothing can land: they are void, and what they reserved is free.

        Raises:
            InProgressError: a lease was lost.
            JournalStateError: an attempt may still land.
        """

    async def claim(self, entries: Sequence[str], *, lease_seconds: float = LEASE_SECONDS) -> list[Lease | None]:
        """The right to act for entries (by id) that nobody acts for: None for each that somebody does, or that is over.

        A lease is free once it is given back, its time is over, or its process is surely gone.
        """

    async def renew(self, leases: Sequence[Lease], *, lease_seconds: float = LEASE_SECONDS) -> list[Lease | None]:
        """Hold leases for longer: None for each that was lost."""

    async def release(self, leases: Sequence[Lease]) -> None:
        """Give leases back, so that others needn't wait for their end."""

    def let_go(self, leases: Sequence[Lease]) -> None:
        """As `release`, without waiting for it: for a task that is being cancelled.

        What nothing was recorded for is given up with it: void, and what it reserved is free.
        """

    async def pending(self, *, scope: str, wallet: Pubkey | None = None) -> list[Entry]:
        """What may still change on a network: open, not finalized, or with an attempt that may land. Oldest first."""

    async def find(self, *, scope: str, wallet: Pubkey, verb: str, key: str) -> Entry | None:
        """The entry of an idempotency key, or None."""

    async def show(self, key: str) -> list[Entry]:
        """Every entry of an idempotency key, of all networks, wallets and verbs."""

    async def forget(self, entries: Sequence[str]) -> int:
        """Delete entries (by id) that are over; how many there were.

        Their keys protect from nothing any more, and no budget counts them.

        Raises:
            JournalStateError: one may still change.
        """

    async def prune(self, *, ended_before: float) -> int:
        """As `forget`, of all that was over before a moment (wall time, Unix seconds)."""

    async def close(self) -> None:
        """Finish what was asked for, and close the store."""
