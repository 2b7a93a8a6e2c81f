"""requirements-dev.txt: made by uv, and held to pyproject.toml without asking anybody."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

#: Groups of pyproject.toml that a developer's environment may have; `lock` itself makes the file.
GROUPS = ("test", "check", "docs", "audit", "release", "programs", "node")

_HEAD = """\
# Exact versions and hashes of all that development may install, for Python 3.11 to 3.14 on Linux and macOS.
# Made by scripts/lock; never edited. CONTRIBUTING.md says how to install it.
"""
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==(\S+)", re.MULTILINE)


def compile_lock(root: Path, target: Path) -> None:
    """Resolve anew. Network: asks the package index.

    Raises:
        subprocess.CalledProcessError: uv failed; it has said why.
    """
    groups = [f"--group={group}" for group in GROUPS]
    options = ["--universal", "--generate-hashes", "--python-version=3.11", "--all-extras", "--no-header", "--upgrade"]
    quiet = ["--quiet", "--system-certs", "--no-emit-index-url", "--no-emit-find-links", "--no-annotate"]
    command = [sys.executable, "-m", "uv", "pip", "compile", *options, *quiet, *groups, "pyproject.toml"]
    done = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603  our own
    target.write_text(_HEAD + done.stdout)


def locked_versions(text: str) -> dict[str, str]:
    """The version of each package, by its normal name."""
    return {canonicalize_name(name): version for name, version in _PIN.findall(text)}


def requirements(root: Path) -> Iterator[Requirement]:
    """All that pyproject.toml names: run time, extras, groups."""
    described = tomllib.loads((root / "pyproject.toml").read_text())
    project, groups = described["project"], described["dependency-groups"]
    for texts in (
        project["dependencies"],
        *project["optional-dependencies"].values(),
        *(groups[one] for one in GROUPS),
    ):
        yield from (Requirement(text) for text in texts)


def lock_problems(root: Path, locked: dict[str, str]) -> Iterator[str]:
    """What pyproject.toml asks for, and the lock doesn't have."""
    for wanted in requirements(root):
        version = locked.get(canonicalize_name(wanted.name))
        if version is None:
            yield f"{wanted.name} is not in requirements-dev.txt"
        elif not wanted.specifier.contains(version, prereleases=True):
            yield f"requirements-dev.txt has {wanted.name} {version}, and pyproject.toml asks for {wanted.specifier}"
