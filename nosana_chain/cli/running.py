"""A command line from its first argument to its exit code: every way in which it can end, said in one line."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

import click

from nosana_chain.cli.exit_codes import ExitCode, exit_code_of
from nosana_chain.cli.output import json_line, note
from nosana_chain.errors import NosanaError, TransactionFailedError

_FOR_PROGRAMS = ("json", "jsonl")


@dataclass(slots=True)
class Voice:
    """How this run speaks on stderr.

    Attributes:
        as_json: errors are JSON objects, since a program reads them.
        debug: errors come with their traceback.
        interrupted: what is said of an end by Ctrl-C; nothing where that is how it is meant to end.
    """

    as_json: bool
    debug: bool
    interrupted: str = "interrupted; what was started here has been stopped"

    @classmethod
    def of(cls, arguments: Sequence[str]) -> Voice:
        """As the arguments ask for, before they are understood: they may be what is wrong."""
        joined = " ".join(arguments).replace("=", " ")
        chosen = os.environ.get("NOSANA_OUTPUT", "") if "--output" not in joined else ""
        asked = any(f"--output {kind}" in joined for kind in _FOR_PROGRAMS)
        return cls(as_json=asked or chosen.strip() in _FOR_PROGRAMS, debug="--debug" in arguments)


def begin(carry_out: Callable[[Voice], Any], arguments: Sequence[str]) -> int:
    """Carry a command line out; its exit code."""
    _accept_any_letter()
    voice = Voice.of(arguments)
    try:
        code = carry_out(voice)
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001  every end has its code
        return _ended(error, voice)
    return code if isinstance(code, int) else ExitCode.OK


def _accept_any_letter() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a path may have letters that the terminal doesn't


def _ended(error: BaseException, voice: Voice) -> int:
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    try:
        if isinstance(error, OSError) and error.errno == errno.EPIPE:
            return _reader_left()
        if voice.debug:
            _print_traceback(error)
        return _tell(error, voice)
    except OSError:  # stderr is closed, or full
        _reader_left()
        return ExitCode.UNEXPECTED


def _reader_left() -> int:
    """Whoever read the output has gone, as `head` does: no reason to complain."""
    _drop(sys.stdout, sys.stderr)
    return ExitCode.OK


def _drop(*streams: TextIO) -> None:
    """Let what is buffered go nowhere, without another error at the end of the process."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        try:
            os.dup2(null, stream.fileno())
        except (OSError, ValueError):  # a stream of a test has no number
            continue
    os.close(null)


def _tell(error: BaseException, voice: Voice) -> int:
    code = ExitCode.UNEXPECTED
    match error:
        case NosanaError():
            _print_error(error, voice)
            code = exit_code_of(error)
        case click.exceptions.NoArgsIsHelpError():
            note(error.format_message())
            code = ExitCode.USAGE
        case click.ClickException():
            _print_line(_sentence(error), "usage", voice)
            code = ExitCode.USAGE
        case KeyboardInterrupt() | click.Abort() | EOFError():
            if voice.interrupted:
                note(voice.interrupted)
            code = ExitCode.INTERRUPTED
        case SystemExit():
            return error.code if isinstance(error.code, int) else code
        case OSError():
            _print_line(_told_by_system(error), "system", voice)
        case _:
            message = f"unexpected {type(error).__name__}: {error}; with --debug it shows where"
            _print_line(message, "unexpected", voice)
    return code


def _told_by_system(error: OSError) -> str:
    if error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    if error.errno == errno.ENOSPC:  # of a file with a name it would be told above
        _drop(sys.stdout)
        return f"can't write the result: {error.strerror}"
    return error.strerror or str(error)


def _sentence(error: click.ClickException) -> str:
    """What click says, in one line, as ours are: no capital, and where to look."""
    said = " ".join(error.format_message().split()).rstrip(".")
    for theirs, ours in _WORDS.items():
        said = said.replace(theirs, ours)
    context = getattr(error, "ctx", None)
    where = f"; see: {context.command_path} --help" if context else ""
    return f"{said[:1].lower()}{said[1:]}{where}"


_WORDS = {". Did you mean": "; did you mean", ". (Did you mean": "; did you mean", "?)": "?"}


def _print_error(error: NosanaError, voice: Voice) -> None:
    if voice.as_json:
        note(json_line({"error": error.as_json()}))
        return
    note(f"error: {error.message}")
    if isinstance(error, TransactionFailedError) and error.explanation:
        note(f"\n{error.explanation}")


def _print_line(message: str, code: str, voice: Voice) -> None:
    note(json_line({"error": {"code": code, "message": message}}) if voice.as_json else f"error: {message}")


def _print_traceback(error: BaseException) -> None:
    import traceback  # seldom

    traceback.print_exception(error)  # lines of code alone: no values of variables, which may be secret
