import pytest
from fault.wire import FakeTime, ScriptedTransport, result

from nosana_chain.errors import RpcEndpointError, RpcError, RpcRateLimitError, RpcResponseError, RpcUnreachableError
from nosana_chain.wire.methods import may_repeat
from nosana_chain.wire.retry import RetryingTransport, RetryPolicy
from nosana_chain.wire.transport import RpcRequest

POLICY = RetryPolicy(attempts=4, first_delay_seconds=1, max_delay_seconds=3)
GONE = RpcUnreachableError("gone", endpoint="e", method="m")
REFUSED = RpcResponseError("no", endpoint="e", method="m", rpc_code=None)


def _request(method: str) -> RpcRequest:
    return RpcRequest(method, f'{{"method":"{method}"}}'.encode())


def _limited(wait: int | None) -> RpcRateLimitError:
    return RpcRateLimitError("slow down", endpoint="e", method="m", retry_after_seconds=wait)


async def _send(answers: list[object], method: str = "getSlot") -> tuple[bytes | RpcError, list[float], int]:
    """What came of it, the waits, and how often the request was sent."""
    time = FakeTime()
    inner = ScriptedTransport({method: answers})
    transport = RetryingTransport(inner, policy=POLICY, sleep=time.sleep, draw=lambda _low, high: high)
    try:
        outcome: bytes | RpcError = await transport.send(_request(method))
    except RpcError as error:
        outcome = error
    return outcome, time.slept, len(inner.requests)


async def test_what_changes_something_is_never_repeated() -> None:
    assert await _send([GONE], "requestAirdrop") == (GONE, [], 1)
    assert await _send([GONE], "surfnet_timeTravel") == (GONE, [], 1)


async def test_a_clear_refusal_is_not_repeated() -> None:
    assert await _send([REFUSED]) == (REFUSED, [], 1)


async def test_a_refusal_does_not_hide_that_an_earlier_send_may_have_arrived() -> None:
    assert await _send([GONE, REFUSED], "sendTransaction") == (GONE, [1], 2)
    assert await _send([GONE, REFUSED]) == (REFUSED, [1], 2), "a read: nothing can have been done"


async def test_gives_up_after_so_many_attempts() -> None:
    assert await _send([GONE]) == (GONE, [1, 2, 3], 4)


async def test_an_endpoint_that_asks_for_more_than_the_cap_is_left_alone_and_the_cap_is_told() -> None:
    outcome, slept, sent = await _send([_limited(61)])
    assert isinstance(outcome, RpcRateLimitError)
    assert "asks to wait 61 s, and no more than 60 s is waited here" in outcome.message
    assert (outcome.retry_after_seconds, outcome.max_wait_seconds) == (61, 60)
    assert (slept, sent) == ([], 1)


async def test_waits_as_long_as_the_endpoint_asks() -> None:
    assert await _send([_limited(25), _limited(60), _limited(None), result(5)]) == (result(5), [25, 60, 3], 4)


async def test_signed_bytes_that_were_answered_are_left_to_the_engine() -> None:
    busy = RpcUnreachableError("busy", endpoint="e", method="m", http_status=502)
    behind = RpcUnreachableError("behind", endpoint="e", method="m", rpc_code=-32005)
    for answered in (busy, behind, _limited(1), _limited(None), REFUSED):
        assert await _send([answered], "sendTransaction") == (answered, [], 1)
    assert await _send([GONE, busy], "sendTransaction") == (GONE, [1], 2)


async def test_a_read_is_repeated_where_the_endpoint_failed_at_it() -> None:
    failed = RpcEndpointError("internal", endpoint="e", method="m", rpc_code=-32603)
    assert await _send([failed, result(5)]) == (result(5), [1], 2)


async def test_the_same_signed_bytes_are_sent_again() -> None:
    assert await _send([GONE, result("sig")], "sendTransaction") == (result("sig"), [1], 2)


async def test_waits_are_drawn_between_half_and_all_of_the_delay() -> None:
    drawn: list[tuple[float, float]] = []
    transport = RetryingTransport(
        ScriptedTransport({"getSlot": [GONE, GONE, result(5)]}),
        policy=POLICY,
        sleep=FakeTime().sleep,
        draw=lambda low, high: drawn.append((low, high)) or low,
    )
    await transport.send(_request("getSlot"))
    assert drawn == [(0.5, 1), (1, 2)]


async def test_passes_on_its_inner_transport() -> None:
    inner = ScriptedTransport({})
    transport = RetryingTransport(inner)
    assert transport.endpoint == inner.endpoint
    await transport.aclose()
    assert inner.closed


@pytest.mark.parametrize("method", ["getAccountInfo", "isBlockhashValid", "minimumLedgerSlot", "simulateTransaction"])
def test_reads_may_be_repeated(method: str) -> None:
    assert may_repeat(method)
