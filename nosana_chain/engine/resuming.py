"""What the journal knows of a wallet, and going on with what was left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from solders.signature import Signature

from nosana_chain.engine.confirm import deliver
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.execution import earlier_plan
from nosana_chain.engine.journal import AttemptState, Conclusion, Entry, EntryState, Journal, Lease, Outcome
from nosana_chain.engine.once import made_account
from nosana_chain.engine.stored_bytes import restored
from nosana_chain.errors import (
    BlockhashExpiredError,
    ConfigError,
    NosanaError,
    RpcError,
    TransactionFailedError,
)

_FINAL = "finalized"


class Fate(StrEnum):
    """What became of an entry when it was looked after."""

    LANDED = "landed"  #: it is on chain
    FINAL = "final"  #: it is on chain for good
    FAILED = "failed"  #: the chain refused it: only the fee was spent
    NEVER = "never"  #: it isn't on chain and can never be: the same key may be used again
    UNKNOWN = "unknown"  #: nobody can tell yet
    BUSY = "busy"  #: another task or process is at it


@dataclass(frozen=True, slots=True)
class Resumed:
    """An entry that was looked after.

    Attributes:
        entry: as it was before.
        fate: what became of it.
        error: why it failed or isn't known.
    """

    entry: Entry
    fate: Fate
    error: NosanaError | None = None


class WalletJournal:
    """The journal, as the wallet of a client sees it on its cluster."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def pending(self) -> list[Entry]:
        """What may still change: begun, under way, or landed and not final yet; oldest first. Network: 1 call."""
        scope = await self._engine.connection.fetch_genesis_hash()
        return await self._journal.pending(scope=scope, wallet=self._engine.signer.address)

    async def show(self, key: str) -> list[Entry]:
        """Every entry of an idempotency key, of all networks and wallets. Network: none."""
        return await self._journal.show(key)

    async def forget(self, *entries: Entry) -> int:
        """Delete entries that are over, and with them what protects their keys; how many there were. Network: none.

        Raises:
            JournalStateError: one may still change.
        """
        return await self._journal.forget([entry.id for entry in entries])

    async def resume(self) -> list[Resumed]:
        """Go on with what was left: send the same bytes again, or learn what became of them. Nothing new is signed.

        What never left is given up, so that its key and what it reserved are free. What can't land any more is told as
        that: ask for the same action with the same key again, and it is signed anew.

        Network: 1 call for all that landed, and those of a delivery for each that is under way. Safe to retry: yes.
        """
        entries = await self.pending()
        landed = [entry for entry in entries if entry.state is EntryState.LANDED]
        under_way = [entry for entry in entries if entry.state is EntryState.OPEN]
        finished = await self._look_at_landed(landed)
        return [*finished, *[await self._go_on(entry) for entry in under_way]]

    @property
    def _journal(self) -> Journal:
        if self._engine.journal is None:
            raise ConfigError("this client has no journal; give NosanaClient one, or leave journal= out")
        return self._engine.journal

    async def _look_at_landed(self, entries: Sequence[Entry]) -> list[Resumed]:
        return [await self._look_at(entry) for entry in entries]

    async def _look_at(self, entry: Entry) -> Resumed:
        """Whether what landed is final, or was on a fork that is gone."""
        signature = _landed_signature(entry)
        if signature is None:
            return Resumed(entry, Fate.UNKNOWN)
        try:
            status = (await self._engine.reads.status(signature, search_history=True)).status
        except RpcError as error:
            return Resumed(entry, Fate.LANDED, error)
        if status is None:
            return await self._look_for_fork(entry)
        if status.confirmation_status != _FINAL:
            return Resumed(entry, Fate.LANDED)
        if status.err is not None:
            await self._journal.conclude([Conclusion(signature, Outcome.unlanded())])
            return Resumed(entry, Fate.UNKNOWN)
        await self._journal.conclude([Conclusion(signature, Outcome.landed(status.slot, final=True))])
        return Resumed(entry, Fate.FINAL)

    async def _look_for_fork(self, entry: Entry) -> Resumed:
        """What landed and is nowhere to be seen: is its fork gone, and can it land once more?"""
        signed = restored(entry.attempts[-1], self._engine)
        if signed is None:
            return Resumed(entry, Fate.LANDED)
        try:
            await deliver(self._engine, earlier_plan(made_account(entry)), signed)
        except BlockhashExpiredError as error:
            gone = [Conclusion(signed.signature, outcome) for outcome in (Outcome.unlanded(), Outcome.expired())]
            await self._journal.conclude(gone)
            return Resumed(entry, Fate.NEVER, error)
        except NosanaError as error:
            return Resumed(entry, Fate.LANDED, error)
        return Resumed(entry, Fate.LANDED)

    async def _go_on(self, entry: Entry) -> Resumed:
        [lease] = await self._journal.claim([entry.id])
        if lease is None:
            return Resumed(entry, Fate.BUSY)
        signed = restored(entry.live[-1], self._engine) if entry.live else None
        if signed is None:
            await self._journal.end([lease], reason="nothing was sent")
            return Resumed(entry, Fate.NEVER)
        try:
            landed = await deliver(self._engine, earlier_plan(made_account(entry)), signed)
        except NosanaError as error:
            return await self._ended(entry, lease, signed.signature, error)
        except BaseException:  # cancelled: it may not wait
            self._journal.let_go([lease])
            raise
        final = self._engine.waits_for_final
        await self._journal.conclude([Conclusion(signed.signature, Outcome.landed(landed.receipt.slot, final=final))])
        return Resumed(entry, Fate.FINAL if final else Fate.LANDED)

    async def _ended(self, entry: Entry, lease: Lease, signature: Signature, error: NosanaError) -> Resumed:
        if isinstance(error, TransactionFailedError):
            await self._journal.conclude([Conclusion(signature, Outcome.failed(error.reason))])
            return Resumed(entry, Fate.FAILED, error)
        if isinstance(error, BlockhashExpiredError):
            await self._journal.conclude([Conclusion(signature, Outcome.expired())])
            return Resumed(entry, Fate.NEVER, error)
        await self._journal.release([lease])
        return Resumed(entry, Fate.UNKNOWN, error)


def _landed_signature(entry: Entry) -> Signature | None:
    landed = (one.signature for one in reversed(entry.attempts) if one.state is AttemptState.LANDED)
    return next(landed, None)
