"""What every journal promises, wherever it is kept. A store's test module inherits each class and gives the fixtures.

`clock` is the wall time of the journal; `journal` is one; `again` opens the same one anew, as after a crash.
"""

from collections.abc import Awaitable, Callable

import pytest
from harness.journals.actors import (
    intent,
    lease_of,
    signed,
)
from harness.journals.beginning_rules import BeginRules, BudgetRules, ReservationRules
from harness.journals.lease_rules import CancelRules, LeaseRules, LookingRules
from harness.journals.looks import find
from harness.journals.verdict_rules import RecordRules, VerdictRules

from nosana_chain.engine.journal import (
    Balance,
    StoredJournal,
)
from nosana_chain.engine.keys import Seed
from nosana_chain.errors import (
    JournalError,
    JournalStateError,
    ReservedFundsError,
)

Again = Callable[[], Awaitable[StoredJournal]]


class DurabilityRules:
    async def test_all_is_there_when_it_is_opened_again(self, journal: StoredJournal, again: Again) -> None:
        (begun,) = await journal.begin([intent(held_seed=Seed.random())])
        await journal.record([signed("a", lease_of(begun))])
        before = await find(journal)
        other = await again()
        assert await find(other) == before
        with pytest.raises(JournalStateError):
            await other.record([signed("b", lease_of(begun))])

    async def test_two_open_at_once_see_each_other(self, journal: StoredJournal, again: Again) -> None:
        other, balance = await again(), Balance(nos=2_000, lamports=20)
        await journal.begin([intent("a")], balance=balance)
        await other.begin([intent("b")], balance=balance)
        for each in (journal, other):
            with pytest.raises(ReservedFundsError):
                await each.begin([intent("c")], balance=balance)

    async def test_closed(self, journal: StoredJournal) -> None:
        await journal.begin([intent()])
        await journal.close()
        await journal.close()
        with pytest.raises(JournalError, match="closed"):
            await journal.show("order-1")


class JournalRules(
    BeginRules, ReservationRules, BudgetRules, RecordRules, VerdictRules, LeaseRules, CancelRules, LookingRules
):
    """What all promise."""


class StoreRules(JournalRules, DurabilityRules):
    """What those promise that outlive their process."""
