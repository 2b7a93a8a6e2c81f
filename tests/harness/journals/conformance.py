"""What every journal promises, wherever it is kept. A store's test module inherits each class and gives the fixtures.

`clock` is the wall time of the journal; `journal` is one; `again` opens the same one anew, as after a crash.
"""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from harness.journals.actors import (
    BOUND,
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

from nosana_chain.engine.journal import (
    Amount,
    AttemptState,
    Balance,
    Budget,
    Conclusion,
    Entry,
    EntryState,
    Lease,
    Lifetime,
    Outcome,
    Owner,
    StoredJournal,
)
from nosana_chain.engine.keys import Seed
from nosana_chain.errors import (
    AmountError,
    BudgetExceededError,
    InProgressError,
    InputError,
    JournalError,
    JournalStateError,
    ReservedFundsError,
    TermsDifferError,
)

Again = Callable[[], Awaitable[StoredJournal]]
RICH = Balance(nos=10**15, lamports=10**15)


async def find(journal: StoredJournal, key: str = "order-1") -> Entry:
    entry = await journal.find(scope=SCOPE, wallet=wallet(), verb="post_job", key=key)
    assert entry is not None
    return entry


async def begin(journal: StoredJournal, key: str = "order-1") -> Lease:
    (begun,) = await journal.begin([intent(key)])
    return lease_of(begun)


class BeginRules:
    async def test_an_intent_is_kept_as_it_was_meant(self, journal: StoredJournal) -> None:
        meant = intent(
            terms={"b": [1, None, True], "a": {"größe": "ø", "n": 2**63}},
            details={"timeout": 3600},
            addresses={"job": wallet(7), "run": wallet(8)},
            random_key=True,
            held_seed=Seed(bytes(range(32))),
        )
        (begun,) = await journal.begin([meant])
        found = await find(journal)
        assert begun.is_new
        assert found == begun.entry
        assert found.intent == meant
        assert found.id == meant.id == lease_of(begun).entry
        assert (found.state, found.created_at, found.attempts) == (EntryState.OPEN, START, ())
        assert found.holder == Owner.here()

    async def test_the_same_key_again_is_the_same_entry(self, journal: StoredJournal) -> None:
        (first,) = await journal.begin([intent()])
        (second,) = await journal.begin([intent(details={"timeout": 1}, bound=Amount(nos=5))])
        assert second.entry == first.entry
        assert (second.lease, second.is_new) == (None, False)

    async def test_two_uses_of_a_key_in_one_call_are_one_entry_with_one_lease(self, journal: StoredJournal) -> None:
        first, second, other = await journal.begin([intent(), intent(), intent("order-2")])
        assert first.entry == second.entry != other.entry
        assert (first.is_new, second.is_new, second.lease) == (True, False, None)
        first, second = await journal.begin([intent("order-3"), intent("order-3")], lease_seconds=0)
        assert (first.is_new, second.lease) == (True, None)

    @pytest.mark.parametrize(
        "changes", [{"scope": OTHER_SCOPE}, {"wallet": wallet(2)}, {"verb": "topup"}, {"key": "order-10"}]
    )
    async def test_another_network_wallet_verb_or_key_is_another_entry(
        self, journal: StoredJournal, changes: dict[str, object]
    ) -> None:
        await journal.begin([intent()])
        (begun,) = await journal.begin([intent(**{"terms": {"other": 1}} | changes)])
        assert begun.is_new

    async def test_other_terms_are_refused_with_both_shown(self, journal: StoredJournal) -> None:
        await journal.begin([intent(terms={"market": "m1", "cid": "Qm1", "gone": 1})])
        with pytest.raises(TermsDifferError) as caught:
            await journal.begin([intent("order-2"), intent(terms={"market": "m2", "cid": "Qm1", "new": None})])
        assert caught.value.recorded == {"gone": 1, "market": "m1"}
        assert caught.value.asked == {"market": "m2", "new": None}
        assert await journal.show("order-2") == []  # all or nothing

    async def test_two_terms_under_one_key_in_one_call_are_refused(self, journal: StoredJournal) -> None:
        with pytest.raises(TermsDifferError):
            await journal.begin([intent(), intent(terms={"market": "m2"})])
        assert await journal.show("order-1") == []

    async def test_a_pack_of_240_is_begun_in_order(self, journal: StoredJournal) -> None:
        begun = await journal.begin(intents(240))
        assert [each.entry.intent.key for each in begun] == [f"order-{number}" for number in range(240)]
        assert [entry.intent.key for entry in await journal.pending(scope=SCOPE)] == [
            f"order-{number}" for number in range(240)
        ]

    async def test_nothing_begun_asks_nothing(self, journal: StoredJournal) -> None:
        assert await journal.begin([]) == []

    async def test_an_entry_that_failed_is_begun_again_with_a_new_bound(
        self, journal: StoredJournal, clock: FakeClock
    ) -> None:
        await journal.record([attempt := signed("a", await begin(journal))])
        await journal.conclude([Conclusion(attempt.signature, Outcome.failed("no", slot=3))])
        clock.seconds += 5
        (begun,) = await journal.begin([intent(bound=Amount(nos=7), addresses={"job": wallet(9)})])
        assert (begun.is_new, begun.entry.state, begun.entry.intent.bound) == (True, EntryState.OPEN, Amount(nos=7))
        assert (begun.entry.created_at, begun.entry.begun_at) == (START, START + 5)
        assert [each.state for each in begun.entry.attempts] == [AttemptState.FAILED]
        assert begun.entry.intent.addresses == {"job": wallet(9)}
        with pytest.raises(TermsDifferError):
            await journal.begin([intent(terms={})])


class ReservationRules:
    async def test_open_intents_reserve_the_balance_to_the_last_unit(self, journal: StoredJournal) -> None:
        balance = Balance(nos=3_000, lamports=30)
        await journal.begin(intents(3), balance=balance)
        with pytest.raises(ReservedFundsError) as caught:
            await journal.begin([intent("more", bound=Amount(nos=1))], balance=balance)
        assert (caught.value.asked, caught.value.reserved, caught.value.balance) == (1, 3_000, 3_000)
        assert (caught.value.unit, caught.value.wallet) == ("NOS base units", str(wallet()))
        with pytest.raises(ReservedFundsError, match="lamports"):
            await journal.begin([intent("more", bound=Amount(lamports=1))], balance=balance)
        await journal.begin(intents(3), balance=balance)  # they are there, and take nothing more

    async def test_what_does_not_fit_together_is_not_begun_at_all(self, journal: StoredJournal) -> None:
        with pytest.raises(ReservedFundsError):
            await journal.begin(intents(4), balance=Balance(nos=3_999, lamports=40))
        assert await journal.pending(scope=SCOPE) == []

    async def test_calls_that_wait_together_see_each_other(self, journal: StoredJournal) -> None:
        balance, budget = Balance(nos=5_000, lamports=25), Budget(nos=3_000, per=60)
        for limits in ({"balance": balance}, {"budget": budget}):
            asked = [journal.begin([intent(f"{number} {[*limits]}")], **limits) for number in range(10)]
            given = await asyncio.gather(*asked, return_exceptions=True)
            refused = [each for each in given if isinstance(each, ReservedFundsError | BudgetExceededError)]
            assert len(given) - len(refused) == (2 if "balance" in limits else 1)  # two are open by then

    async def test_other_wallets_and_networks_reserve_nothing(self, journal: StoredJournal) -> None:
        await journal.begin([intent(wallet=wallet(2)), intent(scope=OTHER_SCOPE)])
        await journal.begin([intent()], balance=Balance(nos=1_000, lamports=10))

    async def test_amounts_of_64_bits_are_summed_exactly(self, journal: StoredJournal) -> None:
        huge = Amount(nos=2**63 - 1, lamports=2**63 - 1)
        await journal.begin([intent("a", bound=huge), intent("b", bound=huge)])
        with pytest.raises(ReservedFundsError) as caught:
            await journal.begin([intent("c", bound=Amount(nos=1))], balance=Balance(nos=5, lamports=5))
        assert caught.value.reserved == 2 * (2**63 - 1)

    @pytest.mark.parametrize("outcome", [Outcome.failed("no", slot=9), Outcome.expired(), Outcome.landed(9)])
    async def test_what_is_over_reserves_nothing(self, journal: StoredJournal, outcome: Outcome) -> None:
        await journal.record([attempt := signed("a", await begin(journal))])
        await journal.conclude([Conclusion(attempt.signature, outcome)])
        await journal.begin([intent("order-2")], balance=Balance(nos=1_000, lamports=10, slot=9))

    async def test_what_landed_after_the_balance_was_read_still_counts(self, journal: StoredJournal) -> None:
        lease = await begin(journal)
        await journal.record([attempt := signed("a", lease)])
        spent = {lease.entry: Amount(nos=400, lamports=7)}
        await journal.conclude([Conclusion(attempt.signature, Outcome.landed(9, spent=spent))])
        with pytest.raises(ReservedFundsError) as caught:
            await journal.begin([intent("order-2")], balance=Balance(nos=1_399, lamports=50, slot=8))
        assert caught.value.reserved == 400

    async def test_a_failed_one_took_its_fee_alone(self, journal: StoredJournal) -> None:
        await journal.record([attempt := signed("a", await begin(journal))])
        await journal.conclude([Conclusion(attempt.signature, Outcome.failed("no", slot=9))])
        await journal.begin([intent("order-2")], balance=Balance(nos=1_000, lamports=20, slot=8))

    async def test_a_balance_is_of_one_wallet(self, journal: StoredJournal) -> None:
        with pytest.raises(InputError, match="one wallet"):
            await journal.begin([intent(), intent(wallet=wallet(2))], balance=RICH)


class BudgetRules:
    async def test_what_is_open_counts(self, journal: StoredJournal) -> None:
        budget = Budget(nos=3_500, per=60)
        await journal.begin(intents(3), budget=budget)
        with pytest.raises(BudgetExceededError) as caught:
            await journal.begin([intent("more")], budget=budget)
        assert (caught.value.asked, caught.value.spent, caught.value.limit) == (1_000, 3_000, 3_500)
        assert caught.value.fits_at == START + 60
        await journal.begin([intent("less", bound=Amount(nos=500))], budget=budget)

    async def test_what_landed_counts_until_it_leaves_the_window(
        self, journal: StoredJournal, clock: FakeClock
    ) -> None:
        budget = Budget(nos=2_500, per=60)
        for key in ("a", "b"):
            lease = await begin(journal, key)
            await journal.record([attempt := signed(key, lease)])
            spent = {lease.entry: Amount(nos=900)}
            await journal.conclude([Conclusion(attempt.signature, Outcome.landed(9, spent=spent))])
            clock.seconds += 10
        with pytest.raises(BudgetExceededError) as caught:
            await journal.begin([intent("c")], budget=budget)
        assert (caught.value.spent, caught.value.fits_at) == (1_800, START + 60)
        clock.seconds = START + 59.5
        with pytest.raises(BudgetExceededError, match=r"fits in 0 s"):
            await journal.begin([intent("c")], budget=budget)
        clock.seconds = START + 60
        await journal.begin([intent("c")], budget=budget)

    async def test_more_than_the_whole_budget_never_fits(self, journal: StoredJournal) -> None:
        with pytest.raises(BudgetExceededError, match="never") as caught:
            await journal.begin([intent()], budget=Budget(nos=999, per=60))
        assert caught.value.fits_at is None

    async def test_what_takes_no_nos_needs_no_budget(self, journal: StoredJournal) -> None:
        await journal.begin([intent()])
        await journal.begin([intent("stop", bound=Amount(lamports=5))], budget=Budget(nos=0, per=60))


class RecordRules:
    async def test_signed_bytes_are_kept_until_they_can_not_land(self, journal: StoredJournal) -> None:
        under_nonce = Lifetime(nonce=wallet(5), nonce_value="value")
        attempt = signed("a", await begin(journal), lifetime=under_nonce, addresses={"run": wallet(8)})
        await journal.record([attempt])
        (recorded,) = (await find(journal)).live
        assert (recorded.signature, recorded.signed_bytes) == (attempt.signature, attempt.signed_bytes)
        assert (recorded.lifetime, recorded.signed_at, recorded.bound) == (under_nonce, START, BOUND)
        assert recorded.addresses == {"run": wallet(8)}
        await journal.conclude([Conclusion(attempt.signature, Outcome.expired())])
        (recorded,) = (await find(journal)).attempts
        assert recorded.signed_bytes is None

    async def test_recording_again_changes_nothing(self, journal: StoredJournal) -> None:
        attempt = signed("a", await begin(journal))
        await journal.record([attempt])
        before = await find(journal)
        await journal.record([attempt])
        assert await find(journal) == before

    async def test_no_second_attempt_while_the_first_may_land(self, journal: StoredJournal) -> None:
        lease = await begin(journal)
        await journal.record([first := signed("a", lease)])
        with pytest.raises(JournalStateError) as caught:
            await journal.record([signed("b", lease)])
        assert caught.value.signature == str(first.signature)
        await journal.conclude([Conclusion(first.signature, Outcome.expired(ends=False))])
        await journal.record([signed("b", lease)])
        assert [each.state for each in (await find(journal)).attempts] == [AttemptState.EXPIRED, AttemptState.LIVE]
        with pytest.raises(JournalStateError):
            await journal.record([first])  # it is over: sending it again would need a look first

    async def test_two_attempts_of_one_entry_in_one_call_are_refused(self, journal: StoredJournal) -> None:
        lease = await begin(journal)
        with pytest.raises(JournalStateError):
            await journal.record([signed("a", lease), signed("b", lease)])
        assert (await find(journal)).attempts == ()

    async def test_an_attempt_stays_within_what_its_entries_reserved(self, journal: StoredJournal) -> None:
        leases = [lease_of(each) for each in await journal.begin(intents(2))]
        for bound in (Amount(nos=2_001), Amount(lamports=21)):
            with pytest.raises(AmountError):
                await journal.record([signed("a", *leases, bound=bound)])
        await journal.record([signed("a", *leases, bound=Amount(nos=2_000, lamports=20))])

    async def test_an_entry_that_is_not_there_has_no_lease(self, journal: StoredJournal) -> None:
        with pytest.raises(InProgressError):
            await journal.record([signed("a", Lease("nowhere", START + 9, "token"))])


LANDED, FINAL = Outcome.landed(9), Outcome.landed(9, final=True)
FAILED, EXPIRED, GOES_ON = Outcome.failed("no", slot=8), Outcome.expired("late"), Outcome.expired(ends=False)


class VerdictRules:
    @pytest.mark.parametrize(
        ("outcomes", "attempt_state", "state"),
        [
            ([], "live", "open"),
            ([LANDED], "landed", "landed"),
            ([LANDED, LANDED], "landed", "landed"),
            ([LANDED, FINAL], "final", "done"),
            ([FINAL], "final", "done"),
            ([FINAL, LANDED], "final", "done"),
            ([FAILED], "failed", "failed"),
            ([FAILED, EXPIRED], "failed", "failed"),
            ([EXPIRED], "expired", "void"),
            ([GOES_ON], "expired", "open"),
            ([Outcome.failed("no", ends=False)], "failed", "open"),
            ([Outcome.unlanded()], "live", "open"),
            ([LANDED, Outcome.unlanded()], "live", "open"),
            ([LANDED, EXPIRED], "expired", "void"),
            ([LANDED, GOES_ON], "expired", "open"),
            ([LANDED, Outcome.unlanded(), LANDED, FINAL], "final", "done"),
            ([EXPIRED, LANDED], "landed", "landed"),  # proof of landing beats all
            ([FAILED, FINAL], "final", "done"),
        ],
    )
    async def test_verdicts(
        self, journal: StoredJournal, outcomes: list[Outcome], attempt_state: str, state: str
    ) -> None:
        await journal.record([attempt := signed("a", await begin(journal))])
        for outcome in outcomes:
            await journal.conclude([Conclusion(attempt.signature, outcome)])
        entry = await find(journal)
        assert (entry.attempts[0].state, entry.state) == (attempt_state, state)
        assert (entry.landed_at is not None) == (state in ("landed", "done"))

    @pytest.mark.parametrize("outcomes", [[FINAL, EXPIRED], [FINAL, Outcome.unlanded()], [EXPIRED, Outcome.unlanded()]])
    async def test_verdicts_that_can_not_be_true(self, journal: StoredJournal, outcomes: list[Outcome]) -> None:
        await journal.record([attempt := signed("a", await begin(journal))])
        with pytest.raises(JournalStateError, match="can't become"):
            await journal.conclude([Conclusion(attempt.signature, outcome) for outcome in outcomes])
        assert (await find(journal)).state is EntryState.OPEN  # all or nothing

    async def test_an_unknown_signature(self, journal: StoredJournal) -> None:
        with pytest.raises(JournalStateError, match="unknown"):
            await journal.conclude([Conclusion(signed("a", Lease("e", 0, "t")).signature, LANDED)])

    async def test_a_verdict_says_what_it_took_and_why(self, journal: StoredJournal) -> None:
        lease = await begin(journal)
        await journal.record([attempt := signed("a", lease)])
        fee = {lease.entry: Amount(lamports=5)}
        await journal.conclude([Conclusion(attempt.signature, Outcome.failed("bad\x1b[31m\n", slot=8, spent=fee))])
        entry = await find(journal)
        assert (entry.spent, entry.slot, entry.reason) == (Amount(lamports=5), 8, "bad [31m ")
        assert (entry.attempts[0].slot, entry.attempts[0].reason) == (8, "bad [31m ")

    async def test_a_pack_lands_whole(self, journal: StoredJournal) -> None:
        begun = await journal.begin(intents(3))
        leases = [lease_of(each) for each in begun]
        await journal.record([attempt := signed("a", *leases, bound=Amount(nos=3_000))])
        spent = {leases[1].entry: Amount(nos=5)}
        await journal.conclude([Conclusion(attempt.signature, Outcome.landed(4, spent=spent))])
        entries = await journal.pending(scope=SCOPE)
        assert [entry.state for entry in entries] == [EntryState.LANDED] * 3
        assert [entry.spent for entry in entries] == [None, Amount(nos=5), None]

    async def test_a_second_landing_is_told_and_counted(self, journal: StoredJournal) -> None:
        lease = await begin(journal)
        await journal.record([first := signed("a", lease)])
        await journal.conclude([Conclusion(first.signature, GOES_ON)])  # a false verdict
        await journal.record([second := signed("b", lease)])
        await journal.conclude([Conclusion(second.signature, LANDED)])
        spent = {lease.entry: Amount(nos=1, lamports=2)}
        await journal.conclude([Conclusion(first.signature, Outcome.landed(9, final=True, spent=spent))])
        entry = await find(journal)
        assert [each.state for each in entry.attempts] == [AttemptState.FINAL, AttemptState.LANDED]
        assert entry.spent == Amount(nos=1_001, lamports=12)

    async def test_a_second_landing_leaves_what_is_done_done(self, journal: StoredJournal) -> None:
        lease = await begin(journal)
        await journal.record([first := signed("a", lease)])
        await journal.conclude([Conclusion(first.signature, GOES_ON)])
        await journal.record([second := signed("b", lease)])
        await journal.conclude([Conclusion(second.signature, FINAL), Conclusion(first.signature, LANDED)])
        assert (await find(journal)).state is EntryState.DONE

    async def test_what_landed_can_be_claimed_for_its_last_look(self, journal: StoredJournal) -> None:
        lease = await begin(journal)
        await journal.record([attempt := signed("a", lease)])
        await journal.conclude([Conclusion(attempt.signature, LANDED)])
        assert await journal.claim([lease.entry]) != [None]
        await journal.conclude([Conclusion(attempt.signature, FINAL)])
        assert await journal.claim([lease.entry]) == [None]

    async def test_another_attempt_that_may_still_land_keeps_it_pending(self, journal: StoredJournal) -> None:
        lease = await begin(journal)
        await journal.record([first := signed("a", lease)])
        await journal.conclude([Conclusion(first.signature, GOES_ON)])
        await journal.record([second := signed("b", lease)])
        await journal.conclude([Conclusion(first.signature, FINAL)])
        assert [each.signature for each in (await journal.pending(scope=SCOPE))[0].live] == [second.signature]
        with pytest.raises(JournalStateError):
            await journal.forget([lease.entry])
        await journal.conclude([Conclusion(second.signature, EXPIRED)])
        assert await journal.pending(scope=SCOPE) == []
        assert (await find(journal)).state is EntryState.DONE

    async def test_a_held_seed_is_erased_once_it_is_final(self, journal: StoredJournal) -> None:
        (begun,) = await journal.begin([intent(held_seed=Seed.random())])
        await journal.record([attempt := signed("a", lease_of(begun))])
        await journal.conclude([Conclusion(attempt.signature, LANDED)])
        assert (await find(journal)).intent.held_seed == begun.entry.intent.held_seed
        await journal.conclude([Conclusion(attempt.signature, FINAL)])
        assert (await find(journal)).intent.held_seed is None


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
        journal.let_go([lease])
        assert await journal.claim([lease.entry]) != [None]
        await journal.close()
        journal.let_go([lease])

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
