"""The parts of a TransactionError: which instruction, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from solders.transaction_status import (
    InstructionErrorCustom,
    TransactionErrorFieldless,
    TransactionErrorInstructionError,
)

from nosana_chain.reading.logs import shown

_U32_MAX, _U8_MAX = 2**32 - 1, 2**8 - 1  # Custom codes; indices of instructions


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a transaction failed, as the runtime says it.

    Attributes:
        reason: the runtime's name for it, or "Custom(6001)".
        instruction_index: which instruction of the transaction failed; None where none did.
        custom: the code of a program; None for a reason of the runtime.
    """

    reason: str
    instruction_index: int | None = None
    custom: int | None = None


def read_refusal(error: Any) -> Refusal:
    """The parts of a TransactionError, as JSON-RPC writes it (parsed) or as solders has it; whatever it holds."""
    match error:
        case str():
            return Refusal(shown(error))
        case {"InstructionError": [int(index), {"Custom": int(code)}]} if _is_index(index) and 0 <= code <= _U32_MAX:
            return Refusal(f"Custom({code})", index, code)
        case {"InstructionError": [int(index), str(name)]} if _is_index(index):
            return Refusal(shown(name), index)
        case {"InstructionError": [int(index), {**detail}]} if detail and _is_index(index):
            return Refusal(_first(detail), index)
        case {**variant} if variant:
            return Refusal(_first(variant))
    return _read_solders(error)


def _is_index(number: int) -> bool:
    return 0 <= number <= _U8_MAX


def _first(variant: dict[Any, Any]) -> str:
    return shown(str(next(iter(variant))))


def _read_solders(error: Any) -> Refusal:
    match error:
        case TransactionErrorFieldless():
            return Refusal(_variant(error))
        case TransactionErrorInstructionError(index=index, err=InstructionErrorCustom(code=code)):
            return Refusal(f"Custom({code})", index, code)
        case TransactionErrorInstructionError(index=index, err=detail):
            return Refusal(_variant(detail), index)
    return Refusal(type(error).__name__.removeprefix("TransactionError"))


def _variant(error: Any) -> str:
    return str(error).rpartition(".")[2]
