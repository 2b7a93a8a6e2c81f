"""The examples of docs/testing.md, as one project."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from harness.projects import plain_environment

PAGE = Path(__file__).parents[3] / "docs" / "testing.md"
CODES = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
CAROL = """
def test_carol(nosana_client_of):
    assert nosana_client_of("carol").fetch_nos_balance() == 100_000_000
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=plain_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


@pytest.mark.parametrize("where", [[], ["--nosana-inprocess"]])
def test_the_tests_of_the_page_pass(tmp_path: Path, where: list[str]) -> None:
    [settings] = [code for code in CODES if "def nosana_localnet_settings" in code]
    tests = [code for code in CODES if "def test_" in code]
    assert len(tests) == 3
    (tmp_path / "conftest.py").write_text(settings)
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    for number, code in enumerate([*tests, CAROL]):
        (tmp_path / f"test_{number}.py").write_text(code)
    ran = run(tmp_path, "-m", "pytest", "-q", "-W", "error", *where)
    assert "5 passed" in ran.stdout, ran.stdout


def test_the_program_of_the_page_runs(tmp_path: Path) -> None:
    [program] = [code for code in CODES if "asyncio.run(" in code]
    ran = run(tmp_path, "-W", "error", "-c", program)
    assert (ran.stdout, ran.stderr) == ("10000000000\n", "")
