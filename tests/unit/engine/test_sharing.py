import asyncio
from collections.abc import Sequence

import pytest
from fault.wire import FakeTime

from nosana_chain.engine.sharing import CALLS_AT_ONCE, Kept, Together, paged


class Calls:
    """A fetcher that notes what it was asked for."""

    def __init__(self) -> None:
        self.pages: list[list[int]] = []
        self.at_once = self.most_at_once = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def fetch(self, asked: Sequence[int]) -> list[int]:
        self.pages.append(list(asked))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await self.gate.wait()
        self.at_once -= 1
        if -1 in asked:
            raise ValueError("unlucky")
        return [number * 10 for number in asked]


async def test_an_error_is_everybodys_of_that_call_and_nobody_elses() -> None:
    together = Together(Calls().fetch, most=2)
    found = await asyncio.gather(*(together.ask(number) for number in (-1, 1, 2, 3)), return_exceptions=True)
    assert [type(one) for one in found] == [ValueError, ValueError, int, int]


async def test_a_waiter_that_goes_leaves_the_others() -> None:
    calls = Calls()
    calls.gate.clear()
    together = Together(calls.fetch, most=9)
    going, staying = asyncio.create_task(together.ask(1)), asyncio.create_task(together.ask(1))
    await asyncio.sleep(0.01)
    going.cancel()
    calls.gate.set()
    assert await staying == 10


async def test_a_failure_that_nobody_waits_for_is_silent() -> None:
    calls = Calls()
    calls.gate.clear()
    together = Together(calls.fetch, most=9)
    going = asyncio.create_task(together.ask(-1))
    await asyncio.sleep(0.01)
    going.cancel()
    calls.gate.set()
    await asyncio.sleep(0.01)


async def test_what_is_asked_at_once_goes_out_together() -> None:
    calls = Calls()
    together = Together(calls.fetch, most=256)
    assert await asyncio.gather(*(together.ask(number) for number in range(600))) == [n * 10 for n in range(600)]
    assert [len(page) for page in calls.pages] == [256, 256, 88]


async def test_a_question_during_a_call_is_not_answered_by_it() -> None:
    """What is seen must not be older than the question."""
    calls = Calls()
    calls.gate.clear()
    together = Together(calls.fetch, most=9)
    first = asyncio.create_task(together.ask(1))
    await asyncio.sleep(0.01)
    second = asyncio.create_task(together.ask(1))
    await asyncio.sleep(0.01)
    calls.gate.set()
    await asyncio.gather(first, second)
    assert calls.pages == [[1], [1]]


async def test_only_so_many_calls_at_a_time() -> None:
    calls = Calls()
    together = Together(calls.fetch, most=1000)

    async def ask(number: int) -> None:
        await asyncio.sleep(number * 0.0005)
        await together.ask(number)

    await asyncio.gather(*(ask(number) for number in range(20)))
    assert calls.most_at_once <= CALLS_AT_ONCE


def test_it_outlives_an_event_loop() -> None:
    together = Together(Calls().fetch, most=9)
    assert [asyncio.run(together.ask(number)) for number in (1, 2)] == [10, 20]


@pytest.mark.parametrize(("weights", "pages"), [([60, 50, 40, 1], [[60], [50, 40, 1]]), ([500, 1], [[500], [1]])])
def test_pages_hold_so_much(weights: list[int], pages: list[list[int]]) -> None:
    assert paged(weights, most=100, weight=lambda weight: weight) == pages


async def test_kept_for_a_while() -> None:
    calls, time = Calls(), FakeTime()

    async def fetch(number: int) -> int:
        return (await calls.fetch([number]))[0]

    kept = Kept(fetch, seconds=5, clock=time.clock)
    assert await asyncio.gather(*(kept.ask(1) for _ in range(9))) == [10] * 9
    time.now += 4.9
    await kept.ask(1)
    assert len(calls.pages) == 1
    time.now += 0.2
    await kept.ask(1)
    assert len(calls.pages) == 2
