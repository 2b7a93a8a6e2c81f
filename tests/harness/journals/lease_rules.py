"""Rules about who acts: leases, cancelled calls, and what is looked up or forgotten."""

import asyncio

import pytest
from harness.journals.actors import (
    OTHER_SCOPE,
    SCOPE,
    START,
    FakeClock,
    intent,
    intents,
    lease_of,
    signed,
    wallet,
)
from harness.journals.looks import EXPIRED, FAILED, FINAL, LANDED, begin, find

from nosana_chain.engine.journal import (
    Conclusion,
    EntryState,
    Lease,
    StoredJournal,
)
from nosana_chain.errors import (
    InProgressError,
    JournalStateError,
)


class LeaseRules:
    async def test_a_lease_is_free_when_its_time_is_over(self, journal: StoredJournal, clock: FakeClock) -> None:
        (begun,) = await journal.begin([intent()], lease_seconds=30)
        assert await journal.claim([begun.entry.id]) == [None]
        clock.seconds += 30
        (lease,) = await journal.claim([begun.entry.id], lease_seconds=10)
        assert lease is not None
        assert lease.until == START + 40
        with pytest.raises(InProgressError):  # it woke up too late
            await journal.record([signed("a", lease_of(begun))])
        await journal.record([signed("b", lease)])

    async def test_begin_takes_over_what_is_free(self, journal: StoredJournal, clock: FakeClock) -> None:
        (first,) = await journal.begin([intent()], lease_seconds=30)
        await journal.record([signed("a", lease_of(first))])
        clock.seconds += 31
        (second,) = await journal.begin([intent()])
        assert second.lease is not None
        assert not second.is_new  # there is an attempt to look after
        assert len(second.entry.live) == 1

    async def test_a_late_holder_that_nobody_replaced_still_holds(
        self, journal: StoredJournal, clock: FakeClock
    ) -> None:
        lease = await begin(journal)
        clock.seconds += 10_000
        await journal.record([signed("a", lease)])

    async def test_renewing(self, journal: StoredJournal, clock: FakeClock) -> None:
        lease = await begin(journal)
        clock.seconds += 100
        (renewed,) = await journal.renew([lease], lease_seconds=120)
        assert renewed is not None
        assert (renewed.until, renewed.token) == (START + 220, lease.token)
        clock.seconds += 119
        assert await journal.claim([lease.entry]) == [None]
        await journal.release([lease])
        assert await journal.renew([lease]) == [None]

    async def test_releasing_frees_it_for_others_and_only_by_its_holder(self, journal: StoredJournal) -> None:
        lease = await begin(journal)
        await journal.release([Lease(lease.entry, lease.until, "another's")])
        assert await journal.claim([lease.entry]) == [None]
        await journal.release([lease])
        (claimed,) = await journal.claim([lease.entry])
        assert claimed is not None

    async def test_one_claim_of_two_gets_it(self, journal: StoredJournal) -> None:
        lease = await begin(journal)
        await journal.release([lease])
        first, second = await journal.claim([lease.entry, lease.entry])
        assert first is not None
        assert second is None

    async def test_what_is_over_or_unknown_can_not_be_claimed(self, journal: StoredJournal) -> None:
        lease = await begin(journal)
        await journal.end([lease], reason="changed my mind")
        assert await journal.claim([lease.entry, "unknown"]) == [None, None]

    async def test_ending(self, journal: StoredJournal) -> None:
        lease = await begin(journal)
        await journal.end([lease], reason="changed my mind")
        entry = await find(journal)
        assert (entry.state, entry.reason, entry.held_until) == (EntryState.VOID, "changed my mind", None)
        with pytest.raises(InProgressError):
            await journal.end([lease], reason="again")

    async def test_what_may_land_can_not_be_ended(self, journal: StoredJournal) -> None:
        lease = await begin(journal)
        await journal.record([signed("a", lease)])
        with pytest.raises(JournalStateError):
            await journal.end([lease], reason="too late")


class CancelRules:
    @pytest.mark.parametrize("steps", [0, 1, 2, 3, 5, 50])
    async def test_a_key_whose_begin_was_cancelled_is_free_to_be_asked_again(
        self, journal: StoredJournal, steps: int
    ) -> None:
        asked = asyncio.create_task(journal.begin([intent()]))
        for _ in range(steps):
            await asyncio.sleep(0)
        if not asked.cancel():
            await journal.release([lease_of(each) for each in await asked])
        await asyncio.gather(asked, return_exceptions=True)
        assert lease_of((await journal.begin([intent()]))[0])
        assert len(await journal.show("order-1")) == 1

    async def test_a_claim_that_was_cancelled_is_given_back(self, journal: StoredJournal) -> None:
        lease = await begin(journal)
        await journal.release([lease])
        asked = asyncio.create_task(journal.claim([lease.entry]))
        await asyncio.sleep(0)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        assert await journal.claim([lease.entry]) != [None]

    async def test_letting_go_needs_no_waiting(self, journal: StoredJournal) -> None:
        lease = await begin(journal)
        await journal.record([signed("a", lease)])
        journal.let_go([lease])
        assert await journal.claim([lease.entry]) != [None]
        await journal.close()
        journal.let_go([lease])

    async def test_what_is_let_go_before_anything_was_sent_is_given_up(self, journal: StoredJournal) -> None:
        lease = await begin(journal)
        journal.let_go([lease])
        assert (await find(journal)).state is EntryState.VOID
        another = await begin(journal)
        journal.let_go([lease])  # lost long ago: it is another's now
        await journal.record([signed("b", another)])

    async def test_a_record_that_was_cancelled_is_kept_or_not_but_never_sent_twice(
        self, journal: StoredJournal
    ) -> None:
        lease = await begin(journal)
        asked = asyncio.create_task(journal.record([signed("a", lease)]))
        await asyncio.sleep(0)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        assert len((await find(journal)).live) == 1
        with pytest.raises(JournalStateError):
            await journal.record([signed("b", lease)])


class LookingRules:
    async def test_pending_is_what_may_change_of_one_network(self, journal: StoredJournal, clock: FakeClock) -> None:
        for number, outcome in enumerate([LANDED, FINAL, FAILED, EXPIRED]):
            await journal.record([attempt := signed(f"{number}", await begin(journal, f"order-{number}"))])
            await journal.conclude([Conclusion(attempt.signature, outcome)])
            clock.seconds += 1
        await journal.begin([intent("open"), intent("theirs", wallet=wallet(2)), intent("else", scope=OTHER_SCOPE)])
        keys = [entry.intent.key for entry in await journal.pending(scope=SCOPE)]
        assert keys == ["order-0", "open", "theirs"]
        assert [entry.intent.key for entry in await journal.pending(scope=SCOPE, wallet=wallet(2))] == ["theirs"]

    async def test_showing_a_key_finds_it_everywhere(self, journal: StoredJournal) -> None:
        await journal.begin([intent(), intent(verb="topup"), intent(scope=OTHER_SCOPE), intent("order-2")])
        assert {(entry.intent.scope, entry.intent.verb) for entry in await journal.show("order-1")} == {
            (SCOPE, "post_job"),
            (SCOPE, "topup"),
            (OTHER_SCOPE, "post_job"),
        }
        assert await journal.find(scope=SCOPE, wallet=wallet(), verb="post_job", key="nobody's") is None

    async def test_only_what_is_over_is_forgotten(self, journal: StoredJournal) -> None:
        leases = [lease_of(each) for each in await journal.begin(intents(3))]
        await journal.record([pack := signed("a", *leases[:2])])
        await journal.conclude([Conclusion(pack.signature, FINAL)])
        with pytest.raises(JournalStateError) as caught:
            await journal.forget([leases[0].entry, leases[2].entry])
        assert caught.value.entry == leases[2].entry
        assert await journal.forget([leases[0].entry, "unknown"]) == 1
        assert await journal.show("order-0") == []
        assert len((await find(journal, "order-1")).attempts) == 1  # the pack's other entry still has it
        assert await journal.forget([leases[1].entry]) == 1
        with pytest.raises(JournalStateError, match="unknown"):
            await journal.conclude([Conclusion(pack.signature, FINAL)])

    async def test_pruning_keeps_what_may_change(self, journal: StoredJournal, clock: FakeClock) -> None:
        leases = [lease_of(each) for each in await journal.begin(intents(3))]
        await journal.record([attempt := signed("a", leases[0])])
        await journal.conclude([Conclusion(attempt.signature, FINAL)])
        await journal.end([leases[1]], reason="no")
        assert await journal.prune(ended_before=START) == 0
        clock.seconds += 100
        assert await journal.prune(ended_before=START + 1) == 2
        assert [entry.id for entry in await journal.pending(scope=SCOPE)] == [leases[2].entry]
