"""From a transaction, and what the cluster keeps about it, to an explanation. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from solders.instruction import Instruction
from solders.signature import Signature
from solders.transaction import SanitizeError, VersionedTransaction

from nosana_chain.errors import InputError, TransactionFailedError
from nosana_chain.models.explanation import Address, ExplainedAccount, ExplainedInstruction, Explanation, Movement
from nosana_chain.models.landed_transaction import BalanceChange, LandedTransaction, Unknown
from nosana_chain.networks import Network
from nosana_chain.reading.explain_instruction import RawInstruction, explain_instruction, named_accounts
from nosana_chain.reading.failure_marks import with_failure
from nosana_chain.reading.failures import decode_failure
from nosana_chain.reading.fees import base_fee, charged_fee
from nosana_chain.reading.message_accounts import AccountUse, account_uses
from nosana_chain.units import Lamports, NosUnits, TokenUnits

_FEE_PAYER = "fee payer"


def parse_transaction(raw: bytes) -> VersionedTransaction:
    """The transaction of these bytes, which must be one, whole and consistent.

    Raises:
        InputError: they are not.
    """
    try:
        transaction = VersionedTransaction.from_bytes(raw)
        transaction.sanitize()
    except (ValueError, SanitizeError) as error:
        raise _no_transaction(raw) from error
    if bytes(transaction) != raw:
        raise _no_transaction(raw)
    return transaction


def explain_instructions(instructions: Sequence[Instruction], *, network: Network) -> tuple[ExplainedInstruction, ...]:
    """What instructions say that are in no transaction yet."""
    return tuple(explain_instruction(_raw(instruction), network=network) for instruction in instructions)


def explain_transaction(
    transaction: VersionedTransaction,
    *,
    network: Network,
    landed: LandedTransaction | None = None,
    failure: TransactionFailedError | None = None,
) -> Explanation:
    """What a transaction says, and what it did.

    Args:
        transaction: signed or not.
        network: whose program ids and mint are known.
        landed: what the cluster keeps about it, if that `fits`; None when it is not on chain.
        failure: why it failed, in a simulation or on chain; by default as `landed` has it.
    """
    uses = account_uses(transaction.message, landed.loaded if landed else None)
    failure = failure or _failure_of(landed, transaction, network)
    instructions = _instructions(transaction, uses, network, landed)
    fee = charged_fee(landed, transaction.message) if landed else None
    return Explanation(
        signature=signature_of(transaction),
        slot=landed.slot if landed else None,
        fee=fee,
        priority_fee=None if fee is None else Lamports(max(0, fee - base_fee(transaction.message))),
        compute_units=landed.compute_units if landed else None,
        error=failure,
        instructions=with_failure(instructions, failure) if failure else instructions,
        movements=_movements(landed.changes if landed else (), uses, _named(instructions), network),
        block_time=landed.block_time if landed else None,
        unknown=tuple(sorted(fact.value for fact in landed.unknown)) if landed else (),
    )


def movements_of(
    transaction: VersionedTransaction, *, network: Network, landed: LandedTransaction
) -> tuple[Movement, ...]:
    """What a landed transaction that `fits` did to balances, as its explanation has it; its arguments aren't read."""
    uses = account_uses(transaction.message, landed.loaded)
    named: list[ExplainedAccount] = []
    for outer in transaction.message.instructions:
        used = tuple(uses[index] for index in outer.accounts)
        raw = RawInstruction(program_id=uses[outer.program_id_index].address, data=bytes(outer.data), accounts=used)
        named += named_accounts(raw, network=network)
    return _movements(landed.changes, uses, named, network)


def signature_of(transaction: VersionedTransaction) -> Signature | None:
    """The signature by which a transaction is looked up; None where its place is empty."""
    first = transaction.signatures[0]
    return None if first == Signature.default() else first


def fits(landed: LandedTransaction, transaction: VersionedTransaction) -> bool:
    """Whether the cluster tells of the very accounts that the transaction has: an answer may be cut or made up."""
    accounts = len(account_uses(transaction.message))
    named = [index for call in landed.inner for index in (call.program, *call.accounts)]
    return (
        len(account_uses(transaction.message, landed.loaded)) == accounts
        and (Unknown.BALANCES in landed.unknown or len(landed.changes) == accounts)
        and all(index < accounts for index in named)
    )


def explained_failure(
    error: Any,
    *,
    logs: Sequence[str],
    network: Network,
    transaction: VersionedTransaction,
    landed: LandedTransaction | None = None,
    signature: Signature | None = None,
) -> TransactionFailedError:
    """The exception of `decode_failure`, with the explanation of the transaction that failed."""
    failure = decode_failure(error, logs=logs, network=network, signature=signature, message=transaction.message)
    known = landed if landed and fits(landed, transaction) else None
    failure.explanation = str(explain_transaction(transaction, network=network, landed=known, failure=failure))
    return failure


def _no_transaction(raw: bytes) -> InputError:
    return InputError(
        f"these {len(raw)} bytes are no transaction; give all bytes of one, with its signatures, or its signature",
        size_bytes=len(raw),
    )


def _raw(instruction: Instruction) -> RawInstruction:
    accounts = (AccountUse(meta.pubkey, meta.is_signer, meta.is_writable) for meta in instruction.accounts)
    return RawInstruction(program_id=instruction.program_id, data=bytes(instruction.data), accounts=tuple(accounts))


def _failure_of(
    landed: LandedTransaction | None, transaction: VersionedTransaction, network: Network
) -> TransactionFailedError | None:
    if landed is None or landed.error is None:
        return None
    return decode_failure(
        landed.error,
        logs=landed.logs,
        network=network,
        signature=transaction.signatures[0],
        message=transaction.message,
    )


def _instructions(
    transaction: VersionedTransaction, uses: Sequence[AccountUse], network: Network, landed: LandedTransaction | None
) -> tuple[ExplainedInstruction, ...]:
    nos_accounts = {uses[change.account].address for change in _nos_changes(landed, network)}

    def explained(program: int, data: bytes, accounts: Iterable[int], depth: int) -> ExplainedInstruction:
        used = tuple(uses[index] for index in accounts)
        raw = RawInstruction(program_id=uses[program].address, data=data, accounts=used, depth=depth)
        return explain_instruction(raw, network=network, nos_accounts=nos_accounts)

    inner = landed.inner if landed else ()
    return tuple(
        replace(
            explained(outer.program_id_index, bytes(outer.data), outer.accounts, 0),
            inner=tuple(
                explained(call.program, call.data, call.accounts, call.depth) for call in inner if call.caller == index
            ),
        )
        for index, outer in enumerate(transaction.message.instructions)
    )


def _nos_changes(landed: LandedTransaction | None, network: Network) -> list[BalanceChange]:
    return [change for change in landed.changes if change.mint == network.nos_mint] if landed else []


def _movements(
    changes: Iterable[BalanceChange],
    uses: Sequence[AccountUse],
    named: Iterable[ExplainedAccount],
    network: Network,
) -> tuple[Movement, ...]:
    roles = _roles(uses, named)
    return tuple(
        Movement(
            address=uses[change.account].address,
            roles=tuple(roles.get(uses[change.account].address, ())),
            lamports=change.lamports,
            nos=NosUnits(change.tokens if change.mint == network.nos_mint else 0),
            other_tokens=TokenUnits(0 if change.mint == network.nos_mint else change.tokens),
            mint=change.mint,
        )
        for change in changes
        if change.lamports or change.tokens
    )


def _named(instructions: Iterable[ExplainedInstruction]) -> Iterator[ExplainedAccount]:
    return (account for instruction in instructions for account in instruction.accounts)


def _roles(uses: Sequence[AccountUse], named: Iterable[ExplainedAccount]) -> dict[Address, dict[str, None]]:
    """What the transaction's own instructions call each account, in their order and each name once."""
    roles: dict[Address, dict[str, None]] = {uses[0].address: {_FEE_PAYER: None}}
    for account in named:
        roles.setdefault(account.address, {})[account.role] = None
    return roles
