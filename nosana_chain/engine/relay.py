"""Sending a transaction that was signed elsewhere, with the care of every action: journal, proof, one landing."""

from __future__ import annotations

from typing import Any

from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from nosana_chain.engine.build import MAX_TRANSACTION_BYTES, SignedTransaction, signer_addresses
from nosana_chain.engine.confirm import deliver
from nosana_chain.engine.cost import Cost
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.execution import Execution, Request
from nosana_chain.engine.exported import missing_from
from nosana_chain.engine.nonces import SeenNonce, fetch_seen_nonce, nonce_of
from nosana_chain.engine.once import Record
from nosana_chain.engine.plan import Plan, Planning, receipt_of
from nosana_chain.engine.prepare import Prepared, lifetime_of
from nosana_chain.engine.simulate import Simulation, simulate
from nosana_chain.errors import AlreadyDoneError, InputError, NosanaError
from nosana_chain.models.receipt import Receipt
from nosana_chain.models.token_account import token_holding
from nosana_chain.reading.fees import base_fee, priority_fee
from nosana_chain.reading.movements import own_transfers
from nosana_chain.units import Lamports, NosUnits
from nosana_chain.wallet import Signer
from nosana_chain.wire.accounts import Dated
from nosana_chain.wire.connection import Blockhash

_PLAN: Plan[Receipt] = Plan(instructions=(), checked=False, result=receipt_of)
_IS_VALID: Any = Dated[bool]


class Relay(Execution[Receipt]):
    """One signed transaction on its way. Its own signature is its key in the journal.

    Who pays is told by its simulation: of those who signed it, the one of whom it takes the most NOS. What it takes of
    that one is bounded in the journal, and counts for a budget; and of the fee payer, the fee.

    Raises:
        InputError: a signature is missing.
    """

    def __init__(self, engine: Engine, transaction: VersionedTransaction) -> None:
        _require_complete(transaction)
        signature = str(transaction.signatures[0])
        self._transaction = transaction
        self._payer: Pubkey = engine.signer.address if engine.wallet else transaction.message.account_keys[0]
        request: Request[Receipt] = Request(
            verb="send_signed",
            planner=_planned,
            terms={"signature": signature},
            idempotency_key=signature,
            payer=self._payer,
        )
        super().__init__(engine, request)

    async def run(self) -> Receipt:
        """Send it, or find that it has landed."""
        try:
            return await super().run()
        except AlreadyDoneError:  # these very bytes: they land once, and can be looked at again
            recent = await self._engine.reads.blockhash()
            return receipt_of(await deliver(self._engine, _PLAN, self._lives_by(recent, self._engine.clock())))

    async def _settle_earlier(self, record: Record, earlier: SignedTransaction, account: Signer | None) -> None:  # noqa: ARG002  it makes none
        try:
            landed = await deliver(self._engine, _PLAN, earlier)
        except NosanaError as error:
            await self._note(record.ended(earlier, error))
            raise
        await self._note(record.landed(earlier, landed, None))
        raise record.done()

    async def _prepare(self, plan: Plan[Any], *, nonce: SeenNonce | None = None) -> Prepared[Any]:
        message = self._transaction.message
        known = (await self._engine.reads.status(self._transaction.signatures[0], search_history=True)).status
        fetched_at = self._engine.clock()
        recent = nonce or await (self._engine.reads.blockhash() if known else self._alive())
        simulation = None if known else await simulate(self._engine.connection, self._transaction)
        paid = dict(simulation.funded) if simulation else {}
        fee_payer = message.account_keys[0]
        paid[fee_payer] = Lamports(paid.get(fee_payer, 0) + base_fee(message) + (priority_fee(message) or 0))
        taken = await self._taken(simulation)
        payer = max(taken, key=taken.__getitem__, default=self._payer)
        (await self._record(0)).charge(payer)
        return Prepared(
            plan=plan,
            message=message,  # type: ignore[arg-type]  # of any version: nobody builds on it
            recent=recent,
            fetched_at=fetched_at,
            cost=Cost(deposit=taken.get(payer, NosUnits(0))),
            max_nos=None,
            instructions=(),
            lamports=paid,
        )

    async def _signed(self, prepared: Prepared[Any]) -> SignedTransaction:
        return self._lives_by(prepared.recent, prepared.fetched_at)

    def _lives_by(self, recent: Blockhash | SeenNonce, at: float) -> SignedTransaction:
        return SignedTransaction(self._transaction, lifetime_of(self._engine, recent, at))

    async def _alive(self) -> Blockhash | SeenNonce:
        """What it lives by, as of now. A blockhash that is valid now is over when the newest one is, or sooner."""
        message, connection = self._transaction.message, self._engine.connection
        address = nonce_of(message)
        if address is not None:
            seen = await fetch_seen_nonce(connection, address)
            if seen.nonce.value != message.recent_blockhash:
                raise _too_old(f"its nonce {address} was advanced since")
            return seen
        newest = await connection.fetch_blockhash()
        settings = connection.seen_options()
        answer = await connection.call("isBlockhashValid", str(message.recent_blockhash), settings, answer=_IS_VALID)
        if not answer.value:
            raise _too_old(
                f"{connection.network.name} doesn't know its blockhash: it is older than about a minute, or was made "
                "for another network"
            )
        return newest

    async def _taken(self, simulation: Simulation | None) -> dict[Pubkey, NosUnits]:
        """NOS that it takes of those who signed it, as simulated, by who gives them. Network: 1 call, or none."""
        message, signers = self._transaction.message, signer_addresses(self._transaction.message)
        moved = (*own_transfers(message), *(simulation.called or ())) if simulation else ()
        leaving = [one for one in moved if one.authority in signers and one.source != one.destination]
        seen = await self._engine.reads.accounts(list({one.source for one in leaving})) if leaving else {}
        taken: dict[Pubkey, NosUnits] = {}
        for one in leaving:
            if token_holding(seen[one.source]).mint == self._engine.network.nos_mint:
                taken[one.authority] = NosUnits(taken.get(one.authority, 0) + one.amount)
        return taken


def _planned(_account: Signer | None) -> Planning[Receipt]:
    yield from ()
    return _PLAN


def _require_complete(transaction: VersionedTransaction) -> None:
    if missing := [str(address) for address in missing_from(transaction)]:
        raise InputError(
            f"the transaction lacks the signature of {', '.join(missing)}; nothing was sent: have them `sign` it, and "
            "`combine` the texts",
            missing=tuple(missing),
        )
    if (size := len(bytes(transaction))) > MAX_TRANSACTION_BYTES:
        raise InputError(f"the transaction has {size} bytes and may have {MAX_TRANSACTION_BYTES}", size_bytes=size)


def _too_old(reason: str) -> InputError:
    return InputError(
        f"the transaction can't land: {reason}; nothing was sent here. If nobody else can have sent it, make it anew"
    )
