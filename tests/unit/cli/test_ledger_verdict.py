"""A ledger that doesn't balance must end the command with an error, whoever reads the output."""

import json

import click
import pytest

from nosana_chain.cli.demo import conclude
from nosana_chain.testing.ledger import Asset, Column, Sheet
from nosana_chain.testing.story import Told


def told(*, missing: int) -> Told:
    nos = Sheet(
        asset=Asset.NOS,
        before={"builder": 10, "market vault": 0},
        after={"builder": 0, "market vault": 10},
        cells={("builder", Column.ESCROW): -10, ("market vault", Column.ESCROW): 10 - missing},
    )
    return Told(steps=(), nos=nos, sol=Sheet(asset=Asset.SOL, before={}, after={}, cells={}))


def test_one_base_unit_missing_is_an_error_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(click.exceptions.Exit) as exit_:
        conclude(told(missing=1), as_json=False)
    out, err = capsys.readouterr()
    assert exit_.value.exit_code == 1
    assert "THE LEDGER DOES NOT BALANCE" in out
    assert "sums to -1, not 0" in err


def test_one_base_unit_missing_is_an_error_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(click.exceptions.Exit) as exit_:
        conclude(told(missing=1), as_json=True)
    assert exit_.value.exit_code == 1
    assert json.loads(capsys.readouterr().out)["ledger"]["balanced"] is False


def test_a_ledger_that_balances_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    conclude(told(missing=0), as_json=False)
    out, err = capsys.readouterr()
    assert "every column sums to zero" in out
    assert err == ""
