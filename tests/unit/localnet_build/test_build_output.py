"""Comparing a build with the files at hand, installing it, and the manifest and compiler it names."""

import json
import shutil
from pathlib import Path

import pytest

from nosana_chain.localnet.build.compiler import Compiler
from nosana_chain.localnet.build.errors import BuildError
from nosana_chain.localnet.build.manifest import MANIFEST, write_manifest
from nosana_chain.localnet.build.output import differences, install
from nosana_chain.localnet.build.programs import ARTIFACTS, GENERATED, PROGRAMS_FOLDER, origins

ROOT = Path(__file__).resolve().parents[3]
PROGRAMS_AT_HAND = ROOT / PROGRAMS_FOLDER


@pytest.fixture
def built(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROGRAMS_AT_HAND, tmp_path / "built"))


@pytest.fixture
def installed(tmp_path: Path, built: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "installed"))


def test_another_compiler_than_the_pinned_one_is_refused(tmp_path: Path) -> None:
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text('[dependency-groups]\nprograms = ["ziglang==0.0.0"]\n')
    with pytest.raises(BuildError, match=r"needs ziglang 0\.0\.0, found .+; install the group `programs`"):
        Compiler.pinned_by(pyproject)


@pytest.mark.parametrize("file", [MANIFEST, "nosana_jobs.so", "mainnet/nosana_jobs.so", f"{GENERATED}/anchor_errors.h"])
def test_a_file_that_changed_or_is_gone_is_named(built: Path, installed: Path, file: str) -> None:
    (installed / file).write_bytes(b"something else")
    assert differences(built, installed) == [Path(file)]
    (installed / file).unlink()
    assert differences(built, installed) == [Path(file)]


def test_a_generated_file_that_is_left_over_is_named(built: Path, installed: Path) -> None:
    left_over = f"{GENERATED}/nosana_shop/program.c"
    (installed / left_over).parent.mkdir()
    (installed / left_over).write_text("")
    assert differences(built, installed) == [Path(left_over)]


def test_after_an_install_nothing_differs(built: Path, installed: Path) -> None:
    (built / "nosana_jobs.so").write_bytes(b"another")
    (installed / GENERATED / "left_over.h").write_text("")
    assert install(built, installed) == len(list(built.rglob(f"{GENERATED}/**/*.[ch]"))) + len(ARTIFACTS) + 1
    assert differences(built, installed) == []


def test_the_manifest_describes_the_files_at_hand(built: Path) -> None:
    committed = (PROGRAMS_AT_HAND / MANIFEST).read_text()
    named = json.loads(committed)
    write_manifest(built, origins(), compiler=named["compiler"])
    assert (built / MANIFEST).read_text() == committed
