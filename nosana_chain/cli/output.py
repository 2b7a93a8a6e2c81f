"""What every command does alike: run its coroutine, print JSON or lines, and end with the right exit code."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Coroutine, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

import typer
from rich.console import Console

from nosana_chain.cli.exit_codes import ExitCode, exit_code_of
from nosana_chain.errors import NosanaError, TransactionFailedError

Result = TypeVar("Result")

#: Beyond this, JSON numbers lose digits in readers that use doubles (RFC 8259, section 6): texts then.
_SAFE_INTEGER = 2**53 - 1


class Output(StrEnum):
    """Who reads the output."""

    TEXT = "text"
    JSON = "json"


def run(command: Coroutine[Any, Any, Result], *, output: Output) -> Result:
    """Run a command to its end; errors become a line on stderr (or a JSON object there) and an exit code.

    A transaction that failed is explained below that line.

    Raises:
        typer.Exit: it failed or was interrupted.
    """
    try:
        return asyncio.run(command)
    except NosanaError as error:
        _print_error(error, output)
        raise typer.Exit(exit_code_of(error)) from None
    except KeyboardInterrupt:
        note("interrupted; what was started here has been stopped")
        raise typer.Exit(ExitCode.INTERRUPTED) from None


def note(text: str) -> None:
    """A line for people about work in progress; on stderr, so that stdout stays machine-readable."""
    print(text, file=sys.stderr, flush=True)


def print_json(value: Mapping[str, Any]) -> None:
    """A result for scripts: one JSON object on stdout, with whole numbers above 2**53-1 as texts."""
    print(json.dumps(json_safe(value), indent=2))


def console() -> Console:
    """Where tables for people go. Outside a terminal they are as wide as they need to be."""
    return Console(width=None if sys.stdout.isatty() else 160, highlight=False)


def json_safe(value: Any) -> Any:
    """`value` with every whole number that doubles can't hold turned into a text."""
    if isinstance(value, Mapping):
        return {str(key): json_safe(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [json_safe(item) for item in value]
    too_large = isinstance(value, int) and abs(value) > _SAFE_INTEGER
    return str(value) if too_large else value


def _print_error(error: NosanaError, output: Output) -> None:
    if output is Output.JSON:
        note(json.dumps(json_safe({"error": error.as_json()})))
    else:
        note(f"error: {error.message}")
        if isinstance(error, TransactionFailedError) and error.explanation:
            note(f"\n{error.explanation}")
