"""Reading transaction logs: which program failed, and the error that it named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

# Whoever runs a program or an endpoint writes these lines: every piece that is taken has a bound.
_NUMBER = "[0-9]{1,20}"  # what 64 bits take
_NAME = r"\w{1,64}"
_INVOKE = re.compile(rf"Program ({_NAME}) invoke \[{_NUMBER}\]")
_SUCCESS = re.compile(rf"Program ({_NAME}) success")
_FAILED = re.compile(rf"Program ({_NAME}) failed: .*")
_INSTRUCTION = re.compile(rf"Program log: Instruction: ({_NAME})")
# Anchor's forms: an error of its own kind, or a plain one that it reports for an account.
_ERROR = re.compile(
    r"Program log: (?:AnchorError|ProgramError) "
    rf"(?:caused by account: (?P<account>{_NAME})|occurred|thrown in \S+:[0-9]+)\. "
    rf"Error Code: (?P<name>{_NAME})\. Error Number: (?P<number>{_NUMBER})\. Error Message: (?P<text>.*)",
    re.DOTALL,
)
_LAMPORTS = re.compile(rf"Transfer: insufficient lamports (?P<held>{_NUMBER}), need (?P<needed>{_NUMBER})")
_CUT = "Log truncated"  # the runtime's last line, where logs exceed 10,000 bytes
_MAX_TEXT = 500  # characters of a text that is shown; Anchor's own messages are below 120


@dataclass(frozen=True, slots=True)
class NamedError:
    """An error line.

    Attributes:
        name: the error's PascalCase name.
        number: its number, as in `Custom(number)`.
        account: snake_case name of the account that it blames; None where the line blames none.
        text: the program's own explanation.
    """

    name: str
    number: int
    account: str | None
    text: str


@dataclass(slots=True)
class Frame:
    """One call of a program, inside the calls that led to it.

    Attributes:
        program_id: the program, base58.
        caller: the call that made this one; None for an instruction of the transaction itself.
        instruction: PascalCase name of the instruction, once logged.
        error: the last error that this call itself named.
        shortage: (lamports held, lamports needed), where the system program said so.
        line: the line of the log that says most about the failure: the error, the shortage, or that it failed.
    """

    program_id: str
    caller: Frame | None = None
    instruction: str | None = None
    error: NamedError | None = None
    shortage: tuple[int, int] | None = None
    line: str | None = field(default=None, compare=False)

    @property
    def outermost(self) -> Frame:
        """The instruction of the transaction that led here."""
        frame = self
        while frame.caller:
            frame = frame.caller
        return frame


def is_cut(logs: Sequence[str]) -> bool:
    """Whether the runtime left out the rest of the logs."""
    return bool(logs) and logs[-1] == _CUT


def shown(text: str) -> str:
    """A text that somebody else wrote, on one line, fit for a terminal and not too long."""
    cut = text[:_MAX_TEXT]
    plain = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in cut)
    return plain if len(text) == len(cut) else f"{plain}..."


def failed_frame(logs: Iterable[str]) -> Frame | None:
    """The innermost call that failed; None when the logs don't say (nothing ran, or the runtime cut them).

    Only lines of that very call count: what another program of the same transaction logs, and be it an error
    line made to deceive, is not taken for the reason.
    """
    stack: list[Frame] = []
    for line in logs:
        if match := _INVOKE.fullmatch(line):
            stack.append(Frame(match[1], stack[-1] if stack else None))
        elif _FAILED.fullmatch(line):
            return _failed(stack[-1], line) if stack else None
        elif stack and _SUCCESS.fullmatch(line):
            stack.pop()
        elif stack:
            _note(stack[-1], line)
    return None


def _failed(frame: Frame, line: str) -> Frame:
    frame.line = frame.line or shown(line)
    return frame


def _note(frame: Frame, line: str) -> None:
    if match := _INSTRUCTION.fullmatch(line):
        frame.instruction = match[1]
    elif match := _ERROR.fullmatch(line):
        frame.error = NamedError(
            name=match["name"],
            number=int(match["number"]),
            account=match["account"],
            text=shown(match["text"].removesuffix(".")),
        )
        frame.line = shown(line)
    elif match := _LAMPORTS.fullmatch(line):
        frame.shortage = int(match["held"]), int(match["needed"])
        frame.line = shown(line)
