"""A watch gives events once, with cursors that go on inside a transaction, and takes back what a fork took away."""

import logging
import tracemalloc

import pytest
from harness.feeding import ADDRESS, NothingCameError
from harness.ledger import EndlessLedger, Ledger
from harness.simple_teller import Kind, SimpleTeller, watching

from nosana_chain.engine.following.watch import Watch
from nosana_chain.errors import CursorError, InputError, RpcResponseError, RpcUnreachableError
from nosana_chain.models.event import ChainEvent
from nosana_chain.models.landed_transaction import LandedTransaction


async def all_of(watch: Watch[ChainEvent]) -> list[ChainEvent]:
    events = []
    try:
        async for event in watch:
            events.append(event)  # noqa: PERF401  it ends by an error
    except NothingCameError:
        pass
    return events


def ledger_with(count: int) -> Ledger:
    ledger = Ledger()
    for _ in range(count):
        ledger.add(ADDRESS)
    return ledger


async def test_two_changes_in_one_slot_are_two_events_each() -> None:
    ledger = ledger_with(1)
    async with watching(ledger, SimpleTeller()) as watch:
        new = [ledger.add(ADDRESS), ledger.add(ADDRESS, slots=0)]
        events = await all_of(watch)
    assert [(event.signature, event.place.instruction) for event in events] == [
        (entry.signature, number) for entry in new for number in (0, 1)
    ]
    assert [(event.old, event.new) for event in events] == [(0, 1), (1, 2), (2, 3), (3, 4)]


async def test_every_cursor_goes_on_right_after_its_event() -> None:
    ledger = ledger_with(1)
    async with watching(ledger, SimpleTeller()) as watch:
        for slots in (1, 0, 2, 0, 0):
            ledger.add(ADDRESS, slots=slots)
        start, events = watch.cursor, await all_of(watch)
    for number, cursor in enumerate([start, *(event.cursor for event in events)]):
        async with watching(ledger, SimpleTeller(), since=cursor) as again:
            missed = await all_of(again)
        assert [event.identity for event in missed] == [event.identity for event in events[number:]]
        assert all(event.kind is not Kind.RETRACTED for event in missed)


async def test_a_cursor_of_something_else() -> None:
    ledger = ledger_with(1)
    async with watching(ledger, SimpleTeller()) as watch:
        cursor = watch.cursor
    with pytest.raises(CursorError, match="another watch"):
        async with watching(ledger, SimpleTeller(), since=cursor, followed="other"):
            pass


async def test_what_nobody_asked_for_moves_the_cursor_all_the_same() -> None:
    ledger = ledger_with(1)
    teller = SimpleTeller(wanted=lambda event: event.new == 3)
    async with watching(ledger, teller) as watch:
        for _ in range(5):
            ledger.add(ADDRESS)
        assert [event.new for event in await all_of(watch)] == [3]
        cursor = watch.cursor
    async with watching(ledger, SimpleTeller(), since=cursor) as again:
        assert await all_of(again) == []


async def test_what_a_fork_took_away_is_taken_back_in_reverse() -> None:
    ledger = ledger_with(1)
    teller = SimpleTeller(wanted=lambda event: event.kind is Kind.FIRST)
    async with watching(ledger, teller) as watch:
        kept = ledger.add(ADDRESS)
        lost = [ledger.add(ADDRESS), ledger.add(ADDRESS)]
        told = await all_of(watch)
        ledger.drop(lost[0].slot)
        ledger.slot += 3
        new = ledger.add(ADDRESS)
        events = await all_of(watch)
    assert [(event.kind, event.retracts, event.signature) for event in events] == [
        (Kind.RETRACTED, Kind.FIRST, lost[1].signature),
        (Kind.RETRACTED, Kind.FIRST, lost[0].signature),
        (Kind.FIRST, None, new.signature),
    ]
    assert [event.identity for event in events[:2]] == [event.identity for event in reversed(told[1:])]
    assert (events[1].old, events[1].new) == (told[1].new, told[1].old)
    assert [event.new for event in teller.taken_back] == [6, 5, 4, 3], "those that nobody asked for, too"
    assert events[-1].old == 2
    assert told[0].signature == kept.signature


async def test_a_fork_between_two_processes_is_told(caplog: pytest.LogCaptureFixture) -> None:
    ledger = ledger_with(1)
    async with watching(ledger, SimpleTeller()) as watch:
        lost = ledger.add(ADDRESS)
        [_, last] = await all_of(watch)
    ledger.drop(lost.slot)
    ledger.slot += 2
    new = ledger.add(ADDRESS)
    async with watching(ledger, SimpleTeller(), since=last.cursor) as again:
        events = await all_of(again)
    assert (events[0].kind, events[0].retracts) == (Kind.RETRACTED, None)
    assert events[0].slot < lost.slot
    assert events[-1].signature == new.signature
    assert "was reorganised" in caplog.text


async def test_what_is_final_is_forgotten() -> None:
    ledger = ledger_with(1)
    async with watching(ledger, SimpleTeller()) as watch:
        for _ in range(50):
            ledger.add(ADDRESS)
        for _ in range(100):
            await anext(watch)
        assert len(watch._told) == 50  # noqa: SLF001  memory is the point
        ledger.final = ledger.slot
        for _ in range(2):
            ledger.add(ADDRESS)
            for _ in range(2):
                await anext(watch)
        assert len(watch._told) == 2  # noqa: SLF001


async def test_an_endpoint_that_fails_at_what_events_need_is_asked_again() -> None:
    ledger, teller = ledger_with(1), SimpleTeller()
    async with watching(ledger, teller) as watch:
        ledger.add(ADDRESS)
        teller.fails = [RpcUnreachableError("gone", endpoint="", method="x")] * 2
        assert len(await all_of(watch)) == 2
        assert watch.trouble is None


class LeavingOut(SimpleTeller):
    def read(self, landed: LandedTransaction) -> list[ChainEvent]:
        raise InputError("no inner instructions")


async def test_an_endpoint_that_leaves_out_what_a_transaction_did() -> None:
    ledger = ledger_with(1)
    async with watching(ledger, LeavingOut()) as watch:
        ledger.add(ADDRESS)
        for _ in range(2):
            with pytest.raises(RpcResponseError, match="no event can be told: no inner instructions"):
                await anext(watch)


async def test_without_a_socket_it_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    async with watching(ledger_with(1), SimpleTeller()) as watch:
        assert watch.polling == "the network has no WebSocket endpoint"
    assert caplog.text.count("watching by looking from time to time") == 1


async def test_memory_is_flat_over_many_events() -> None:
    ledger = EndlessLedger(1_000)
    async with watching(ledger, SimpleTeller()) as watch:
        ledger.slot += 2_500
        tracemalloc.start()
        seen: list[int] = []
        try:
            for number in range(5_000):
                event = await anext(watch)
                assert event.slot == 1_001 + number // 2
                if number % 1_000 == 999:
                    seen.append(tracemalloc.get_traced_memory()[0])
        finally:
            tracemalloc.stop()
    assert max(seen[2:]) - min(seen[2:]) < 500_000
