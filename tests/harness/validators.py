"""Programs that stand for the official validator, and the real one, where there is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from nosana_chain.errors import MissingDependencyError
from nosana_chain.localnet.agave_binary import NAME, find_validator


def a_program(folder: Path, says: str, *, code: int = 0) -> Path:
    """An executable of the validator's name that answers every call the same."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / NAME
    program.write_text(f"#!/bin/sh\necho '{says}'\nexit {code}\n")
    program.chmod(0o755)
    return program


def _has_agave() -> bool:
    try:
        find_validator()
    except MissingDependencyError:
        return False
    return True


needs_agave = pytest.mark.skipif(not _has_agave(), reason=f"no {NAME} here: scripts/build-validator builds one")
