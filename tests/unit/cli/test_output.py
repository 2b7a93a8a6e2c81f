"""Errors as one line and an exit code; JSON that every reader can read."""

from __future__ import annotations

import json

import pytest
import typer

from nosana_chain.cli.output import Output, json_safe, print_json, run
from nosana_chain.errors import NotFoundError, TransactionFailedError


async def fails() -> None:
    raise NotFoundError("no market at X", address="X", kind="market")


async def refused() -> None:
    error = TransactionFailedError("the chain said no")
    error.explanation = "1. jobs List"
    raise error


async def interrupted() -> None:
    raise KeyboardInterrupt


def test_error_for_people_is_one_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as exit_:
        run(fails(), output=Output.TEXT)
    assert exit_.value.exit_code == 4
    assert capsys.readouterr() == ("", "error: no market at X\n")


def test_error_for_scripts_is_json_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        run(fails(), output=Output.JSON)
    out, err = capsys.readouterr()
    assert out == ""
    assert json.loads(err)["error"] == {
        "code": "not_found",
        "retry": "never",
        "message": "no market at X",
        "address": "X",
        "kind": "market",
    }


def test_a_failed_transaction_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as exit_:
        run(refused(), output=Output.TEXT)
    assert exit_.value.exit_code == 6
    assert capsys.readouterr().err == "error: the chain said no\n\n1. jobs List\n"


def test_interrupt(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as exit_:
        run(interrupted(), output=Output.TEXT)
    assert exit_.value.exit_code == 130
    assert "interrupted" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "safe"), [(2**53 - 1, 2**53 - 1), (2**53, "9007199254740992"), (-(2**64), "-18446744073709551616")]
)
def test_whole_numbers_that_doubles_cannot_hold_become_texts(value: int, safe: int | str) -> None:
    assert json_safe({"a": [value]}) == {"a": [safe]}


def test_true_is_no_number(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"ok": True})
    assert json.loads(capsys.readouterr().out) == {"ok": True}
