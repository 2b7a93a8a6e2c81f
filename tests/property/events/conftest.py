"""The landed transactions that all tests of events look at."""

import pytest
from harness.landing import Landing, random_landings

CALLS = 6_000
SEED = 11


@pytest.fixture(scope="session")
def all_landings() -> tuple[Landing, ...]:
    """What landed of the random calls of some lives, of every program, in turns with and without a network fee."""
    return tuple(random_landings(CALLS, SEED))
