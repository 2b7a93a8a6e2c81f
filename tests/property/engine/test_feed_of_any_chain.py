"""Whatever a chain does, a feed's listener ends up knowing what the chain has: nothing missed, nothing twice."""

import random

from fault.wire import failure
from harness.feeding import ADDRESS, OTHER, Follower, following
from harness.ledger import Ledger
from hypothesis import given, settings
from hypothesis import strategies as st

from nosana_chain.engine.following.feed import Landing

OPS = [
    "add",
    "add",
    "add",
    "other",
    "same slot",
    "failed",
    "final",
    "fork",
    "lag",
    "late",
    "refuse",
    "take",
    "take some",
]


class Life:
    """A chain on which this and that happens, and who follows it."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.ledger = chance, Ledger()
        self.ledger.add(ADDRESS)
        self.ledger.add(OTHER)
        self.ledger.final = self.ledger.slot
        self.late = 0

    def happen(self, what: str) -> None:
        ledger, chance = self.ledger, self.chance
        both = chance.choice([(ADDRESS,), (ADDRESS, OTHER)])
        if what in ("add", "same slot", "failed"):
            slots = 0 if what == "same slot" and ledger.slot > self._seen() else chance.randint(1, 3)
            ledger.add(*both, slots=slots, failed=what == "failed")
        elif what == "other":
            ledger.add(OTHER)
        elif what == "final":
            ledger.final = max(ledger.final, ledger.slot - chance.randint(0, 4))
            slots = {entry.signature: entry.slot for entry in ledger.entries}  # lists are late by less than finality
            ledger.unlisted = {one for one in ledger.unlisted if slots.get(one, 0) > ledger.final}
        elif what == "fork" and ledger.slot > ledger.final:
            ledger.drop(chance.randint(ledger.final + 1, ledger.slot))
            ledger.slot += 1
        elif what == "lag":
            behind = ledger.slot - chance.randint(0, 3)
            ledger.seen = lambda: behind if chance.random() < 0.5 else None
        elif what == "late" and ledger.entries and ledger.entries[-1].slot > ledger.final:
            ledger.unlisted.add(ledger.entries[-1].signature)
            self.late += 1
        elif what == "refuse":
            method = chance.choice(["getSignaturesForAddress", "getTransaction", "getSignatureStatuses", "getSlot"])
            ledger.refusals = {method: failure(-32005)}

    def end_well(self) -> None:
        self.ledger.refusals, self.ledger.unlisted = {}, set()
        self.ledger.seen = lambda: None
        self.ledger.slot += 1

    def _seen(self) -> int:
        return self.ledger.final


async def live(life: Life, follower: Follower, ops: list[str]) -> None:
    for what in ops:
        if what == "take":
            await follower.take()
        elif what == "some":
            follower.feed.bell.ring()
            if len(life.ledger.entries) > len(follower.told) + 2 and not life.ledger.refusals:
                await follower.take()
        else:
            life.happen(what)
    life.end_well()
    await follower.take()


@settings(max_examples=150)
@given(
    st.lists(st.sampled_from(OPS), max_size=40),
    st.integers(0, 2**32),
    st.integers(3, 8),
    st.booleans(),
)
async def test_the_listener_knows_the_chain(ops: list[str], seed: int, page: int, several: bool) -> None:  # noqa: FBT001
    life = Life(random.Random(seed))
    addresses = (ADDRESS, OTHER) if several else (ADDRESS,)
    started = {entry.signature for entry in life.ledger.of(*addresses)}
    async with following(life.ledger, addresses, page=page, waits=6) as follower:
        await live(life, follower, ops)
        there = {str(one.signature): one.slot for one in life.ledger.of(*addresses) if one.signature not in started}
        assert follower.told == there
        if not life.late and not {"fork", "lag"} & set(ops):
            given_slots = [item.listed.slot for item in follower.items if isinstance(item, Landing)]
            assert given_slots == sorted(given_slots)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(OPS[:8]), max_size=30), st.lists(st.sampled_from(OPS[:8]), max_size=30), st.integers())
async def test_two_processes_after_one_another_know_it_too(before: list[str], after: list[str], seed: int) -> None:
    life = Life(random.Random(seed))
    started = {entry.signature for entry in life.ledger.of(ADDRESS)}
    async with following(life.ledger, page=5) as first:
        await live(life, first, before)
        position = first.feed.position
    for what in after:
        life.happen(what)
    async with following(life.ledger, at=position, page=5) as second:
        second.told = dict(first.told)
        await live(life, second, [])
    there = {str(one.signature): one.slot for one in life.ledger.of(ADDRESS) if one.signature not in started}
    assert second.told == there
