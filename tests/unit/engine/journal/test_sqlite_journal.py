from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from harness.journals.actors import FakeClock, opening
from harness.journals.conformance import Again, StoreRules

from nosana_chain.engine.journal import SqliteJournal, StoredJournal


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def again(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Again]:
    async with opening(lambda: SqliteJournal(tmp_path / "journal.sqlite", clock=clock)) as open_one:
        yield open_one


@pytest.fixture
async def journal(again: Again) -> StoredJournal:
    return await again()


class TestSqliteJournal(StoreRules):
    pass
