"""What a host says a job did: the document that it pins as the job's result. Read leniently, and shown with care."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from nosana_chain.errors import InputError

_ESCAPES = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, and moves of the cursor
    "|(?:\x1b[\\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\\\|\x9c)?"  # OSC: titles, links
    "|\x1b[ -/]*[0-~]"  # all other escape sequences
)
_LINE_ENDS = re.compile("\r\n|\r|\x0b|\x0c|\x85|\u2028|\u2029")
_STREAMS = {1: "stdout", 2: "stderr"}  # of old results
_NANOSECONDS = re.compile(r"(\.\d{6})\d+")
_MILLISECONDS = 1000
_MAX_DIGITS = 14  # of a time in milliseconds


def terminal_text(text: str) -> str:
    """A log's text for a terminal: lines and tabs stay; escape sequences, controls and marks of direction go.

    A container may write what moves the cursor, sets the window's title, or looks like another program's prompt.
    """
    if text.isascii() and text.isprintable():
        return text
    lines = _LINE_ENDS.sub("\n", _ESCAPES.sub("", text))
    return "".join(char for char in lines if char.isprintable() or char in "\n\t" or unicodedata.category(char) == "Zs")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One entry of a log.

    Attributes:
        type: stdin, stdout, stderr, or nodeerr for what the host itself says.
        text: as the container wrote it: it may hold escape sequences. See `shown`.
        timestamp: as the host wrote it: RFC 3339 with nanoseconds, or Unix milliseconds; empty where it wrote none.
    """

    type: str
    text: str
    timestamp: str = ""

    @property
    def shown(self) -> str:
        """The text, fit for a terminal."""
        return terminal_text(self.text)

    @property
    def time(self) -> datetime | None:
        """When it was written (UTC, cut to microseconds); None where that can't be read."""
        try:
            if self.timestamp.isdigit() and len(self.timestamp) <= _MAX_DIGITS:
                return datetime.fromtimestamp(int(self.timestamp) / _MILLISECONDS, UTC)
            return datetime.fromisoformat(_NANOSECONDS.sub(r"\1", self.timestamp)).astimezone(UTC)
        except (ValueError, OverflowError, OSError):
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpState:
    """What one operation did.

    Attributes:
        id: of the operation in the definition.
        group: in which it ran.
        status: success, failed, stopped, running or init; what the host wrote, where that is something else.
        exit_code: of the container; 2 also stands for an error of the host. None while there is none.
        start_ms: Unix time in milliseconds; None where the host doesn't say.
        end_ms: likewise.
        logs: in their order.
        results: what the definition's expressions found, by name: the matches of each.
        errors: of the host, in words.
        is_expired: whether the job's time was over.
        is_stopped: whether the job's owner stopped it.
        is_host_gone: whether the host shut down.
    """

    id: str
    group: str
    status: str
    exit_code: int | None
    start_ms: int | None
    end_ms: int | None
    logs: tuple[LogLine, ...] = field(repr=False)
    results: Mapping[str, tuple[str, ...]]
    errors: tuple[str, ...]
    is_expired: bool
    is_stopped: bool
    is_host_gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowState:
    """What a job did, as its host says.

    Attributes:
        status: success, failed, stopped, …: `failed` stands for an error of the host. An operation whose container
            exits with another code than 0 is a failed operation in a flow that may be a success.
        start_ms: Unix time in milliseconds; None where the host doesn't say.
        end_ms: likewise.
        ops: the operations, in their order. Empty for a confidential job, whose result the host doesn't publish.
        errors: of the host, in words.
        document: all that the host wrote.
    """

    status: str
    start_ms: int | None
    end_ms: int | None
    ops: tuple[OpState, ...]
    errors: tuple[str, ...]
    document: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, content: bytes) -> FlowState:
        """Read a result, of hosts of any age. What is missing or odd in it is left out.

        Raises:
            InputError: it is no JSON object.
        """
        try:
            document = msgspec.json.decode(content)
        except (msgspec.DecodeError, RecursionError, ValueError) as error:
            raise InputError(f"the result is not JSON: {str(error)[:100]}") from None
        if not isinstance(document, dict):
            raise InputError("the result is not a JSON object")
        return cls.of(document)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> FlowState:
        """The same, of a document that is read already."""
        states = document.get("opStates")
        if isinstance(states, list):
            ops = tuple(_op(state) for state in states if isinstance(state, dict))
        else:
            ops = tuple(_old_ops(document.get("results")))
        return cls(
            status=_text(document.get("status")),
            start_ms=_whole(document.get("startTime")),
            end_ms=_whole(document.get("endTime")),
            ops=ops,
            errors=_errors(document),
            document=document,
        )

    @property
    def is_success(self) -> bool:
        """Whether the flow and each of its operations succeeded."""
        return self.status == "success" and all(op.status == "success" and not op.exit_code for op in self.ops)

    def logs(self) -> Iterator[tuple[str, LogLine]]:
        """Each entry of the logs with its operation's id, one operation after the other."""
        for op in self.ops:
            for line in op.logs:
                yield op.id, line

    def log_text(self, op_id: str | None = None) -> str:
        """The logs as one text that is fit for a terminal, of one operation or of all, in their order."""
        shown = [line.shown for name, line in self.logs() if op_id in (None, name)]
        return "".join(text if text.endswith("\n") else text + "\n" for text in shown)


def _op(state: Mapping[str, Any]) -> OpState:
    reason = _object(_object(state.get("diagnostics")).get("reason"))
    return OpState(
        id=_text(state.get("operationId")),
        group=_text(state.get("group")),
        status=_text(state.get("status")),
        exit_code=_whole(state.get("exitCode")),
        start_ms=_whole(state.get("startTime")),
        end_ms=_whole(state.get("endTime")),
        logs=tuple(_log(entry) for entry in _list(state.get("logs")) if isinstance(entry, dict)),
        results={name: _found(value) for name, value in _object(state.get("results")).items()},
        errors=_errors(state),
        is_expired=reason.get("jobExpired") is True,
        is_stopped=reason.get("jobStopped") is True,
        is_host_gone=reason.get("hostShutDown") is True,
    )


def _log(entry: Mapping[str, Any]) -> LogLine:
    return LogLine(type=_text(entry.get("type")), text=_text(entry.get("log")), timestamp=_text(entry.get("timestamp")))


def _found(value: Any) -> tuple[str, ...]:
    """A list of matches; one text where the expression is a bad one."""
    return tuple(map(_text, value)) if isinstance(value, list) else (_text(value),)


def _errors(state: Mapping[str, Any]) -> tuple[str, ...]:
    told = [*_list(state.get("errors")), state.get("error")]
    return tuple(_text(each.get("message", each) if isinstance(each, dict) else each) for each in told if each)


def _old_ops(results: Any) -> Iterator[OpState]:
    """Before opStates: {operation: [status, steps]}, each step with a `log` of texts or of [stream, text]."""
    for name, told in _object(results).items():
        status, steps = (*_list(told), None, None)[:2]
        lines = [entry for step in _list(steps) for entry in _list(_object(step).get("log"))]
        yield OpState(
            id=_text(name),
            group=_text(name),
            status=_text(status),
            exit_code=None,
            start_ms=None,
            end_ms=None,
            logs=tuple(map(_old_log, lines)),
            results={},
            errors=(),
            is_expired=False,
            is_stopped=False,
            is_host_gone=False,
        )


def _old_log(entry: Any) -> LogLine:
    stream, text = entry[:2] if isinstance(entry, list) and len(entry) > 1 else (1, entry)
    return LogLine(type=_STREAMS.get(stream, "stdout") if isinstance(stream, int) else "stdout", text=_text(text))


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else msgspec.json.encode(value).decode()


def _whole(value: Any) -> int | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return int(value) if is_number and abs(value) < 2**63 else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
