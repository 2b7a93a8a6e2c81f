from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from harness.journals.actors import FakeClock
from harness.journals.conformance import Again, StoreRules

from nosana_chain.engine.journal import PostgresJournal


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def again(url: str, clock: FakeClock) -> AsyncIterator[Again]:
    async with AsyncExitStack() as opened:

        async def open_again() -> PostgresJournal:
            return await opened.enter_async_context(PostgresJournal(url, clock=clock))

        yield open_again


@pytest.fixture
async def journal(again: Again) -> PostgresJournal:
    journal = await again()
    assert isinstance(journal, PostgresJournal)
    return journal


class TestPostgresJournal(StoreRules):
    pass
