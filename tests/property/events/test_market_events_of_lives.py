"""What market events tell of random lives is what the markets hold after each call, their queues above all."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from harness.landing import Landing, read_in
from model.states import kind_of
from solders.pubkey import Pubkey

from nosana_chain.models.market import Market
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.jobs.events import job_events
from nosana_chain.programs.jobs.market_events import MarketEvent, MarketEventKind, market_events
from nosana_chain.programs.jobs.queue_fold import market_after, with_place

KINDS = set(MarketEventKind) - {MarketEventKind.RETRACTED}
COMMON = {MarketEventKind.OPENED, MarketEventKind.UPDATED, MarketEventKind.JOB_QUEUED, MarketEventKind.HOST_JOINED}
STORED_QUEUE_KINDS = {0, 1, 255}
JOINS = {MarketEventKind.JOB_QUEUED, MarketEventKind.HOST_JOINED}


@pytest.fixture(scope="module")
def landings(all_landings: Sequence[Landing]) -> list[Landing]:
    return [one for one in all_landings if one.program == "nosana_jobs" and not _has_an_odd_queue(one)]


def test_every_kind_comes_up(landings: list[Landing]) -> None:
    assert {event.kind for landing in landings for event in _events(landing)} == KINDS


def test_the_market_after_each_event_is_the_one_on_chain(landings: list[Landing]) -> None:
    for landing in landings:
        for event in _events(landing):
            new = market_after(read_in(landing.before, event.address, Market), event)
            assert new == read_in(landing.after, event.address, Market), landing.name


def test_markets_that_were_opened_are_known_without_being_read(landings: list[Landing]) -> None:
    known: dict[tuple[int, Pubkey | None], Market] = {}
    told: Counter[MarketEventKind] = Counter()
    for landing in landings:
        for event in _events(landing) if landing.lasts else ():
            at = id(landing.life), event.address
            new = market_after(known.pop(at, None), event)
            if new is not None:
                assert new == read_in(landing.after, event.address, Market), landing.name
                known[at], told[event.kind] = new, told[event.kind] + 1
    assert set(told) >= COMMON


def test_each_changed_market_has_its_event(landings: list[Landing]) -> None:
    for landing in landings:
        changed = {at for at, old, new in landing.changed() if "Market" in (kind_of(old), kind_of(new))}
        assert changed <= {event.address for event in _events(landing)}, landing.name


def test_places_are_those_in_the_queue(landings: list[Landing]) -> None:
    seen: set[MarketEventKind] = set()
    for landing in landings:
        for event in _events(landing):
            before, after = (read_in(state, event.address, Market) for state in (landing.before, landing.after))
            placed = with_place(event, before)
            if placed.position is None:
                assert before is None or after is None or before.queue == after.queue, landing.name
                continue
            assert before is not None
            assert after is not None
            longer = after if event.kind in JOINS else before
            assert longer.queue[placed.position] in (placed.job, placed.host), landing.name
            seen.add(event.kind)
    assert seen == KINDS - {MarketEventKind.OPENED, MarketEventKind.UPDATED, MarketEventKind.CLOSED}


def test_a_taken_key_is_the_one_that_the_run_account_names(landings: list[Landing]) -> None:
    for landing in landings:
        for event in _events(landing):
            placed = with_place(event, read_in(landing.before, event.address, Market))
            if event.run is not None:
                run = landing.after[event.run].data
                assert (bytes(placed.job or b""), bytes(placed.host or b"")) == (run[8:40], run[40:72]), landing.name


def test_a_market_that_cannot_have_been_the_one_before_is_not_led_on(landings: list[Landing]) -> None:
    leaving = [
        (event, before)
        for landing in landings
        for event in _events(landing)
        if event.kind in (MarketEventKind.JOB_DELISTED, MarketEventKind.HOST_LEFT)
        and (before := read_in(landing.before, event.address, Market))
    ]
    assert leaving
    for event, before in leaving:
        assert market_after(replace(before, queue=()), event) is None
        assert market_after(None, event) is None


def test_jobs_and_markets_tell_of_the_same_runs(landings: list[Landing]) -> None:
    for landing in landings:
        started = {event.run for event in job_events(landing.landed, network=LOCALNET) if event.kind == "started"}
        assert started == {event.run for event in _events(landing) if event.run}, landing.name


def _has_an_odd_queue(landing: Landing) -> bool:
    """A damaged market may have a kind of queue that no program writes: `Market` doesn't tell which."""
    markets = [account for account in landing.before.values() if kind_of(account) == "Market"]
    return any(account.data[146] not in STORED_QUEUE_KINDS for account in markets)


def _events(landing: Landing) -> tuple[MarketEvent, ...]:
    return market_events(landing.landed, network=LOCALNET)
