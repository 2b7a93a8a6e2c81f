"""Wheel and sdist: what is in them, and that they work where nothing else is."""

from __future__ import annotations

import json
import subprocess
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from harness.projects import ROOT, plain_environment, wheel_of

pytestmark = pytest.mark.timeout(300)  # the first time, packages are fetched

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
AT_THE_ROOT = {"CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md", "pyproject.toml"}
AT_THE_ROOT |= {".gitignore", "PKG-INFO"}  # which the build backend adds


def run(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The installed command, in an empty folder and with a home of its own but for the cache."""
    command = [str(installed.with_name("nosana-chain")), *arguments]
    home = {**plain_environment(), "XDG_STATE_HOME": str(folder / "state"), "XDG_CONFIG_HOME": str(folder / "config")}
    return subprocess.run(command, cwd=folder, env=home, capture_output=True, text=True, check=False, timeout=100)


def inside(wheel: Path) -> dict[str, int]:
    """Each file of a wheel with its length."""
    with zipfile.ZipFile(wheel) as archive:
        return {one.filename: one.file_size for one in archive.infolist()}


def test_the_command_is_there(installed: Path, tmp_path: Path) -> None:
    ran = run(installed, tmp_path, "--version")
    assert (ran.returncode, VERSION in ran.stdout, ran.stderr) == (0, True, "")


def test_the_example_that_ships_with_it_is_valid(installed: Path, tmp_path: Path) -> None:
    where = "from nosana_chain.job_definition import EXAMPLE_JOB; print(EXAMPLE_JOB, end='')"
    found = subprocess.run(
        [installed, "-c", where], cwd=tmp_path, env=plain_environment(), capture_output=True, text=True, check=True
    )
    assert ".tools" in found.stdout  # of the wheel, not of this source
    ran = run(installed, tmp_path, "job", "check", found.stdout, "--output", "json")
    assert (ran.returncode, json.loads(ran.stdout)["valid"]) == (0, True), ran.stderr


def test_the_demo_balances(installed: Path, tmp_path: Path) -> None:
    ran = run(installed, tmp_path, "demo", "--output", "json")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["ledger"]


def test_a_user_gets_no_more_than_the_package_and_its_types(installed: Path, wheel_folder: Path) -> None:
    [wheel] = wheel_folder.glob("*.whl")
    files = inside(wheel)
    assert {name.split("/")[0] for name in files} == {"nosana_chain", f"nosana_chain-{VERSION}.dist-info"}
    assert {"nosana_chain/py.typed", "nosana_chain/example_job.json"} < set(files)
    assert [name for name in files if name.endswith((".c", ".h")) or "/localnet/build/" in name] == []


def test_the_source_is_whole(installed: Path, source: Path, wheel_folder: Path, tmp_path: Path) -> None:
    """A wheel that is built from it has the same files as one of the repository."""
    with tarfile.open(source) as archive:
        archive.extractall(tmp_path, filter="data")
    [unpacked] = [one for one in tmp_path.iterdir() if one.is_dir()]
    folders = {one.name for one in unpacked.iterdir() if one.is_dir()}
    assert (folders, {one.name for one in unpacked.iterdir()} - folders) == (
        {"nosana_chain", "docs", "idl"},
        AT_THE_ROOT,
    )
    [wheel] = wheel_folder.glob("*.whl")
    assert inside(wheel_of(unpacked, tmp_path / "dist")) == inside(wheel)
