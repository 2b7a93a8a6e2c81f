from collections.abc import AsyncIterator

import pytest
from harness.journals.actors import FakeClock, opening
from harness.journals.conformance import Again, StoreRules

from nosana_chain.engine.journal import PostgresJournal, StoredJournal


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def again(url: str, clock: FakeClock) -> AsyncIterator[Again]:
    async with opening(lambda: PostgresJournal(url, clock=clock)) as open_one:
        yield open_one


@pytest.fixture
async def journal(again: Again) -> StoredJournal:
    return await again()


class TestPostgresJournal(StoreRules):
    pass
