"""Waiting until a transaction is on chain, can't be any more, or nobody can be asked.

Our own, since solana-py's has called a failed transaction a success and a landed one expired.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any

import msgspec
from solders.signature import Signature

from nosana_chain.engine.build import SignedTransaction
from nosana_chain.engine.send import send
from nosana_chain.errors import BlockhashExpiredError, OutcomeUnknownError, RpcError, TransactionFailedError
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.models.receipt import Progress, ProgressCallback, Step
from nosana_chain.reading.explain_transaction import explained_failure
from nosana_chain.wire.connection import Commitment, Connection
from nosana_chain.wire.retry import Sleep
from nosana_chain.wire.transactions import fetch_transaction

_RANK = {"processed": 0, "confirmed": 1, "finalized": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPolicy:
    """How `confirm` waits. All in seconds.

    Attributes:
        first_poll_seconds: wait after the first look; half as much again after each one.
        longest_poll_seconds: no wait is longer.
        resend_seconds: how often the same bytes are sent again, and expiry is looked for.
        patience_seconds: how long the endpoint may give no usable answer.
        limit_seconds: how long to wait in all, for a cluster that makes no blocks. A blockhash is good for 150
            blocks, about a minute, and another 15 s pass until its end is final.
    """

    first_poll_seconds: float = 0.05
    longest_poll_seconds: float = 1.0
    resend_seconds: float = 2.0
    patience_seconds: float = 60.0
    limit_seconds: float = 300.0

    def pauses(self) -> Iterator[float]:
        """The waits between looks, without end."""
        pause = self.first_poll_seconds
        while True:
            yield pause
            pause = min(pause * _POLL_GROWTH, self.longest_poll_seconds)


_POLL_GROWTH = 1.5
_LEDGER_LOOKS = 20  # about 15 s: a node's ledger is at times behind its own statuses
DEFAULT_WAITING = ConfirmPolicy()


@dataclass(frozen=True, slots=True)
class Landed:
    """A transaction that is on chain and succeeded.

    Attributes:
        slot: where it landed.
        commitment: how settled it was when last seen; at least what was asked for.
    """

    slot: int
    commitment: Commitment


class _Context(msgspec.Struct):
    slot: int


class _Status(msgspec.Struct, rename="camel"):
    slot: int
    err: Any = None
    confirmation_status: Commitment = "processed"


class _Statuses(msgspec.Struct):
    context: _Context
    value: Annotated[list[_Status | None], msgspec.Meta(min_length=1, max_length=1)]


class _Epoch(msgspec.Struct, rename="camel"):
    absolute_slot: int
    block_height: int


async def confirm(
    connection: Connection,
    signed: SignedTransaction,
    *,
    commitment: Commitment | None = None,
    progress: ProgressCallback | None = None,
    waiting: ConfirmPolicy = DEFAULT_WAITING,
    clock: Callable[[], float] = time.monotonic,
    sleep: Sleep = asyncio.sleep,
) -> Landed:
    """Wait until `signed` has landed, sending the same bytes again from time to time.

    When it is cancelled, the transaction may still land: its signature is known to the caller already.

    Args:
        connection: where to look and to send.
        signed: a transaction that was sent (or not: it will be).
        commitment: how settled it must be; by default the connection's own, at least `confirmed`.
        progress: told once, when it has landed.
        waiting: intervals and limits.
        clock: seconds that only go forward.
        sleep: waits for seconds.

    Network: 1 call a poll, 2 or 3 more every `resend_seconds`; after a failure on chain 1 or more for its logs.

    Safe to retry: yes, the same signed transaction lands at most once.

    Raises:
        TransactionFailedError: it is on chain and failed; a subclass says why. Its fee is paid.
        BlockhashExpiredError: it is not on chain and can never be: signing anew is safe.
        OutcomeUnknownError: nobody could tell in time; it may still land.
    """
    wanted = commitment or connection.settled_commitment
    landed = await _Confirmation(connection, signed, commitment=wanted, waiting=waiting, clock=clock, sleep=sleep).run()
    if progress:
        progress(Progress(Step.CONFIRMED, signed.signature))
    return landed


async def fetch_settled(
    connection: Connection,
    signature: Signature,
    *,
    waiting: ConfirmPolicy = DEFAULT_WAITING,
    clock: Callable[[], float] = time.monotonic,
    sleep: Sleep = asyncio.sleep,
) -> LandedTransaction | None:
    """A transaction that has landed; None when it can't be read in time. Network: 1 call or more."""
    started = clock()
    for pause in islice(waiting.pauses(), _LEDGER_LOOKS):
        with suppress(RpcError):
            found = await fetch_transaction(connection, signature)
            if found is not None:
                return found
        if clock() - started >= waiting.patience_seconds:
            break
        await sleep(pause)
    return None


class _Confirmation:
    """One wait for one transaction."""

    def __init__(
        self,
        connection: Connection,
        signed: SignedTransaction,
        *,
        commitment: Commitment,
        waiting: ConfirmPolicy,
        clock: Callable[[], float],
        sleep: Sleep,
    ) -> None:
        self._connection = connection
        self._signed = signed
        self._commitment = commitment
        self._waiting = waiting
        self._clock = clock
        self._sleep = sleep
        self._started = self._answered = self._sent = clock()

    async def run(self) -> Landed:
        pauses = self._waiting.pauses()
        while True:
            status = await self._look()
            if status is not None and self._settled(status):
                return await self._landed(status)
            self._require_time()
            await self._sleep(next(pauses))

    async def _look(self) -> _Status | None:
        """The transaction's status; None when there is none now, or no answer."""
        try:
            status = (await self._ask(search_history=False)).value[0]
            if status is None and self._resend_due():
                await self._resend()
                status = await self._look_for_expiry()
        except RpcError as error:
            self._require_patience(error)
            return None
        self._answered = self._clock()
        return status

    async def _look_for_expiry(self) -> _Status | None:
        """The last look: once blocks past the last valid one are final, what isn't on chain never will be.

        It only counts when the node that is asked for the status knows those blocks too: behind one URL may
        stand several nodes, and some of them lag.
        """
        epoch = await self._connection.call("getEpochInfo", {"commitment": "finalized"}, answer=_Epoch)
        if epoch.block_height <= self._signed.last_valid_block_height:
            return None
        statuses = await self._ask(search_history=True)
        status = statuses.value[0]
        if status is None and statuses.context.slot >= epoch.absolute_slot:
            raise self._expired()
        return status

    async def _ask(self, *, search_history: bool) -> _Statuses:
        settings = {"searchTransactionHistory": search_history}
        signatures = [str(self._signed.signature)]
        return await self._connection.call("getSignatureStatuses", signatures, settings, answer=_Statuses)

    def _settled(self, status: _Status) -> bool:
        return _RANK[status.confirmation_status] >= _RANK[self._commitment]

    async def _landed(self, status: _Status) -> Landed:
        if status.err is not None:
            raise await self._failure(status.err)
        self._connection.saw(status.slot)
        return Landed(status.slot, status.confirmation_status)

    async def _failure(self, error: Any) -> TransactionFailedError:
        # that it failed is certain; only the logs that say why may be out of reach
        found = await fetch_settled(
            self._connection, self._signed.signature, waiting=self._waiting, clock=self._clock, sleep=self._sleep
        )
        return explained_failure(
            error,
            logs=found.logs if found else (),
            network=self._connection.network,
            transaction=self._signed.transaction,
            landed=found,
            signature=self._signed.signature,
        )

    def _resend_due(self) -> bool:
        return self._clock() - self._sent >= self._waiting.resend_seconds

    async def _resend(self) -> None:
        self._sent = self._clock()
        try:
            await send(self._connection, self._signed)
        except (RpcError, OutcomeUnknownError, TransactionFailedError):
            return  # an earlier send may have been taken: only the status decides

    def _require_patience(self, error: RpcError) -> None:
        if self._clock() - self._answered >= self._waiting.patience_seconds:
            raise self._unknown(f"the endpoint gives no usable answer ({error})") from error

    def _require_time(self) -> None:
        if self._clock() - self._started >= self._waiting.limit_seconds:
            raise self._unknown(f"it was not settled within {self._waiting.limit_seconds:g} s")

    def _unknown(self, reason: str) -> OutcomeUnknownError:
        signature = str(self._signed.signature)
        return OutcomeUnknownError(
            f"nobody knows what became of transaction {signature}: {reason}. It may still land: "
            "look it up before you send anything else",
            signature=signature,
            endpoint=self._connection.transport.endpoint,
        )

    def _expired(self) -> BlockhashExpiredError:
        signature = str(self._signed.signature)
        height = self._signed.last_valid_block_height
        return BlockhashExpiredError(
            f"transaction {signature} did not land by block height {height} and never will; "
            "nothing was spent: try again, with a higher priority fee if it happens often",
            signature=signature,
            last_valid_block_height=height,
        )
