"""The official Nosana packages, for the tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from node_process import node_script
from official import Official


@pytest.fixture(scope="session")
def official() -> Iterator[Official]:
    with node_script(Path(__file__).with_name("official.mjs")) as streams:
        yield Official(*streams)
