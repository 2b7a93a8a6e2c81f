import asyncio

import pytest
from fault.wire import FakeTime, ScriptedTransport, result

from nosana_chain.errors import AmountError, RpcRateLimitError
from nosana_chain.wire.throttle import RateLimit, ThrottledTransport
from nosana_chain.wire.transport import RpcRequest

SLOT = RpcRequest("getSlot", b'{"method":"getSlot"}')
HEALTH = RpcRequest("getHealth", b'{"method":"getHealth"}')


def _limited(wait: float | None) -> RpcRateLimitError:
    return RpcRateLimitError("slow down", endpoint="e", method="m", retry_after_seconds=wait)


def _throttled(
    time: FakeTime, answers: list[object] | None = None, limit: RateLimit | None = None
) -> ThrottledTransport[bytes]:
    inner = ScriptedTransport({"getSlot": answers or [result(5)], "getHealth": [result("ok")]})
    return ThrottledTransport(inner, limit=limit, clock=time.clock, sleep=time.sleep)


async def test_no_limit_no_wait() -> None:
    time = FakeTime()
    transport = _throttled(time)
    await asyncio.gather(*(transport.send(SLOT) for _ in range(50)))
    assert time.slept == []


async def test_requests_are_spread_at_the_rate_after_a_burst() -> None:
    time = FakeTime()
    transport = _throttled(time, limit=RateLimit(per_second=10, burst=3))
    start = time.now
    for _ in range(3):
        await transport.send(SLOT)
    assert time.now == start
    for _ in range(20):
        await transport.send(SLOT)
    assert time.now - start == pytest.approx(2.0)


async def test_those_who_come_together_wait_for_turns_of_their_own() -> None:
    time = FakeTime()
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    inner = ScriptedTransport({"getSlot": [result(5)]})
    transport = ThrottledTransport(inner, limit=RateLimit(per_second=4), clock=time.clock, sleep=sleep)
    await asyncio.gather(*(transport.send(SLOT) for _ in range(4)))
    assert waits == [0.25, 0.5, 0.75]


async def test_a_long_pause_gives_no_more_than_the_burst() -> None:
    time = FakeTime()
    transport = _throttled(time, limit=RateLimit(per_second=1, burst=2))
    await transport.send(SLOT)
    time.now += 3600
    start = time.now
    for _ in range(3):
        await transport.send(SLOT)
    assert time.now - start == pytest.approx(1)


async def test_nobody_asks_inside_the_wait_that_the_endpoint_asked_for() -> None:
    time = FakeTime()
    transport = _throttled(time, [_limited(25), result(5)])
    start = time.now
    with pytest.raises(RpcRateLimitError):
        await transport.send(SLOT)
    assert await transport.send(HEALTH) == result("ok")
    assert time.now - start == 25
    await transport.send(SLOT)
    assert time.slept == [25]


async def test_a_wait_over_the_cap_is_told_at_once() -> None:
    time = FakeTime()
    transport = _throttled(time, [_limited(200), result(5)])
    with pytest.raises(RpcRateLimitError):
        await transport.send(SLOT)
    time.now += 100
    with pytest.raises(RpcRateLimitError, match="asks to wait 100 s, and no more than 60 s is waited here"):
        await transport.send(HEALTH)
    time.now += 50
    assert await transport.send(HEALTH) == result("ok")
    assert time.slept == [50]


async def test_a_limit_without_a_wait_holds_nobody() -> None:
    time = FakeTime()
    transport = _throttled(time, [_limited(None), result(5)])
    with pytest.raises(RpcRateLimitError):
        await transport.send(SLOT)
    assert await transport.send(SLOT) == result(5)
    assert time.slept == []


@pytest.mark.parametrize("wrong", [{"per_second": 0}, {"per_second": -1}, {"per_second": float("nan")}, {"burst": 0}])
def test_limits_out_of_range(wrong: dict[str, float]) -> None:
    with pytest.raises(AmountError):
        RateLimit(**{"per_second": 1, **wrong})


async def test_passes_on_its_inner_transport() -> None:
    inner = ScriptedTransport({})
    transport = ThrottledTransport(inner)
    assert transport.endpoint == inner.endpoint
    await transport.aclose()
    assert inner.closed
