"""Any sequence of begin, record, conclude, end and crash: no entry is lost, one entry a key, reservations exact."""

import asyncio
import tempfile
from collections.abc import Awaitable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from harness.journals.actors import SCOPE, FakeClock, intent, signed, wallet
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from nosana_chain.engine.journal import (
    Amount,
    Attempt,
    AttemptState,
    Balance,
    Conclusion,
    EntryState,
    Lease,
    Outcome,
    SqliteJournal,
)
from nosana_chain.errors import InProgressError, JournalStateError, ReservedFundsError

T = TypeVar("T")
BALANCE = Balance(nos=10_000, lamports=1_000, slot=10**6)
KEYS = [f"key-{number}" for number in range(6)]
amounts = st.builds(Amount, nos=st.integers(0, 4_000), lamports=st.integers(0, 400))
OUTCOMES = {
    "landed": Outcome.landed(5),
    "final": Outcome.landed(5, final=True),
    "failed": Outcome.failed("no", slot=4),
    "expired": Outcome.expired(),
    "goes on": Outcome.expired(ends=False),
    "unlanded": Outcome.unlanded(),
}


@dataclass
class Known:
    """What the model knows of an entry."""

    state: EntryState
    bound: Amount
    lease: Lease | None = None
    attempts: dict[str, AttemptState] = field(default_factory=dict)
    live: str | None = None  # the attempt that may land, or has


class JournalLives(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="journal-")
        self.loop = asyncio.new_event_loop()
        self.clock = FakeClock()
        self.known: dict[str, Known] = {}
        self.signatures: dict[str, Attempt] = {}
        self.opened: list[SqliteJournal] = []
        self.open()

    def open(self) -> None:
        self.journal = SqliteJournal(Path(self.folder.name) / "journal.sqlite", clock=self.clock)
        self.opened.append(self.journal)

    def run(self, work: Awaitable[T]) -> T:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        for journal in self.opened:
            self.run(journal.close())
        self.loop.close()
        self.folder.cleanup()

    def reserved(self) -> Amount:
        opened = [each.bound for each in self.known.values() if each.state is EntryState.OPEN]
        return sum(opened, Amount())

    @rule(keys=st.lists(st.sampled_from(KEYS), min_size=1, max_size=4, unique=True), data=st.data())
    def begin(self, keys: list[str], data: st.DataObject) -> None:
        bounds = {key: data.draw(amounts) for key in keys}
        empty = (EntryState.FAILED, EntryState.VOID)
        new = [key for key in keys if key not in self.known or self.known[key].state in empty]
        asked, reserved = sum((bounds[key] for key in new), Amount()), self.reserved()
        wanted = [intent(key, bound=bounds[key]) for key in keys]
        fits = all(
            not getattr(asked, unit) or getattr(asked, unit) + getattr(reserved, unit) <= getattr(BALANCE, unit)
            for unit in ("nos", "lamports")
        )
        try:
            begun = self.run(self.journal.begin(wanted, balance=BALANCE))
        except ReservedFundsError:
            assert not fits
            return
        assert fits
        for key, each in zip(keys, begun, strict=True):
            assert each.is_new == (key in new)
            if each.is_new:
                before = self.known[key].attempts if key in self.known else {}
                self.known[key] = Known(EntryState.OPEN, bounds[key], each.lease, before)
            elif each.lease:
                assert self.known[key].lease is None
                self.known[key].lease = each.lease

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def record(self, data: st.DataObject) -> None:
        keys = data.draw(st.lists(st.sampled_from(sorted(self.known)), min_size=1, max_size=3, unique=True))
        chosen = [self.known[key] for key in keys]
        leases = [each.lease or Lease(intent(key).id, 0, "none") for key, each in zip(keys, chosen, strict=True)]
        attempt = signed(f"{len(self.signatures)}", *leases, bound=Amount())
        allowed = all(each.lease and each.state is EntryState.OPEN and each.live is None for each in chosen)
        try:
            self.run(self.journal.record([attempt]))
        except (InProgressError, JournalStateError):
            assert not allowed
            return
        assert allowed
        name = str(attempt.signature)
        self.signatures[name] = attempt
        for each in chosen:
            each.attempts[name], each.live = AttemptState.LIVE, name

    @precondition(lambda self: self.signatures)
    @rule(data=st.data(), verdict=st.sampled_from(sorted(OUTCOMES)))
    def conclude(self, data: st.DataObject, verdict: str) -> None:
        name, outcome = data.draw(st.sampled_from(sorted(self.signatures))), OUTCOMES[verdict]
        touched = [each for each in self.known.values() if name in each.attempts]
        before = touched[0].attempts[name]
        over = before in (AttemptState.FAILED, AttemptState.EXPIRED)
        possible = not (
            (before is AttemptState.FINAL and not verdict.startswith(("landed", "final")))
            or (over and verdict == "unlanded")
        )
        try:
            self.run(self.journal.conclude([Conclusion(self.signatures[name].signature, outcome)]))
        except JournalStateError:
            assert not possible
            return
        assert possible
        nothing_new = before is AttemptState.FINAL or (over and verdict not in ("landed", "final"))
        if not nothing_new and before is not outcome.state:
            for each in touched:
                self.settle(each, name, outcome)

    def settle(self, each: Known, name: str, outcome: Outcome) -> None:
        each.attempts[name] = outcome.state
        if outcome.state in (AttemptState.LANDED, AttemptState.FINAL):
            final = outcome.state is AttemptState.FINAL or each.state is EntryState.DONE
            each.state, each.live, each.lease = EntryState.DONE if final else EntryState.LANDED, name, None
        elif each.live == name and outcome.state is AttemptState.LIVE:
            each.state = EntryState.OPEN
        elif each.live == name:
            failed = EntryState.FAILED if outcome.state is AttemptState.FAILED else EntryState.VOID
            each.state, each.live = failed if outcome.ends else EntryState.OPEN, None
            each.lease = None if outcome.ends else each.lease

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def end(self, data: st.DataObject) -> None:
        each = self.known[data.draw(st.sampled_from(sorted(self.known)))]
        if each.lease is None:
            return
        try:
            self.run(self.journal.end([each.lease], reason="no"))
        except JournalStateError:
            assert each.live is not None
            return
        assert each.live is None
        each.state, each.lease = EntryState.VOID, None

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        each = self.known[data.draw(st.sampled_from(sorted(self.known)))]
        if each.lease:
            self.run(self.journal.release([each.lease]))
            each.lease = None

    @rule()
    def crash(self) -> None:
        """The next one finds the file as it is: nothing was closed before."""
        self.open()

    @invariant()
    def all_is_as_it_should_be(self) -> None:
        found = {}
        for key in KEYS:
            entries = self.run(self.journal.show(key))
            assert len(entries) == (key in self.known)
            if entries:
                found[key] = entries[0]
        for key, each in self.known.items():
            entry = found[key]
            assert (entry.state, entry.intent.bound) == (each.state, each.bound)
            assert {str(one.signature): one.state for one in entry.attempts} == each.attempts
            assert (entry.held_until is None) == (each.lease is None)
        unsettled = (EntryState.OPEN, EntryState.LANDED)
        expected = {
            key
            for key, each in self.known.items()
            if each.state in unsettled or AttemptState.LIVE in each.attempts.values()
        }
        pending: Any = self.run(self.journal.pending(scope=SCOPE, wallet=wallet()))
        assert {entry.intent.key for entry in pending} == expected


JournalLives.TestCase.settings = settings(
    max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestJournalLives = JournalLives.TestCase
