from collections.abc import AsyncIterator

import pytest
from harness.journals.actors import FakeClock
from harness.journals.conformance import JournalRules

from nosana_chain.engine.journal import MemoryJournal


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def journal(clock: FakeClock) -> AsyncIterator[MemoryJournal]:
    async with MemoryJournal(clock=clock) as journal:
        yield journal


class TestMemoryJournal(JournalRules):
    pass
