"""Short ways to begin and to find, and the verdicts that rules speak of."""

from harness.journals.actors import SCOPE, intent, lease_of, wallet

from nosana_chain.engine.journal import (
    Entry,
    Lease,
    Outcome,
    StoredJournal,
)

LANDED, FINAL = Outcome.landed(9), Outcome.landed(9, final=True)
FAILED, EXPIRED, GOES_ON = Outcome.failed("no", slot=8), Outcome.expired("late"), Outcome.expired(ends=False)


async def find(journal: StoredJournal, key: str = "order-1") -> Entry:
    entry = await journal.find(scope=SCOPE, wallet=wallet(), verb="post_job", key=key)
    assert entry is not None
    return entry


async def begin(journal: StoredJournal, key: str = "order-1") -> Lease:
    (begun,) = await journal.begin([intent(key)])
    return lease_of(begun)
