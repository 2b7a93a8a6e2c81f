"""A local network for each module, beside its tests, and a person with a home of his own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.command_line import Home, LocalWorld, local_world


@pytest.fixture(scope="module")
def world() -> Iterator[LocalWorld]:
    with local_world() as running:
        yield running


@pytest.fixture
def home(world: LocalWorld, tmp_path: Path) -> Callable[..., Home]:
    """The home of the wallet called so, set to the local network."""

    def at_home(name: str, **environ: Any) -> Home:
        return Home(tmp_path, world, name, environ)

    return at_home
