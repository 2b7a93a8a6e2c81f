"""A journal in a store: each call is one piece of work for the store's thread."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from solders.pubkey import Pubkey

from nosana_chain.engine.journal import attempts as trying
from nosana_chain.engine.journal import holding, looking
from nosana_chain.engine.journal.attempt import Attempt, Conclusion
from nosana_chain.engine.journal.beginning import Beginning
from nosana_chain.engine.journal.checks import printable
from nosana_chain.engine.journal.commits import Commits
from nosana_chain.engine.journal.database import Store
from nosana_chain.engine.journal.entry import Begun, Entry
from nosana_chain.engine.journal.intent import Intent, entry_id
from nosana_chain.engine.journal.lease import LEASE_SECONDS, Lease, Owner, new_token
from nosana_chain.engine.journal.limits import Balance, Budget


class StoredJournal:
    """Implements `Journal` over a `Store`. Opened by its first call; the same semantics in every store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._commits = Commits(store)

    @property
    def place(self) -> str:
        """Where it is kept: a path, or a server without its password."""
        return self._store.place

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.place})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def begin(
        self,
        intents: Sequence[Intent],
        *,
        balance: Balance | None = None,
        budget: Budget | None = None,
        lease_seconds: float = LEASE_SECONDS,
    ) -> list[Begun]:
        """As in `Journal`."""
        tokens = [new_token() for _ in intents]
        beginning = Beginning(tuple(intents), tokens, lease_seconds, Owner.here(), balance, budget)
        return await self._commits.run(beginning.carry_out) if intents else []

    async def record(self, attempts: Sequence[Attempt]) -> None:
        """As in `Journal`."""
        await self._commits.run(lambda database: trying.record(database, attempts))

    async def conclude(self, conclusions: Sequence[Conclusion]) -> None:
        """As in `Journal`."""
        await self._commits.run(lambda database: trying.conclude(database, conclusions))

    async def end(self, leases: Sequence[Lease], *, reason: str) -> None:
        """As in `Journal`."""
        await self._commits.run(lambda database: holding.end(database, leases, printable(reason)))

    async def claim(self, entries: Sequence[str], *, lease_seconds: float = LEASE_SECONDS) -> list[Lease | None]:
        """As in `Journal`."""
        tokens, owner = [new_token() for _ in entries], Owner.here()
        return await self._commits.run(lambda database: holding.claim(database, entries, tokens, lease_seconds, owner))

    async def renew(self, leases: Sequence[Lease], *, lease_seconds: float = LEASE_SECONDS) -> list[Lease | None]:
        """As in `Journal`."""
        owner = Owner.here()
        return await self._commits.run(lambda database: holding.renew(database, leases, lease_seconds, owner))

    async def release(self, leases: Sequence[Lease]) -> None:
        """As in `Journal`."""
        await self._commits.run(lambda database: holding.release(database, leases))

    async def pending(self, *, scope: str, wallet: Pubkey | None = None) -> list[Entry]:
        """As in `Journal`."""
        payer = str(wallet) if wallet else None
        return await self._commits.run(lambda database: looking.pending(database, scope, payer))

    async def find(self, *, scope: str, wallet: Pubkey, verb: str, key: str) -> Entry | None:
        """As in `Journal`."""
        entry = entry_id(scope=scope, wallet=wallet, verb=verb, key=key)
        return await self._commits.run(lambda database: looking.find(database, entry))

    async def show(self, key: str) -> list[Entry]:
        """As in `Journal`."""
        return await self._commits.run(lambda database: looking.show(database, key))

    async def forget(self, entries: Sequence[str]) -> int:
        """As in `Journal`."""
        return await self._commits.run(lambda database: looking.forget(database, entries))

    async def prune(self, *, ended_before: float) -> int:
        """As in `Journal`."""
        return await self._commits.run(lambda database: looking.prune(database, ended_before))

    async def close(self) -> None:
        """As in `Journal`."""
        await self._commits.close()
