"""A source has what its address's transactions name, whatever happened while they were read."""

import asyncio
from typing import Any

import pytest
from harness.history import Archive
from harness.postings import MARKET, archive, jobs, key, posting

from nosana_chain.engine.addresses.growing import Growth
from nosana_chain.engine.addresses.source import Source
from nosana_chain.errors import RpcEndpointError, RpcError
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.transport import RpcRequest

PLENTY = 10**6
BATCH = 64  # how many are read before the book takes them over


def growth(node: Any, source: Source, *, most: int = PLENTY) -> Growth:
    return Growth(Connection(LOCALNET, transport=node), MARKET, source, most=most)


@pytest.mark.parametrize("page", [1000, 7])
async def test_all_that_was_named_is_known_and_read_once(page: int) -> None:
    node, source = archive(150, page=page), Source()
    assert await growth(node, source).run()
    assert set(source.addresses("job")) == jobs(range(150))
    assert set(source.addresses("market")) == {MARKET}
    assert list(source.addresses("run")) == []  # the keys that were brought along made none
    assert source.is_whole
    assert node.calls["getTransaction"] == 150


async def test_what_is_new_is_read_and_nothing_twice() -> None:
    node, source = archive(100), Source()
    await growth(node, source).run()
    node.calls.clear()
    await growth(node, source).run()
    assert node.calls == {"getSignaturesForAddress": 1}
    for number in range(100, 230):
        node.add(posting(number))
    await growth(node, source).run()
    assert set(source.addresses("job")) == jobs(range(230))
    assert node.calls == {"getSignaturesForAddress": 3, "getTransaction": 130}
    await growth(node, source).run()
    assert node.calls == {"getSignaturesForAddress": 4, "getTransaction": 130}


async def test_an_address_that_nothing_named_is_asked_again_later() -> None:
    node, source = archive(0), Source()
    assert await growth(node, source).run()
    assert source.is_whole
    node.add(posting(1))
    assert await growth(node, source).run()
    assert set(source.addresses("job")) == jobs([1])


async def test_an_endpoint_that_does_not_know_the_newest_one_makes_no_gap_and_no_double() -> None:
    node, source = archive(100, page=30), Source()
    await growth(node, source).run()
    node.calls.clear()
    node.ignores_until = True
    for number in range(100, 140):
        node.add(posting(number))
    await growth(node, source).run()
    assert set(source.addresses("job")) == jobs(range(140))
    # of the slot of the newest one others are listed again
    assert 40 <= node.calls["getTransaction"] <= 42


async def test_failed_transactions_are_not_read() -> None:
    node, source = archive(3), Source()
    node.add(posting(3), failed=True)
    await growth(node, source).run()
    assert set(source.addresses("job")) == jobs(range(3))
    assert node.calls["getTransaction"] == 3


@pytest.mark.parametrize("first", [45, 48])  # of its slot; a page ends within the slot of the second
async def test_reading_down_to_a_slot_reads_all_of_it_and_no_more_pages(first: int) -> None:
    node, source = archive(90, page=10), Source()
    slot = 10 + first // 3
    assert await growth(node, source).run(down_to=slot)
    known = set(source.addresses("job"))
    assert jobs(range(first, 90)) <= known < jobs(range(90))
    assert node.calls["getTransaction"] <= 60
    assert not source.is_whole
    assert await growth(node, source).run()
    assert set(source.addresses("job")) == jobs(range(90))
    assert node.calls["getTransaction"] == 90


@pytest.mark.parametrize("most", [1, BATCH, BATCH + 1])
async def test_a_limit_stops_it_and_it_goes_on_from_there(most: int) -> None:
    node, source = archive(300, page=100), Source()
    rounds = 1
    while not await growth(node, source, most=most).run():
        rounds += 1
        assert rounds < 100
    assert rounds > 2
    assert set(source.addresses("job")) == jobs(range(300))
    assert node.calls["getTransaction"] == 300


class Failing(Archive):
    """A node that fails at every so many requests."""

    every = 37

    async def send(self, request: RpcRequest) -> bytes:
        if sum(self.calls.values()) % self.every == self.every - 1:
            self.calls["failed"] += 1
            raise RpcEndpointError("no", endpoint=self.endpoint, method=request.method, rpc_code=None)
        return await super().send(request)


class Telling(Archive):
    """A node that tells when it has shown 300 transactions."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.has_shown_300 = asyncio.Event()

    async def send(self, request: RpcRequest) -> bytes:
        if self.calls["getTransaction"] >= 300:
            self.has_shown_300.set()
        return await super().send(request)


async def test_what_was_read_before_an_error_is_kept() -> None:
    node, source = Failing([posting(number) for number in range(200)], {}), Source()
    node.every = 150
    with pytest.raises(RpcError):
        await growth(node, source).run()
    assert len(set(source.addresses("job"))) == 2 * BATCH
    node.every = 10**6
    assert await growth(node, source).run()
    assert set(source.addresses("job")) == jobs(range(200))


async def test_what_was_read_before_it_was_cancelled_is_kept_also_of_what_is_new() -> None:
    node, source = Telling([posting(number) for number in range(200)], {}), Source()
    await growth(node, source).run()
    for number in range(200, 400):
        node.add(posting(number))
    task = asyncio.ensure_future(growth(node, source).run())
    await node.has_shown_300.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(set(source.addresses("job"))) == 200 + BATCH
    assert await growth(node, source).run()
    assert set(source.addresses("job")) == jobs(range(400))


async def test_what_is_listed_and_not_shown_is_asked_for_again() -> None:
    node, source = archive(10), Source()
    node.hidden = set(node.signatures[3:5])
    assert await growth(node, source).run()
    assert set(source.addresses("job")) == jobs({0, 1, 2, 5, 6, 7, 8, 9})
    assert len(source.unread) == 2
    assert await growth(node, source).run()
    assert len(source.unread) == 2
    node.hidden = set()
    assert await growth(node, source).run()
    assert set(source.addresses("job")) == jobs(range(10))
    assert not source.unread


async def test_of_many_that_are_never_shown_only_some_are_asked_for_each_time() -> None:
    node, source = archive(200), Source()
    node.hidden = set(node.signatures)
    await growth(node, source).run()
    assert len(source.unread) == 200
    node.calls.clear()
    await growth(node, source).run()
    assert node.calls["getTransaction"] == BATCH
    node.hidden = set(node.signatures[:150])
    for _ in range(4):
        await growth(node, source).run()
    assert set(source.addresses("job")) == jobs(range(150, 200))


async def test_an_answer_without_inner_instructions_counts_as_unread(caplog: pytest.LogCaptureFixture) -> None:
    node, source = archive(2), Source()
    node.hide_calls = True
    await growth(node, source).run()
    assert len(source.unread) == 2
    assert "use another endpoint" in caplog.text


async def test_gone_accounts_are_forgotten_unless_they_were_named_later() -> None:
    node, source = archive(9), Source()
    await growth(node, source).run()
    gone = [key("job", 0), key("job", 8), key("job", 77)]
    source.forget("job", gone, slot=11)
    assert set(source.addresses("job")) == jobs(range(1, 9))
    assert source.reach(MARKET).oldest_slot == 10
    assert source.reach(MARKET).newest_slot == 12
