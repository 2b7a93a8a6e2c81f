"""A journal in a store: each call is one piece of work for the store's thread."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

from solders.pubkey import Pubkey

from nosana_chain.engine.journal import holding, looking
from nosana_chain.engine.journal.attempt import Attempt, Conclusion
from nosana_chain.engine.journal.beginning import Beginning, begin
from nosana_chain.engine.journal.checks import as_reason
from nosana_chain.engine.journal.commits import Commits
from nosana_chain.engine.journal.concluding import conclude
from nosana_chain.engine.journal.database import Store, Work, each
from nosana_chain.engine.journal.entry import Begun, Entry
from nosana_chain.engine.journal.holding import Claim, Holding
from nosana_chain.engine.journal.intent import Intent, entry_id
from nosana_chain.engine.journal.lease import LEASE_SECONDS, Lease, new_token
from nosana_chain.engine.journal.limits import Balance, Budget
from nosana_chain.engine.journal.recording import record
from nosana_chain.errors import JournalError

_CLAIM, _RENEW, _RELEASE, _END = each(holding.claim), each(holding.renew), each(holding.release), each(holding.end)
_LET_GO = each(holding.let_go)
_PENDING, _FIND, _SHOW = each(looking.pending), each(looking.find), each(looking.show)
_FORGET, _PRUNE = each(looking.forget), each(looking.prune)


def _ignore(future: asyncio.Future[None]) -> None:
    """Take the answer that nobody waits for."""
    if not future.cancelled():
        future.exception()


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
        if not intents:
            return []
        tokens = [new_token() for _ in intents]
        call = Beginning(tuple(intents), tokens, lease_seconds, balance, budget)
        with self._dropping(_LET_GO, [intent.id for intent in intents], tokens):
            return await self._commits.ask(begin, call)

    async def record(self, attempts: Sequence[Attempt]) -> None:
        """As in `Journal`."""
        await self._commits.ask(record, tuple(attempts))

    async def conclude(self, conclusions: Sequence[Conclusion]) -> None:
        """As in `Journal`."""
        await self._commits.ask(conclude, tuple(conclusions))

    async def end(self, leases: Sequence[Lease], *, reason: str) -> None:
        """As in `Journal`."""
        await self._commits.ask(_END, Holding(tuple(leases), reason=as_reason(reason)))

    async def claim(self, entries: Sequence[str], *, lease_seconds: float = LEASE_SECONDS) -> list[Lease | None]:
        """As in `Journal`."""
        tokens = [new_token() for _ in entries]
        with self._dropping(_RELEASE, entries, tokens):
            return await self._commits.ask(_CLAIM, Claim(tuple(entries), tokens, lease_seconds))

    async def renew(self, leases: Sequence[Lease], *, lease_seconds: float = LEASE_SECONDS) -> list[Lease | None]:
        """As in `Journal`."""
        return await self._commits.ask(_RENEW, Holding(tuple(leases), lease_seconds))

    async def release(self, leases: Sequence[Lease]) -> None:
        """As in `Journal`."""
        await self._commits.ask(_RELEASE, tuple(leases), in_turn=True)

    def let_go(self, leases: Sequence[Lease]) -> None:
        """As in `Journal`."""
        self._drop(_LET_GO, leases)

    def _drop(self, work: Work[Sequence[Lease], None], leases: Sequence[Lease]) -> None:
        with suppress(JournalError):  # closed: then its process may as well be gone
            self._commits.ask(work, tuple(leases), in_turn=True).add_done_callback(_ignore)

    @contextmanager
    def _dropping(
        self, work: Work[Sequence[Lease], None], entries: Sequence[str], tokens: Sequence[str]
    ) -> Iterator[None]:
        """Give back what a call gets whose caller is cancelled meanwhile: nobody would know these leases."""
        try:
            yield
        except asyncio.CancelledError:
            self._drop(work, [Lease(entry, 0.0, token) for entry, token in zip(entries, tokens, strict=True)])
            raise

    async def pending(self, *, scope: str, wallet: Pubkey | None = None) -> list[Entry]:
        """As in `Journal`."""
        return await self._commits.ask(_PENDING, (scope, str(wallet) if wallet else None))

    async def find(self, *, scope: str, wallet: Pubkey, verb: str, key: str) -> Entry | None:
        """As in `Journal`."""
        return await self._commits.ask(_FIND, entry_id(scope=scope, wallet=wallet, verb=verb, key=key))

    async def show(self, key: str) -> list[Entry]:
        """As in `Journal`."""
        return await self._commits.ask(_SHOW, key)

    async def forget(self, entries: Sequence[str]) -> int:
        """As in `Journal`."""
        return await self._commits.ask(_FORGET, tuple(entries))

    async def prune(self, *, ended_before: float) -> int:
        """As in `Journal`."""
        return await self._commits.ask(_PRUNE, ended_before)

    async def close(self) -> None:
        """As in `Journal`."""
        await self._commits.close()
