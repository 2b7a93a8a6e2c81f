"""Whether a transaction that a node calls settled really did what it was signed for.

A status can be wrong, or of a fork that is gone. Proof is the account that only this transaction makes, or the very
bytes in the cluster's ledger. What is unknown of a proven success is left out of its receipt.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from solders.pubkey import Pubkey

from nosana_chain.engine.build import SignedTransaction
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.plan import Landed, Plan
from nosana_chain.engine.sharing import all_of
from nosana_chain.errors import RpcError, RpcRateLimitError, TransactionFailedError
from nosana_chain.models.landed_transaction import LandedTransaction, Unknown
from nosana_chain.reading.explain_transaction import explained_failure, fits
from nosana_chain.reading.movements import TokenTransfer, landed_transfers
from nosana_chain.reading.receipts import receipt_of
from nosana_chain.units import I64_MAX
from nosana_chain.wire.transactions import fetch_transaction

_LEDGER_LOOKS = 20  # about 15 s: a node's ledger is at times behind its own statuses
_LONGEST_BAN = 8.0  # seconds that facts of a known success are worth waiting for
#: What a node says that keeps no transactions; asking again won't change it (custom_error.rs of the validator).
NO_HISTORY = (-32011, -32601, -32001)


@dataclass(frozen=True, slots=True)
class _Ledger:
    """What the ledger has of a transaction.

    Attributes:
        found: the transaction; None where it isn't there, or isn't these bytes.
        readable: whether the node keeps transactions at all.
    """

    found: LandedTransaction | None
    readable: bool


async def settle(
    engine: Engine, plan: Plan[Any], signed: SignedTransaction, *, slot: int, error: Any
) -> Landed | TransactionFailedError | None:
    """What a settled status comes to.

    Args:
        engine: the cluster.
        plan: what the transaction is for.
        signed: the transaction.
        slot: where the node says that it landed.
        error: why it failed, as the node's status has it; None for a success.

    Returns:
        What landed; the failure; or None where nothing proves either: the chain has to be asked again.

    Network: 2 calls or more.
    """
    ledger, accounts = await all_of(_look_into_ledger(engine, signed), _read_accounts(engine, plan))
    proven = accounts is not None and plan.proof is not None and plan.proof(accounts)
    found = ledger.found
    # an account of a fresh key is this transaction's own doing; one at a derived address may be another's
    proven_by_own = proven and bool(plan.signers)
    if found is not None and found.error is not None and not proven_by_own:
        return _failure(engine, signed, found.error, found)
    succeeded = proven or (found is not None and found.outcome_known and found.error is None)
    if error is not None and not succeeded:
        return None if ledger.readable else _failure(engine, signed, error, None)
    if succeeded or _is_taken_at_its_word(plan, ledger):
        receipt = receipt_of(signed.transaction, slot=max(0, min(slot, I64_MAX)), network=engine.network, landed=found)
        moved = _transfers(found, signed) if found else None
        flat = None if moved is None else tuple(transfer for each in moved for transfer in each)
        return Landed(receipt=receipt, accounts=accounts or {}, transfers=flat, by_instruction=moved)
    return None


def _is_taken_at_its_word(plan: Plan[Any], ledger: _Ledger) -> bool:
    """A node that keeps no transactions, and an action that makes no account: its status is all there is."""
    return plan.proof is None and not ledger.readable


async def _read_accounts(engine: Engine, plan: Plan[Any]) -> dict[Pubkey, Any] | None:
    try:
        return await engine.reads.accounts(plan.reads)
    except RpcError:
        return None


async def _look_into_ledger(engine: Engine, signed: SignedTransaction) -> _Ledger:
    started, readable = engine.clock(), True
    for pause in islice(engine.waiting.pauses(), _LEDGER_LOOKS):
        try:
            found = await fetch_transaction(engine.connection, signed.signature)
        except RpcError as error:
            if error.facts.get("rpc_code") in NO_HISTORY:
                return _Ledger(None, readable=False)
            if isinstance(error, RpcRateLimitError) and (error.facts.get("retry_after_seconds") or 0) > _LONGEST_BAN:
                return _Ledger(None, readable=False)
            readable = False
        else:
            if found is not None and found.raw == signed.raw:
                return _Ledger(found, readable=True)
            readable = True
            if found is not None:  # other bytes under this signature: this node isn't to be believed
                return _Ledger(None, readable=True)
        if engine.clock() - started >= engine.waiting.patience_seconds:
            break
        await engine.sleep(pause)
    return _Ledger(None, readable)


def _failure(
    engine: Engine, signed: SignedTransaction, error: Any, found: LandedTransaction | None
) -> TransactionFailedError:
    return explained_failure(
        error,
        logs=found.logs if found else (),
        network=engine.network,
        transaction=signed.transaction,
        landed=found,
        signature=signed.signature,
    )


def _transfers(found: LandedTransaction, signed: SignedTransaction) -> tuple[tuple[TokenTransfer, ...], ...] | None:
    told = fits(found, signed.transaction) and Unknown.CALLS not in found.unknown
    return landed_transfers(found, signed.transaction) if told else None
