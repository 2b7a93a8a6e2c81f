"""The scripts as a newcomer meets them: without Python, and asking for help."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
VERBS = ["demo", "test", "check", "fmt", "generate-coverage", "generate-sync", "docs", "lock", "audit", "release"]


def _run(verb: str, *arguments: str, path: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    bash = str(shutil.which("bash"))
    command = [bash, str(ROOT / "scripts" / verb), *arguments]
    return subprocess.run(command, env={"PATH": path}, cwd=folder, check=False, capture_output=True, text=True)


@pytest.fixture
def tools(tmp_path: Path) -> str:
    """A PATH with what the scripts need themselves, and a python3 that is too old."""
    for command in ("dirname", "sed"):
        (tmp_path / command).symlink_to(str(shutil.which(command)))
    (tmp_path / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "python3").chmod(0o755)
    return str(tmp_path)


@pytest.mark.parametrize("verb", VERBS)
def test_without_python_one_line_says_what_to_install(tools: str, verb: str, tmp_path: Path) -> None:
    done = _run(verb, path=tools, folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "needs Python 3.11 or later" in done.stderr


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_shows_an_example_and_needs_nothing(tools: str, verb: str, option: str) -> None:
    done = _run(verb, option, path=tools)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Usage: scripts/{verb}" in done.stdout
    assert f"Example: scripts/{verb}" in done.stdout


@pytest.mark.parametrize("file", [*(f"scripts/{verb}" for verb in VERBS), ".ci/run"])
def test_scripts_can_be_started(file: str) -> None:
    assert (ROOT / file).stat().st_mode & 0o111 == 0o111
