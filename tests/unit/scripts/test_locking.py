"""The lock of dependencies, their licences, and what is known to be wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from locking.audit import verdict
from locking.licences import licence_of, licence_problems, licences_page, uses_of
from locking.lockfile import lock_problems, locked_versions

ROOT = Path(__file__).parents[3]

LOCKED = locked_versions((ROOT / "requirements-dev.txt").read_text())


def test_all_that_is_asked_for_is_locked_with_hashes() -> None:
    assert list(lock_problems(ROOT, LOCKED)) == []
    text = (ROOT / "requirements-dev.txt").read_text()
    assert text.count("--hash=sha256:") > len(LOCKED) > 60
    assert "://" not in text


def test_what_is_missing_or_too_old_is_told() -> None:
    without = {name: version for name, version in LOCKED.items() if name != "msgspec"} | {"solders": "0.28.0"}
    told = list(lock_problems(ROOT, without))
    assert "msgspec is not in requirements-dev.txt" in told
    assert any(
        line.startswith("requirements-dev.txt has solders 0.28.0, and pyproject.toml asks for ") for line in told
    )
    assert len(told) == 2


def test_the_page_lists_every_package() -> None:
    assert list(licence_problems((ROOT / "docs" / "licences.md").read_text(), LOCKED)) == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("| one | 1.0 | unknown | development |", "the licence of one is unknown"),
        ("| one | 1.0 | GPL-3.0-only | run time |", "one is needed at run time, and its licence is GPL-3.0-only"),
        ("| one | 1.1 | MIT | run time |", "docs/licences.md is not about requirements-dev.txt"),
        ("| one | 1.0 | MIT AND GPL-2.0-only | run time |", "one is needed at run time"),
    ],
)
def test_what_is_wrong_with_a_licence_is_told(row: str, told: str) -> None:
    [problem] = licence_problems(f"{row}\n", {"one": "1.0"})
    assert problem.startswith(told)


@pytest.mark.parametrize(
    "row", ["| one | 1.0 | GPL-3.0-only | development |", "| one | 1.0 | Apache-2.0 OR MIT | run time |"]
)
def test_what_is_well(row: str) -> None:
    assert list(licence_problems(f"{row}\n", {"one": "1.0"})) == []


def test_uses_and_licences_come_from_the_packages_themselves() -> None:
    uses = uses_of(ROOT)
    assert (uses["solders"], uses["psycopg"], uses["httpcore2"]) == ("run time", "extra `postgres`", "run time")
    assert "pytest" not in uses
    assert (licence_of("pytest"), licence_of("no-such-package")) == ("MIT", "unknown")
    assert f"| pytest | {LOCKED['pytest']} | MIT | development |" in licences_page(ROOT, LOCKED)


VULNERABLE = {"name": "one", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}
WELL = {"name": "two", "version": "1.0", "vulns": []}
UNSEEN = {"name": "three", "skip_reason": "not found"}


def test_a_known_vulnerability_fails_and_a_missing_database_does_not() -> None:
    code, lines = verdict({"dependencies": [VULNERABLE, WELL]})
    assert (code, lines[0]) == (1, "one 1.0: PYSEC-1, fixed in 1.1")
    assert verdict({"dependencies": [WELL, UNSEEN]}) == (0, ["no known vulnerability in 1 packages; 1 are not in it"])
    code, [line] = verdict({"dependencies": [UNSEEN]})
    assert (code, line.startswith("audit skipped: ")) == (0, True)
    assert verdict({"dependencies": []})[0] == 0
