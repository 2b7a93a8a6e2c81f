"""Waiting until a transaction is on chain, can't be any more, or nobody can be asked.

Our own, since solana-py's has called a failed transaction a success and a landed one expired. Once signed bytes have
left, there are three verdicts: landed, failed on chain, can't land any more. Each needs proof, and everything else is
an error that says *look first* and carries what it takes to look.
"""

from __future__ import annotations

from typing import Any

import msgspec

from nosana_chain.engine.build import SignedTransaction
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.history import fetch_horizon
from nosana_chain.engine.lifetime import NonceLifetime
from nosana_chain.engine.listening import Listening
from nosana_chain.engine.nonces import slot_of_advance
from nosana_chain.engine.plan import Landed, Plan
from nosana_chain.engine.reads import Looked, Slot, Status
from nosana_chain.engine.send import send
from nosana_chain.engine.settle import NO_HISTORY, settle
from nosana_chain.errors import (
    BlockhashExpiredError,
    NosanaError,
    OutcomeUnknownError,
    RpcClosedError,
    RpcError,
    TransactionFailedError,
)
from nosana_chain.models.receipt import Progress, Step
from nosana_chain.wire.subscriptions import SignatureNotice

#: Blocks for which a node tells statuses without looking into its history: twice the life of a blockhash
#: (MAX_RECENT_BLOCKHASHES of the validator), less what a cluster may be faster than its slots are long.
_RECENT_BLOCKS = 250
VERDICTS = (TransactionFailedError, BlockhashExpiredError)  #: these bytes can't land any more
_RANK = {"processed": 0, "confirmed": 1, "finalized": 2}


class _Epoch(msgspec.Struct, rename="camel"):
    absolute_slot: Slot
    block_height: Slot


async def deliver(engine: Engine, plan: Plan[Any], signed: SignedTransaction) -> Landed:
    """Send `signed`, and wait until it has landed, sending the same bytes again from time to time.

    When it is cancelled the transaction may still land: call it again with the same arguments, which sends the same
    bytes, or finds that they have landed.

    Network: 1 call to send, a subscription where the cluster has a WebSocket, 1 a poll, 2 or 3 more every
    `resend_seconds`, and 2 once it has landed.

    Safe to retry: yes, the same signed transaction lands at most once.

    Raises:
        TransactionFailedError: it is on chain and failed; a subclass says why. Its fee is paid.
        BlockhashExpiredError: it is not on chain and can never be: signing anew is safe.
        OutcomeUnknownError: nobody could tell in time; it may still land.
        RpcResponseError: the endpoint refused the bytes and the chain doesn't have them; it says *check-first* all the
            same, since an endpoint may refuse what it has passed on.
    """
    listening = Listening(engine, signed.signature)
    try:
        refusal = await send(engine.connection, signed)
        engine.tell(Progress(Step.SENT, signed.signature))
        landed = await _Confirmation(engine, plan, signed, refusal, listening).run()
    except NosanaError as error:
        if not isinstance(error, VERDICTS):
            error.look_first()
        error.add_facts(signature=str(signed.signature), **{role: str(at) for role, at in plan.addresses.items()})
        raise
    finally:
        listening.end()
    engine.tell(Progress(Step.CONFIRMED, signed.signature))
    return landed


class _Confirmation:
    """One wait for one transaction."""

    def __init__(
        self,
        engine: Engine,
        plan: Plan[Any],
        signed: SignedTransaction,
        refusal: RpcError | None,
        listening: Listening,
    ) -> None:
        self._engine = engine
        self._connection = engine.connection
        self._plan = plan
        self._signed = signed
        self._refusal = refusal
        self._listening = listening
        self._waiting = engine.waiting
        self._was_seen = False
        self._started = self._answered = self._sent = engine.clock()

    async def run(self) -> Landed:
        pauses = self._waiting.pauses()
        pause = self._pause(0.0)
        while True:
            notice = await self._listening.wait(pause) if pause else None
            outcome, asked_wait = await self._look(notice)
            if isinstance(outcome, Landed):
                return outcome
            if outcome is not None:
                raise outcome
            self._require_time()
            pause = max(self._pause(next(pauses)), asked_wait)

    def _pause(self, poll: float) -> float:
        """Seconds until the next look: a look is the second one, where the cluster tells by itself."""
        return max(poll, self._waiting.told_poll_seconds) if self._listening.will_be_told else poll

    async def _look(self, notice: SignatureNotice | None) -> tuple[Landed | TransactionFailedError | None, float]:
        """What became of it, None while nobody can tell; and the seconds that the endpoint wants to rest."""
        try:
            outcome = await (self._prove(notice.slot, notice.error) if notice else self._find_out())
        except RpcClosedError as error:  # nobody will ever be asked again
            raise self._unknown("the client was closed meanwhile") from error
        except RpcError as error:
            asked_wait = float(error.facts.get("retry_after_seconds") or 0)
            self._require_patience(error, asked_wait)
            return None, min(asked_wait, self._waiting.patience_seconds)
        self._answered = self._engine.clock()
        return outcome, 0.0

    async def _find_out(self) -> Landed | TransactionFailedError | None:
        status = (await self._engine.reads.status(self._signed.signature)).status
        self._was_seen = self._was_seen or status is not None
        if status is None and self._resend_due():
            await self._resend()
            status = await self._look_for_expiry()
        if status is None or not self._is_settled(status):
            return None
        return await self._prove(status.slot, status.err)

    async def _prove(self, slot: int, error: Any) -> Landed | TransactionFailedError | None:
        self._was_seen = True
        outcome = await settle(self._engine, self._plan, self._signed, slot=slot, error=error)
        if isinstance(outcome, Landed):
            self._connection.saw(slot)
        return outcome

    async def _look_for_expiry(self) -> Status | None:
        """The last look: once it is final that it can't land any more, what isn't on chain never will be.

        It only counts when the node that is asked for the status knows those blocks too (behind one URL may stand
        several nodes, and some of them lag), when the cluster can have come so far, and when the account that the
        transaction makes isn't there either.
        """
        over_at = await self._over_at()
        if over_at is None:
            return None
        if not await self._is_remembered():
            raise self._unknown("it was signed before the endpoint's history begins, so its silence proves nothing")
        looked = await self._look_into_history()
        if looked.status is None and looked.slot >= over_at and await self._is_absent():
            raise self._expired()
        return looked.status

    async def _over_at(self) -> int | None:
        """A finalized slot by which its blockhash was too old, or its nonce advanced; None while it may land."""
        lifetime = self._signed.lifetime
        if isinstance(lifetime, NonceLifetime):
            return await slot_of_advance(self._connection, lifetime.nonce, value=lifetime.value, seen=lifetime.seen)
        epoch = await self._connection.call("getEpochInfo", {"commitment": "finalized"}, answer=_Epoch)
        over = lifetime.is_over(finalized_height=epoch.block_height, now=self._engine.clock())
        return epoch.absolute_slot if over else None

    async def _is_absent(self) -> bool:
        if self._plan.proof is None:
            return True
        return not self._plan.proof(await self._engine.reads.accounts(self._plan.reads))

    async def _is_remembered(self) -> bool:
        """Whether the endpoint would know of the transaction, had it landed: of late ones every node does."""
        if self._is_recent():
            return True
        horizon = await fetch_horizon(self._connection, now=self._engine.wall_clock())
        return horizon is not None and horizon >= self._passed()

    def _is_recent(self) -> bool:
        return self._passed() <= _RECENT_BLOCKS * self._engine.network.slot_seconds

    def _passed(self) -> float:
        return self._engine.clock() - self._signed.lifetime.signed_at

    async def _look_into_history(self) -> Looked:
        """The status as far back as the node knows; where it keeps no history, the account has to tell the rest.

        But not of what was there once, or may have been forgotten by now: the account may be gone again.
        """
        signature = self._signed.signature
        try:
            return await self._engine.reads.status(signature, search_history=True)
        except RpcError as error:
            if self._plan.proof is None or error.facts.get("rpc_code") not in NO_HISTORY:
                raise
        if self._was_seen or not self._is_recent():
            raise self._unknown("the endpoint keeps no history, so its silence proves nothing")
        return await self._engine.reads.status(signature)

    def _is_settled(self, status: Status) -> bool:
        # nodes before 1.5 don't tell: theirs was confirmed by then
        reached = _RANK[status.confirmation_status or "confirmed"]
        return reached >= _RANK[self._engine.settled]

    def _resend_due(self) -> bool:
        return self._engine.clock() - self._sent >= self._waiting.resend_seconds

    async def _resend(self) -> None:
        self._sent = self._engine.clock()
        await send(self._connection, self._signed)  # whatever is answered: only the status decides

    def _require_patience(self, error: RpcError, asked_wait: float) -> None:
        if self._engine.clock() - self._answered + asked_wait >= self._waiting.patience_seconds:
            raise self._unknown(f"the endpoint gives no usable answer ({error})") from error

    def _require_time(self) -> None:
        passed = self._engine.clock() - self._started
        if self._refusal is not None and passed >= self._waiting.refusal_seconds:
            self._refusal.look_first()
            raise self._refusal
        if passed >= self._waiting.limit_seconds:
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
        lifetime = self._signed.lifetime
        if isinstance(lifetime, NonceLifetime):
            return BlockhashExpiredError(
                f"transaction {signature} did not land before its nonce {lifetime.nonce} was advanced, and never will; "
                "nothing was spent: make it anew with the nonce's new value",
                signature=signature,
                nonce=str(lifetime.nonce),
            )
        height = lifetime.last_valid_block_height
        return BlockhashExpiredError(
            f"transaction {signature} did not land by block height {height} and never will; "
            "nothing was spent: try again, with a higher priority fee if it happens often",
            signature=signature,
            last_valid_block_height=height,
        )
