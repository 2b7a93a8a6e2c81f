from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from harness.journals.actors import FakeClock
from harness.journals.conformance import Again, StoreRules

from nosana_chain.engine.journal import SqliteJournal


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def again(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Again]:
    async with AsyncExitStack() as opened:

        async def open_again() -> SqliteJournal:
            return await opened.enter_async_context(SqliteJournal(tmp_path / "journal.sqlite", clock=clock))

        yield open_again


@pytest.fixture
async def journal(again: Again) -> SqliteJournal:
    journal = await again()
    assert isinstance(journal, SqliteJournal)
    return journal


class TestSqliteJournal(StoreRules):
    pass
