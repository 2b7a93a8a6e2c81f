"""From what a cluster says about a failed transaction to the exception that names it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from solders.signature import Signature
from solders.transaction_status import (
    InstructionErrorCustom,
    TransactionErrorFieldless,
    TransactionErrorInstructionError,
)

from nosana_chain.bindings.program_errors import program_error_class
from nosana_chain.errors import InsufficientFundsError, ProgramError, TransactionFailedError
from nosana_chain.networks import PROGRAM_NAMES, Network
from nosana_chain.reading.logs import Frame, failed_frame
from nosana_chain.reading.native_programs import NATIVE_PROGRAMS

_FUND_SOL = "the account that pays has too little SOL; send SOL to it"
_FUND_TOKENS = "the token account that pays has too few tokens; send tokens to it"

# Reasons that mean: a balance is too low. By the runtime's name, or by (program, Custom code).
_SHORTAGES: dict[str | tuple[str | None, int | str | None], str] = {
    "AccountNotFound": "the fee payer has no SOL at all; send SOL to it",
    "InsufficientFundsForFee": "the fee payer has too little SOL for the fee; send SOL to it",
    "InsufficientFundsForRent": "an account would be left with less SOL than its rent; send SOL to it",
    "InsufficientFunds": _FUND_SOL,
    ("system", 1): _FUND_SOL,
    ("token", 1): _FUND_TOKENS,
}

# All other reasons that a user can do something about. Codes: SystemError and TokenError of those programs.
_SENTENCES: dict[str | tuple[str | None, int | str | None], str] = {
    ("system", 0): "the address of the new account is taken: this was done already, or it needs a fresh key",
    ("token", 3): "the token accounts belong to different mints; pass accounts of the same mint",
    ("token", 4): "the signer is not the owner of the token account; sign with the owner",
    ("token", 14): "the balance would exceed what a token account can hold",
    ("token", 17): "a token account is frozen; use another one",
    ("token", "InvalidAccountData"): "a token account that takes part doesn't exist, or is none; check who has one: "
    "a wallet gets its own with the first tokens that are sent to it",
    "AlreadyProcessed": "this very transaction is on chain already; look it up by its signature",
    "BlockhashNotFound": "the blockhash is too old, or the node is behind; build the transaction again",
    "DuplicateInstruction": "the compute budget is set twice; leave it out, it follows from the fee policy",
    "ComputationalBudgetExceeded": "it needs more compute units than it was given; raise compute_margin_percent",
    "InvalidAccountData": "an account holds something else than the instruction expects; check the addresses",
    "InvalidAccountForFee": "the fee payer can't pay fees; use a plain wallet",
    "InvalidArgument": "an argument or account is not allowed; a payer must be a plain wallet without data",
    "MissingRequiredSignature": "a signature is missing; pass the wallet of that account as a signer",
    "PrivilegeEscalation": "an account is used as writable or as signer without being so; "
    "check that payers are writable and that new keypair accounts sign",
    "ProgramAccountNotFound": "a program is not on this cluster; check the network",
    "ProgramFailedToComplete": "the program stopped itself (an overflow, a division by zero, or a bad value); "
    "check amounts and accounts",
    "SignatureFailure": "a signature is wrong; sign with the right keys",
    "UninitializedAccount": "a token account or mint was never set up; create it first",
    "UnsupportedProgramId": "a program is not on this cluster; check the network",
}
_NO_SENTENCE = "the logs of this exception say what happened"


@dataclass(frozen=True, slots=True)
class _Refusal:
    reason: str
    instruction_index: int | None = None
    custom: int | None = None


def decode_failure(
    error: Any, *, logs: Sequence[str], network: Network, signature: Signature | None = None
) -> TransactionFailedError:
    """The exception for a transaction that failed, to be raised by the caller.

    Args:
        error: a TransactionError, as JSON-RPC writes it (parsed) or as solders has it.
        logs: the transaction's logs; without them no error of a program can be told by name.
        network: whose program ids the logs show.
        signature: of the transaction, where it is on chain; None where only a simulation failed.

    Returns:
        A ProgramError of the class that the log line names, InsufficientFundsError, or TransactionFailedError.
    """
    refusal = _read_error(error)
    failed = failed_frame(logs)
    names = _program_names(network)
    acting = _nearest_nosana(failed, names)
    facts = {
        "signature": None if signature is None else str(signature),
        "instruction_index": refusal.instruction_index,
        "logs": tuple(logs),
        "program": names.get(acting.program_id) if acting else None,
        "instruction": acting.instruction if acting else None,
        "account": failed.error.account if failed and failed.error else None,
    }
    kind, reason, sentence = _verdict(refusal, failed, names.get(failed.program_id) if failed else None)
    return kind(_message(sentence, reason, facts), reason=reason, **facts)


def _verdict(
    refusal: _Refusal, failed: Frame | None, program: str | None
) -> tuple[type[TransactionFailedError], str, str]:
    """Class, reason and sentence, for the call that failed and its program."""
    if named := _named_class(refusal, failed, program):
        return named, named.name, named.summary
    keys = [(program, refusal.custom), (program, refusal.reason), refusal.reason]
    for kind, sentences in ((InsufficientFundsError, _SHORTAGES), (TransactionFailedError, _SENTENCES)):
        for key in keys:
            if key in sentences:
                return kind, refusal.reason, sentences[key] + _shortage(failed)
    if failed and failed.error:
        return TransactionFailedError, failed.error.name, failed.error.text
    return TransactionFailedError, refusal.reason, _NO_SENTENCE


def _nearest_nosana(failed: Frame | None, names: dict[str, str]) -> Frame | None:
    """The innermost call of a Nosana program around the failure: that it was inside a transfer says little."""
    frame = failed
    while frame and names.get(frame.program_id) not in PROGRAM_NAMES:
        frame = frame.caller
    return frame or failed


def _named_class(refusal: _Refusal, frame: Frame | None, program: str | None) -> type[ProgramError] | None:
    if frame is None or frame.error is None or frame.error.number != refusal.custom:
        return None
    return program_error_class(program, frame.error.name) if program in PROGRAM_NAMES else None


def _message(sentence: str, reason: str, facts: dict[str, Any]) -> str:
    where = " ".join(name for name in (facts["program"], facts["instruction"]) if name)
    details = [
        reason,
        facts["account"] and f"account {facts['account']}",
        facts["instruction_index"] is not None and f"instruction {facts['instruction_index']}",
        f"transaction {facts['signature']}" if facts["signature"] else "nothing was sent",
    ]
    return f"{where or 'transaction'}: {sentence} ({', '.join(detail for detail in details if detail)})"


def _shortage(frame: Frame | None) -> str:
    if frame is None or frame.shortage is None:
        return ""
    held, needed = frame.shortage
    return f": it holds {held} lamports and needs {needed}"


def _program_names(network: Network) -> dict[str, str]:
    """Short names of the programs that can fail, by address."""
    nosana = {str(getattr(network.programs, name)): name for name in PROGRAM_NAMES}
    return nosana | {str(address): program.name for address, program in NATIVE_PROGRAMS.items()}


def _read_error(error: Any) -> _Refusal:
    match error:
        case str():
            return _Refusal(error)
        case {"InstructionError": [int(index), {"Custom": int(code)}]}:
            return _Refusal(f"Custom({code})", index, code)
        case {"InstructionError": [int(index), str(name)]}:
            return _Refusal(name, index)
        case {"InstructionError": [int(index), {**detail}]} if detail:
            return _Refusal(str(next(iter(detail))), index)
        case {**variant} if variant:
            return _Refusal(str(next(iter(variant))))
    return _read_solders(error)


def _read_solders(error: Any) -> _Refusal:
    match error:
        case TransactionErrorFieldless():
            return _Refusal(_variant(error))
        case TransactionErrorInstructionError(index=index, err=InstructionErrorCustom(code=code)):
            return _Refusal(f"Custom({code})", index, code)
        case TransactionErrorInstructionError(index=index, err=detail):
            return _Refusal(_variant(detail), index)
    return _Refusal(type(error).__name__.removeprefix("TransactionError"))


def _variant(error: Any) -> str:
    return str(error).rpartition(".")[2]
