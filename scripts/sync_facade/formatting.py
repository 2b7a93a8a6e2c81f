"""Ruff over what was written, with the project's settings."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_FIRST_PARTY = 'lint.isort.known-first-party=["nosana_chain"]'  # it isn't seen from a folder elsewhere


def format_folder(folder: Path, root: Path) -> None:
    """Drop imports that nothing uses, sort the others, and lay out the lines."""
    settings = ["--config", str(root / "pyproject.toml"), "--config", _FIRST_PARTY, "--no-cache", "--quiet"]
    for command in (["check", "--select", "I,F401", "--fix"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *command, *settings, str(folder)], check=True)  # noqa: S603  our own
