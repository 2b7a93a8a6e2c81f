"""The package as users get it: built, installed elsewhere, in an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness.projects import sdist, wheel_python


@pytest.fixture(scope="session")
def wheel_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the wheel is, once `installed` has built it."""
    return tmp_path_factory.mktemp("wheel")


@pytest.fixture(scope="session")
def installed(wheel_folder: Path) -> Path:
    """The Python of an environment with the wheel and what it depends on, and nothing else."""
    return wheel_python(wheel_folder)


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution."""
    return sdist(tmp_path_factory.mktemp("sdist"))
