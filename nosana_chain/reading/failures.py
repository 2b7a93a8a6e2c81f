"""From what a cluster says about a failed transaction to the exception that names it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from solders.signature import Signature

from nosana_chain.bindings.program_errors import program_error_class
from nosana_chain.errors import AddressTakenError, InsufficientFundsError, ProgramError, TransactionFailedError
from nosana_chain.models.explanation import ExplainedInstruction
from nosana_chain.networks import PROGRAM_NAMES, Network
from nosana_chain.reading.error_numbers import errors_with_number
from nosana_chain.reading.explain_instruction import RawInstruction, explain_instruction
from nosana_chain.reading.logs import Frame, failed_frame, is_cut
from nosana_chain.reading.message_accounts import AnyMessage
from nosana_chain.reading.native_programs import NATIVE_PROGRAMS
from nosana_chain.reading.reasons import SENTENCES, SHORTAGES, TAKEN
from nosana_chain.reading.refusals import Refusal, read_refusal

_KINDS = ((InsufficientFundsError, SHORTAGES), (AddressTakenError, TAKEN), (TransactionFailedError, SENTENCES))
_LOGS_SAY = "the logs of this exception say what happened"
_LOGS_CUT = "the runtime cut the logs before they say why"
_NO_LOGS = "the endpoint gave no logs that say why"

_CALLED = ("token", "system")  # what the Nosana programs call; their codes come through unchanged
_OWN_CODES = 100  # where Anchor's codes begin, and above them the programs' own: what is below is of a program called


@dataclass(frozen=True, slots=True)
class _Place:
    """Where it failed, by the logs as far as they tell, else by the transaction itself.

    Attributes:
        program_id: base58; None where nothing tells.
        program: its short name; None for a program without one.
        instruction: PascalCase name.
        frame: the call that failed, by the logs.
    """

    program_id: str | None = None
    program: str | None = None
    instruction: str | None = None
    frame: Frame | None = None

    @property
    def account(self) -> str | None:
        return self.frame.error.account if self.frame and self.frame.error else None


_Verdict = tuple[type[TransactionFailedError], str, str]


def decode_failure(
    error: Any,
    *,
    logs: Sequence[str],
    network: Network,
    signature: Signature | None = None,
    message: AnyMessage | None = None,
) -> TransactionFailedError:
    """The exception for a transaction that failed, to be raised by the caller. Never raises itself.

    Args:
        error: a TransactionError, as JSON-RPC writes it (parsed) or as solders has it.
        logs: the transaction's logs, as far as they are there: without the line that names an error of a program, it
            is told by its number, which two errors may share.
        network: whose program ids the logs show.
        signature: of the transaction, where it is on chain; None where only a simulation failed.
        message: of the transaction: names program and instruction where the logs don't.

    Returns:
        A ProgramError of the class that the log line names, or that alone has the number; InsufficientFundsError;
        AddressTakenError; or TransactionFailedError, with `candidates` where a number has several names.
    """
    refusal = read_refusal(error)
    names = _program_names(network)
    outer = _called(refusal, message, network)
    place = _place(_frame(logs, outer), outer, names)
    kind, reason, sentence = _verdict(refusal, place, names, logs)
    facts = {
        "signature": None if signature is None else str(signature),
        "instruction_index": refusal.instruction_index,
        "logs": tuple(logs),
        "program": place.program,
        "instruction": place.instruction,
        "account": place.account,
    }
    if kind is InsufficientFundsError and place.frame and place.frame.shortage:
        facts["balance"], facts["needed"] = place.frame.shortage
    shared = _sharing(refusal, place) if kind is TransactionFailedError else []
    candidates = {"candidates": tuple(one.name for one in shared)} if len(shared) > 1 else {}
    return kind(_message(sentence, reason, facts, place), reason=reason, **facts, **candidates)


def _called(refusal: Refusal, message: AnyMessage | None, network: Network) -> ExplainedInstruction | None:
    """The instruction of the transaction that failed, as the transaction itself has it."""
    index = refusal.instruction_index
    if message is None or index is None or index >= len(message.instructions):
        return None
    compiled, keys = message.instructions[index], message.account_keys
    if compiled.program_id_index >= len(keys):
        return None
    raw = RawInstruction(program_id=keys[compiled.program_id_index], data=bytes(compiled.data), accounts=())
    return explain_instruction(raw, network=network)


def _frame(logs: Sequence[str], outer: ExplainedInstruction | None) -> Frame | None:
    """The call that failed, if the logs tell it, and are those of this transaction."""
    frame = failed_frame(logs)
    if frame and outer and frame.outermost.program_id != str(outer.program_id):
        return None
    return frame


def _place(frame: Frame | None, outer: ExplainedInstruction | None, names: dict[str, str]) -> _Place:
    if frame is None:
        return _Place(str(outer.program_id), outer.program, outer.name) if outer else _Place()
    acting = _nearest_nosana(frame, names)
    said = outer.name if outer and acting.caller is None else None  # its log line may be left out
    return _Place(acting.program_id, names.get(acting.program_id), acting.instruction or said, frame)


def _verdict(refusal: Refusal, place: _Place, names: dict[str, str], logs: Sequence[str]) -> _Verdict:
    """Class, reason and sentence."""
    frame = place.frame
    program = names.get(frame.program_id) if frame else place.program
    if named := _named_class(refusal, frame, program):
        return named, named.name, named.summary
    if known := _sentence(refusal, [program]):
        return known[0], refusal.reason, known[1] + _shortage(frame)
    if frame and frame.error:
        return TransactionFailedError, frame.error.name, frame.error.text
    return _by_number(refusal, place, _silence(logs, frame))


def _sentence(refusal: Refusal, programs: Sequence[str | None]) -> tuple[type[TransactionFailedError], str] | None:
    """What a user can do about it, if one of the `programs` refused."""
    found = []
    for program in programs:
        keys = [(program, refusal.custom), (program, refusal.reason), refusal.reason]
        for kind, sentences in _KINDS:
            found += [(kind, sentences[key]) for key in keys if key in sentences][:1]
    if not found:
        return None
    same = all(kind is found[0][0] for kind, _ in found)
    return found[0][0] if same else TransactionFailedError, "; or ".join(dict.fromkeys(text for _, text in found))


def _by_number(refusal: Refusal, place: _Place, silence: str) -> _Verdict:
    """What the number says where no log line names the error."""
    if refusal.custom is not None and refusal.custom < _OWN_CODES:
        called = _sentence(refusal, _CALLED) if place.program in PROGRAM_NAMES and not place.frame else None
        return (called[0], refusal.reason, called[1]) if called else (TransactionFailedError, refusal.reason, silence)
    shared = _sharing(refusal, place)
    if len(shared) == 1:
        return shared[0], shared[0].name, shared[0].summary
    told = "; or ".join(f"{kind.name}: {kind.summary}" for kind in shared)
    return (
        TransactionFailedError,
        refusal.reason,
        f"{told}. Which of them, nobody can tell: {silence}" if told else silence,
    )


def _sharing(refusal: Refusal, place: _Place) -> list[type[ProgramError]]:
    """The errors that have the number, of the program where it failed, unless the log names one."""
    frame = place.frame
    own = frame is None or (frame.error is None and frame.program_id == place.program_id)
    if refusal.custom is None or place.program not in PROGRAM_NAMES or not own:
        return []
    return errors_with_number(place.program, refusal.custom)


def _silence(logs: Sequence[str], frame: Frame | None) -> str:
    """Why nothing can be said, without pointing to logs that aren't there."""
    if is_cut(logs) and frame is None:
        return _LOGS_CUT
    return _LOGS_SAY if frame else _NO_LOGS


def _nearest_nosana(failed: Frame, names: dict[str, str]) -> Frame:
    """The innermost call of a Nosana program around the failure: that it was inside a transfer says little."""
    frame: Frame | None = failed
    while frame and names.get(frame.program_id) not in PROGRAM_NAMES:
        frame = frame.caller
    return frame or failed


def _named_class(refusal: Refusal, frame: Frame | None, program: str | None) -> type[ProgramError] | None:
    if frame is None or frame.error is None or frame.error.number != refusal.custom:
        return None
    return program_error_class(program, frame.error.name) if program in PROGRAM_NAMES else None


def _message(sentence: str, reason: str, facts: dict[str, Any], place: _Place) -> str:
    program = place.program or (place.program_id and f"program {place.program_id}")
    where = " ".join(name for name in (program, place.instruction) if name)
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
