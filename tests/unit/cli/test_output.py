"""Every way in which a command ends: one line on stderr, and its exit code; JSON that every reader can read."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from typing import Any

import click
import pytest

from nosana_chain.cli.output import json_line, json_safe
from nosana_chain.cli.running import Voice, begin
from nosana_chain.errors import NotFoundError, OutcomeUnknownError, TransactionFailedError


def raising(error: BaseException) -> Callable[[Voice], Any]:
    def command(_voice: Voice) -> None:
        raise error

    return command


def refused() -> TransactionFailedError:
    error = TransactionFailedError("the chain said no")
    error.explanation = "1. jobs List"
    return error


NOT_THERE = NotFoundError("no market at X", address="X", kind="market")


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (NOT_THERE, 4, "error: no market at X\n"),
        (refused(), 6, "error: the chain said no\n\n1. jobs List\n"),
        (OutcomeUnknownError("nobody knows"), 7, "error: nobody knows\n"),
        (click.UsageError("No such thing. (Did you mean 'this'?)"), 2, "error: no such thing; did you mean 'this'?\n"),
        (KeyboardInterrupt(), 130, "interrupted; what was started here has been stopped\n"),
        (click.Abort(), 130, "interrupted; what was started here has been stopped\n"),
        (OSError(errno.ENOSPC, "No space left"), 1, "error: can't write the result: No space left\n"),
        (OSError(errno.EACCES, "Permission denied", "known.json"), 1, "error: known.json: Permission denied\n"),
        (ValueError("odd"), 1, "error: unexpected ValueError: odd; with --debug it shows where\n"),
        (click.exceptions.Exit(1), 1, ""),
        (click.exceptions.Exit(0), 0, ""),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_every_end_is_a_line_and_a_code(
    error: BaseException, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert begin(raising(error), []) == code
    assert capsys.readouterr() == ("", told)


@pytest.mark.parametrize("arguments", [["--output", "json"], ["--output=jsonl"]], ids=["two arguments", "one argument"])
def test_error_for_scripts_is_json_on_stderr(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    begin(raising(NOT_THERE), arguments)
    out, err = capsys.readouterr()
    assert out == ""
    assert json.loads(err)["error"] == {
        "code": "not_found",
        "retry": "never",
        "message": "no market at X",
        "address": "X",
        "kind": "market",
    }


def test_wrong_usage_for_scripts_is_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert begin(raising(click.UsageError("Odd.")), ["--output", "json"]) == 2
    assert json.loads(capsys.readouterr().err)["error"] == {"code": "usage", "message": "odd"}


def test_the_environment_asks_for_json_and_an_argument_beats_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOSANA_OUTPUT", "json")
    begin(raising(NOT_THERE), [])
    begin(raising(NOT_THERE), ["--output", "table"])
    first, second = capsys.readouterr().err.splitlines()
    assert json.loads(first)["error"]["code"] == "not_found"
    assert second == "error: no market at X"


def test_debug_shows_where(capsys: pytest.CaptureFixture[str]) -> None:
    begin(raising(NOT_THERE), ["--debug"])
    assert "in command" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "safe"), [(2**53 - 1, 2**53 - 1), (2**53, "9007199254740992"), (-(2**64), "-18446744073709551616")]
)
def test_whole_numbers_that_doubles_cannot_hold_become_texts(value: int, safe: int | str) -> None:
    assert json_safe({"a": [value]}) == {"a": [safe]}


def test_true_is_no_number() -> None:
    assert json.loads(json_line({"ok": True})) == {"ok": True}
