"""Rules about attempts: one live attempt an entry, and verdicts that only proof changes."""

import pytest
from harness.journals.actors import BOUND, SCOPE, START, intent, intents, lease_of, signed, wallet
from harness.journals.looks import EXPIRED, FAILED, FINAL, GOES_ON, LANDED, begin, find

from nosana_chain.engine.journal import (
    Amount,
    AttemptState,
    Conclusion,
    EntryState,
    Lease,
    Lifetime,
    Outcome,
    StoredJournal,
)
from nosana_chain.engine.keys import Seed
from nosana_chain.errors import (
    AmountError,
    InProgressError,
    JournalStateError,
)


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
        assert (entry.spent, entry.slot, entry.reason) == (Amount(lamports=5), 8, "bad [31m")
        assert (entry.attempts[0].slot, entry.attempts[0].reason) == (8, "bad [31m")

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
