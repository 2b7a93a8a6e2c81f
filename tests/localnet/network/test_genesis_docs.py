"""The examples of docs/localnet-genesis.md are code that runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from nosana_chain.localnet import local_wallet
from nosana_chain.localnet.genesis.fee_pool import EMISSION
from nosana_chain.programs.staking.formulas import DURATION_MAX, xnos
from nosana_chain.units import DAY, format_nos, nos

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "localnet-genesis.md").read_text()
BLANK, OWN = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)

EXPECTED = {
    "blank": (BLANK, f"{local_wallet('authority').address} {xnos(nos('1000'), duration=DURATION_MAX)}"),
    "own": (OWN, f"{nos('250')} True"),
}


@pytest.mark.parametrize(("code", "expected"), EXPECTED.values(), ids=EXPECTED)
def test_an_example_runs(code: str, expected: str) -> None:
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == expected


def test_the_emission_is_the_one_that_the_page_tells() -> None:
    a_day, _ = format_nos(EMISSION * DAY).split(".")
    assert f"emits {a_day} NOS a day" in PAGE
