"""Rules about beginning: one entry a key, and within the balance and the budget."""

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
from harness.journals.looks import begin, find

from nosana_chain.engine.journal import (
    Amount,
    AttemptState,
    Balance,
    Budget,
    Conclusion,
    EntryState,
    Outcome,
    Owner,
    StoredJournal,
)
from nosana_chain.engine.keys import Seed
from nosana_chain.errors import (
    BudgetExceededError,
    InputError,
    ReservedFundsError,
    TermsDifferError,
)


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

    async def test_what_a_wallet_has_another_pay_for_is_reserved_of_the_payer(self, journal: StoredJournal) -> None:
        await journal.begin([intent(wallet=wallet(2), payer=wallet(3))])
        await journal.begin([intent("own", wallet=wallet(2))], balance=Balance(nos=1_000, lamports=10))
        with pytest.raises(ReservedFundsError) as caught:
            await journal.begin([intent(payer=wallet(3))], balance=Balance(nos=1_999, lamports=20))
        assert caught.value.wallet == str(wallet(3))
        found = await journal.pending(scope=SCOPE, wallet=wallet(2))
        assert sorted(str(entry.intent.payer) for entry in found) == sorted([str(wallet(2)), str(wallet(3))])

    async def test_fees_are_reserved_of_who_pays_them(self, journal: StoredJournal) -> None:
        sponsored = {"fee_payer": wallet(3), "fee_lamports": 7}
        await journal.begin([intent("a", wallet=wallet(2), **sponsored)])
        with pytest.raises(ReservedFundsError, match="13 lamports; 7 may be taken") as caught:
            await journal.begin([intent("b", **sponsored)], balance=Balance(fee_lamports=13))
        assert (caught.value.wallet, caught.value.asked, caught.value.reserved) == (str(wallet(3)), 7, 7)
        await journal.begin([intent("b", **sponsored)], balance=Balance(nos=1_000, lamports=10, fee_lamports=14))
        with pytest.raises(ReservedFundsError) as caught:  # its own actions see what it pays for others
            await journal.begin([intent("c", wallet=wallet(3))], balance=Balance(nos=1_000, lamports=23))
        assert (caught.value.asked, caught.value.reserved) == (10, 14)
        await journal.begin([intent("c", wallet=wallet(3))], balance=Balance(nos=1_000, lamports=24))
        with pytest.raises(ReservedFundsError) as caught:  # and the other way round
            await journal.begin([intent("d", **sponsored)], balance=Balance(fee_lamports=30))
        assert caught.value.reserved == 24

    async def test_fees_that_calls_of_the_same_moment_take(self, journal: StoredJournal) -> None:
        fees = {"fee_payer": wallet(3), "fee_lamports": 7}
        asked = [journal.begin([intent(f"{n}", **fees)], balance=Balance(fee_lamports=20)) for n in range(4)]
        given = await asyncio.gather(*asked, return_exceptions=True)
        assert [isinstance(each, ReservedFundsError) for each in given].count(True) == 2

    async def test_fees_of_what_is_over_are_free_again_once_the_balance_has_them(self, journal: StoredJournal) -> None:
        fees = {"fee_payer": wallet(3), "fee_lamports": 7}
        [begun] = await journal.begin([intent(**fees)])
        assert begun.lease is not None
        await journal.record([attempt := signed("a", begun.lease)])
        await journal.conclude([Conclusion(attempt.signature, Outcome.landed(9))])
        with pytest.raises(ReservedFundsError):
            await journal.begin([intent("b", **fees)], balance=Balance(fee_lamports=13, slot=8))
        await journal.begin([intent("b", **fees)], balance=Balance(fee_lamports=7, slot=9))

    async def test_who_pays_the_fee_is_kept_and_is_another_one_if_it_is_begun_again(
        self, journal: StoredJournal
    ) -> None:
        [begun] = await journal.begin([intent(fee_payer=wallet(3), fee_lamports=7)])
        assert (begun.entry.intent.fee_payer, begun.entry.intent.fee_lamports) == (wallet(3), 7)
        assert begun.lease is not None
        await journal.end([begun.lease], reason="not signed")
        [begun] = await journal.begin([intent(fee_payer=wallet(4), fee_lamports=8)])
        found = await journal.pending(scope=SCOPE)
        for entry in (begun.entry, *found):
            assert (entry.intent.fee_payer, entry.intent.fee_lamports) == (wallet(4), 8)
        assert len(found) == 1

    async def test_a_balance_is_of_one_fee_payer(self, journal: StoredJournal) -> None:
        with pytest.raises(InputError, match="one fee payer"):
            await journal.begin([intent("a"), intent("b", fee_payer=wallet(3))], balance=Balance(fee_lamports=10**9))

    async def test_a_budget_is_the_payers(self, journal: StoredJournal) -> None:
        budget = Budget(nos=1_500, per=60)
        await journal.begin([intent(wallet=wallet(2), payer=wallet(3))], budget=budget)
        await journal.begin([intent("order-2", wallet=wallet(2))], budget=budget)
        with pytest.raises(BudgetExceededError):
            await journal.begin([intent("order-3", wallet=wallet(3))], budget=budget)

    async def test_a_balance_is_of_one_payer(self, journal: StoredJournal) -> None:
        with pytest.raises(InputError, match="one payer"):
            await journal.begin([intent(), intent(wallet=wallet(2))], balance=Balance(nos=10**9, lamports=10**9))


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
