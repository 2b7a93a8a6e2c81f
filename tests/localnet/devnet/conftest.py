"""One town for the programs of scripts/devnet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from harness.devnet_town import Town, town_in


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town_in(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(scope="module")
def market(town: Town) -> str:
    """A market of the operator's, opened as a user does."""
    return town.run("operator", "open_market.py", "0.001").split()[1].rstrip(":")
