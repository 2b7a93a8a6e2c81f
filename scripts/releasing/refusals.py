"""Why a version can't be released from what is in the folder."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path


def refusals(root: Path, version: str) -> Iterator[str]:
    """Each reason, with the way out; none where it can be released."""
    described = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    if described != version:
        yield f"pyproject.toml has version {described}: write {version} there, or release that"
    if not is_named(version, (root / "CHANGELOG.md").read_text()):
        yield f"CHANGELOG.md has no heading '## {version}': give what is under Unreleased that name, and a date"
    changed = _git(root, "status", "--porcelain").splitlines()
    if changed:
        yield f"{len(changed)} changes aren't committed, such as {changed[0][3:]}: commit or stash them"
    if _git(root, "tag", "--list", f"v{version}"):
        yield f"the tag v{version} is there already: a release is made once"


def is_named(version: str, changelog: str) -> bool:
    """Whether a heading of the changelog is about that version: `## 1.2.3`, with a date or without."""
    return re.search(rf"^## \[?{re.escape(version)}\]?(?:\s|$)", changelog, re.MULTILINE) is not None


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)  # noqa: S603, S607
    return done.stdout
