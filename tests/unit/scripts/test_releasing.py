"""What a release refuses. What it builds: tests/localnet/packaging."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from releasing.refusals import is_named, refusals

ROOT = Path(__file__).parents[3]


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    command = [str(shutil.which("git")), *identity, *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Ready to be released as 1.2.0."""
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.0"\n')
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n## 1.2.0 - 2027-01-31\n\n## 1.1.0\n")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "all")
    return tmp_path


def test_what_is_ready_is_not_refused(project: Path) -> None:
    assert list(refusals(project, "1.2.0")) == []


def test_another_version_than_described_and_named(project: Path) -> None:
    told = list(refusals(project, "1.3.0"))
    assert told[0].startswith("pyproject.toml has version 1.2.0")
    assert told[1].startswith("CHANGELOG.md has no heading '## 1.3.0'")
    assert len(told) == 2


def test_changes_that_are_not_committed(project: Path) -> None:
    (project / "new.py").write_text("")
    [told] = refusals(project, "1.2.0")
    assert told.startswith("1 changes aren't committed, such as new.py")


def test_a_tag_that_is_there(project: Path) -> None:
    git(project, "tag", "--annotate", "v1.2.0", "--message", "1.2.0")
    [told] = refusals(project, "1.2.0")
    assert told.startswith("the tag v1.2.0 is there already")


@pytest.mark.parametrize("heading", ["## 1.2.0", "## 1.2.0 - 2027-01-31", "## [1.2.0] - 2027-01-31"])
def test_headings_that_name_a_version(heading: str) -> None:
    assert is_named("1.2.0", f"# Changelog\n\n{heading}\n")


@pytest.mark.parametrize("heading", ["## 1.2.01", "### 1.2.0", "## 1x2.0", "## Unreleased", "text ## 1.2.0"])
def test_headings_that_do_not(heading: str) -> None:
    assert not is_named("1.2.0", f"# Changelog\n\n{heading}\n")


def test_this_state_is_refused_in_lines_that_say_why() -> None:
    told = list(refusals(ROOT, "0.0.0"))
    assert len(told) >= 2
    assert all("\n" not in line and ": " in line for line in told)
