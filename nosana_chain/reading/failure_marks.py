"""Marks on the explained instructions of a transaction that failed: where, whose fault, in which words. Pure."""

from __future__ import annotations

from dataclasses import replace

from nosana_chain.errors import TransactionFailedError
from nosana_chain.models.explanation import ExplainedInstruction
from nosana_chain.reading.logs import Frame, failed_frame


def with_failure(
    instructions: tuple[ExplainedInstruction, ...], failure: TransactionFailedError
) -> tuple[ExplainedInstruction, ...]:
    """The instructions with marks on the one that failed, on what it called, and on the account that was blamed."""
    index = failure.facts.get("instruction_index")
    if index is None:
        return instructions
    return tuple(
        _failed(instruction, failure) if number == index else instruction
        for number, instruction in enumerate(instructions)
    )


def _failed(outer: ExplainedInstruction, failure: TransactionFailedError) -> ExplainedInstruction:
    """`outer` as failed; the reason is put to the call inside it that the log shows, where that is known."""
    frame = failed_frame(failure.logs)
    if frame is None or frame.outermost.program_id != str(outer.program_id):  # no logs of this, or another's
        return replace(outer, failed=True)
    calls = [outer, *outer.inner]
    place = max((at for at, call in enumerate(calls) if _is_call_of(call, frame)), default=0)
    calls[place] = replace(_blamed(calls[place], frame), failed=True, log_line=frame.line)
    return replace(calls[0], failed=True, inner=tuple(calls[1:]))


def _is_call_of(call: ExplainedInstruction, frame: Frame) -> bool:
    return str(call.program_id) == frame.program_id and frame.instruction in (None, call.name)


def _blamed(call: ExplainedInstruction, frame: Frame) -> ExplainedInstruction:
    if frame.error is None or not _is_call_of(call, frame):
        return call
    accounts = (replace(account, blamed=account.role == frame.error.account) for account in call.accounts)
    return replace(call, accounts=tuple(accounts))
