"""One deadline over all tries of a request, however slowly the endpoints answer, and whichever of them is asked."""

from __future__ import annotations

from typing import Any

import pytest
from fault.wire import FakeTime, result
from solders.hash import Hash
from solders.pubkey import Pubkey

from nosana_chain.errors import RpcError, RpcRateLimitError, RpcUnreachableError
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.deadline import Deadline
from nosana_chain.wire.failover import FailoverTransport
from nosana_chain.wire.genesis import GENESIS_REQUEST
from nosana_chain.wire.retry import RetryingTransport, RetryPolicy
from nosana_chain.wire.stack import WirePolicy
from nosana_chain.wire.throttle import RateLimit, ThrottledTransport
from nosana_chain.wire.transport import HttpTransport, RpcRequest

WHERE = {"endpoint": "http://slow", "method": "getSlot"}
GONE = RpcUnreachableError("gone", **WHERE)
HERE = str(Hash(b"h" * 32))
REQUEST, SEND = (RpcRequest(method, b"{}") for method in ("getSlot", "sendTransaction"))


def limited(wait: int) -> RpcRateLimitError:
    return RpcRateLimitError("slow down", retry_after_seconds=wait, **WHERE)


class Slow:
    """An endpoint that takes its time for each try, 30 s at most, and less where the deadline comes before."""

    endpoint = "http://slow"

    def __init__(self, time: FakeTime, *answers: Any, seconds: float = 30) -> None:
        self._time = time
        self._answers = list(answers)
        self._seconds = seconds
        self.tries: list[float] = []

    async def send(self, request: RpcRequest) -> Any:
        left = request.deadline.left if request.deadline else self._seconds
        self.tries.append(min(self._seconds, left))
        self._time.now += self.tries[-1]
        answer = HERE if request.method == GENESIS_REQUEST.method else self._answers.pop(0)
        if isinstance(answer, RpcError):
            raise answer
        return answer

    async def aclose(self) -> None:
        """Nothing is open."""


def retrying(inner: Any, time: FakeTime, *, seconds: float | None = 60, attempts: int = 4) -> RetryingTransport[Any]:
    return RetryingTransport(
        inner,
        policy=RetryPolicy(attempts=attempts, first_delay_seconds=1, max_delay_seconds=3),
        sleep=time.sleep,
        draw=lambda _low, high: high,
        deadline_seconds=seconds,
        clock=time.clock,
    )


@pytest.mark.parametrize("request_", [REQUEST, SEND])
async def test_no_try_begins_after_it_and_the_last_one_is_cut(request_: RpcRequest) -> None:
    time = FakeTime()
    slow = Slow(time, *[GONE] * 4)
    with pytest.raises(RpcUnreachableError):
        await retrying(slow, time).send(request_)
    assert (slow.tries, time.slept, time.now) == ([30, 29], [1], 1060)


async def test_without_one_every_attempt_has_its_time() -> None:
    time = FakeTime()
    slow = Slow(time, *[GONE] * 4)
    with pytest.raises(RpcUnreachableError):
        await retrying(slow, time, seconds=None).send(REQUEST)
    assert (slow.tries, time.slept) == ([30] * 4, [1, 2, 3])


async def test_a_pause_that_ends_after_it_is_not_begun() -> None:
    time = FakeTime()
    slow = Slow(time, *[GONE] * 4, seconds=29.5)
    with pytest.raises(RpcUnreachableError):
        await retrying(slow, time, seconds=62).send(REQUEST)  # 29.5, 1, 29.5, and 2 would be too many
    assert (time.slept, time.now) == ([1], 1060)


async def test_what_the_endpoint_asks_to_wait_does_not_count() -> None:
    time = FakeTime()
    slow = Slow(time, limited(60), limited(60), result(5), seconds=19)
    assert await retrying(slow, time).send(REQUEST) == result(5)
    assert (slow.tries, time.slept) == ([19] * 3, [60, 60])


async def test_what_another_callers_request_was_asked_to_wait_does_not_count_either() -> None:
    time = FakeTime()
    slow = Slow(time, limited(50), result(5), seconds=29)
    throttled = ThrottledTransport(slow, clock=time.clock, sleep=time.sleep)
    with pytest.raises(RpcRateLimitError):
        await retrying(throttled, time, attempts=1).send(REQUEST)
    assert await retrying(throttled, time, seconds=30).send(REQUEST) == result(5)
    assert (slow.tries, time.slept) == ([29, 29], [50])


async def test_a_rate_of_ones_own_does_not_count() -> None:
    time = FakeTime()
    slow = Slow(time, *[result(5)] * 2, seconds=1)
    limit = RateLimit(per_second=0.01)
    top = retrying(ThrottledTransport(slow, limit=limit, clock=time.clock, sleep=time.sleep), time, seconds=10)
    assert [await top.send(REQUEST) for _ in range(2)] == [result(5)] * 2
    assert slow.tries == [1, 1]


async def test_it_holds_over_all_endpoints() -> None:
    time = FakeTime()
    pool = [Slow(time, *[GONE] * 4, seconds=20) for _ in range(3)]
    failover = FailoverTransport(pool, network_name="mynet", genesis_hash=HERE, clock=time.clock)
    with pytest.raises(RpcUnreachableError):
        await retrying(failover, time, seconds=50).send(REQUEST)
    assert [one.tries for one in pool] == [[20, 20], [10, 0], []]  # each is proven first
    assert failover.members[2].rest_seconds == 0, "who wasn't asked is not to blame"


async def test_each_request_has_its_own() -> None:
    time = FakeTime()
    slow = Slow(time, result(5), result(6), seconds=40)
    top = retrying(slow, time)
    assert [await top.send(REQUEST) for _ in range(2)] == [result(5), result(6)]
    assert slow.tries == [40, 40]


@pytest.mark.parametrize(
    ("timeout", "seconds", "said"),
    [(30, 0, "within 0 s, and the 0 s of all tries are over"), (0, 9, "within 0 s; try again")],
)
async def test_the_error_says_which_time_was_over(timeout: float, seconds: float, said: str) -> None:
    time = FakeTime()
    http = HttpTransport("http://127.0.0.1:9", timeout_seconds=timeout)
    with pytest.raises(RpcUnreachableError, match=said):
        await http.send(RpcRequest("getSlot", b"{}", deadline=Deadline(seconds, time.clock)))
    await http.aclose()


async def test_a_connection_keeps_that_of_its_policy() -> None:
    network = LOCALNET.at("http://127.0.0.1:9")
    async with Connection(network, policy=WirePolicy(deadline_seconds=0)) as connection:
        with pytest.raises(RpcUnreachableError, match="the 0 s of all tries are over"):
            await connection.fetch_balance(Pubkey.default())


def test_by_default_there_is_one() -> None:
    assert WirePolicy().deadline_seconds == 60
