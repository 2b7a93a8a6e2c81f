import logging
from typing import Any

import pytest
from fault.wire import FakeTime, ScriptedTransport, failure
from solders.hash import Hash

from nosana_chain.errors import (
    Retry,
    RpcEndpointError,
    RpcError,
    RpcRateLimitError,
    RpcResponseError,
    RpcUnreachableError,
    WrongNetworkError,
)
from nosana_chain.wire.envelope import EnvelopeTransport
from nosana_chain.wire.failover import FailoverTransport
from nosana_chain.wire.transport import RpcRequest

HERE, ELSEWHERE = (str(Hash(bytes([n]) * 32)) for n in (1, 2))
GONE = RpcUnreachableError("gone", endpoint="e", method="m")
BUSY = RpcRateLimitError("busy", endpoint="e", method="m", retry_after_seconds=None, http_status=429)


class Endpoint(ScriptedTransport):
    """One endpoint, by its name, that serves a cluster."""

    def __init__(self, name: str, genesis: Any = HERE, **answers: Any) -> None:
        answers["getGenesisHash"] = genesis
        super().__init__({method: one if isinstance(one, list) else [one] for method, one in answers.items()})
        self.endpoint = f"http://{name}"


def _pool(*endpoints: Endpoint, genesis_hash: str | None = HERE, time: FakeTime | None = None) -> FailoverTransport:
    clock = (time or FakeTime()).clock
    carriers = [EnvelopeTransport(endpoint) for endpoint in endpoints]
    return FailoverTransport(carriers, network_name="mynet", genesis_hash=genesis_hash, clock=clock)


def _request(method: str = "getSlot") -> RpcRequest:
    return RpcRequest(method, f'{{"method":"{method}"}}'.encode(), Any)


async def test_the_first_one_is_asked_and_proven_once() -> None:
    one, two = Endpoint("one", getSlot=5), Endpoint("two", getSlot=6)
    pool = _pool(one, two)
    assert [await pool.send(_request()) for _ in range(2)] == [5, 5]
    assert one.methods == ["getGenesisHash", "getSlot", "getSlot"]
    assert two.methods == []
    assert pool.endpoint == "http://one"


@pytest.mark.parametrize(
    "answer",
    [
        GONE,
        BUSY,
        failure(-32005, "behind"),
        failure(-32603, "internal"),
        failure(-32601, "no such method"),
        failure(-32010, "not listed"),
        failure(-32011, "no history"),
        RpcResponseError("denied", endpoint="e", method="m", rpc_code=None, http_status=403),
        b"<html>a page</html>",
    ],
)
async def test_a_read_goes_on_to_the_next_one(answer: Any) -> None:
    one, two = Endpoint("one", getSlot=answer), Endpoint("two", getSlot=6)
    pool = _pool(one, two)
    assert await pool.send(_request()) == 6
    assert pool.endpoint == "http://two"


async def test_a_result_of_another_form_is_asked_for_elsewhere() -> None:
    pool = _pool(Endpoint("one", getSlot="five"), Endpoint("two", getSlot=6))
    assert await pool.send(RpcRequest("getSlot", b'{"method":"getSlot"}', int)) == 6


async def test_a_refusal_of_the_request_itself_is_the_answer() -> None:
    one, two = Endpoint("one", getSlot=failure(-32602, "bad parameters")), Endpoint("two", getSlot=6)
    with pytest.raises(RpcResponseError, match="bad parameters"):
        await _pool(one, two).send(_request())
    assert two.methods == []


async def test_a_failing_one_rests_longer_each_time_and_is_asked_again() -> None:
    time = FakeTime()
    one, two = Endpoint("one", getSlot=[GONE, GONE, 5]), Endpoint("two", getSlot=6)
    pool = _pool(one, two, time=time)
    assert [await pool.send(_request()) for _ in range(2)] == [6, 6]
    assert one.methods.count("getSlot") == 1
    time.now += 1.1
    assert await pool.send(_request()) == 6
    time.now += 1.1
    assert await pool.send(_request()) == 6
    assert one.methods.count("getSlot") == 2, "it rests 2 s now"
    time.now += 1
    assert await pool.send(_request()) == 5


async def test_one_that_asks_for_a_rest_gets_it() -> None:
    time = FakeTime()
    limited = RpcRateLimitError("busy", endpoint="e", method="m", retry_after_seconds=30)
    one, two = Endpoint("one", getSlot=[limited, 5]), Endpoint("two", getSlot=6)
    pool = _pool(one, two, time=time)
    for _ in range(3):
        assert await pool.send(_request()) == 6
        time.now += 9
    time.now += 9
    assert await pool.send(_request()) == 5


async def test_resting_ones_are_asked_where_no_other_is_left() -> None:
    one, two = Endpoint("one", getSlot=[GONE, 5]), Endpoint("two", getSlot=[GONE, GONE])
    pool = _pool(one, two)
    with pytest.raises(RpcUnreachableError):
        await pool.send(_request())
    assert await pool.send(_request()) == 5


async def test_an_endpoint_of_another_cluster_is_never_used(caplog: pytest.LogCaptureFixture) -> None:
    one, two = Endpoint("one", genesis=ELSEWHERE, getSlot=5), Endpoint("two", getSlot=6)
    pool = _pool(one, two)
    assert [await pool.send(_request()) for _ in range(2)] == [6, 6]
    assert one.methods == ["getGenesisHash"]
    (told,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "http://one does not serve mynet" in told.getMessage()


async def test_no_endpoint_of_the_cluster_is_left() -> None:
    pool = _pool(Endpoint("one", genesis=ELSEWHERE), Endpoint("two", genesis=ELSEWHERE))
    for _ in range(2):
        with pytest.raises(
            WrongNetworkError, match=f"http://one does not serve mynet: its genesis hash is {ELSEWHERE}"
        ):
            await pool.send(_request())


async def test_what_is_no_genesis_hash_condemns_nobody() -> None:
    one = Endpoint("one", genesis=["\x1b[2J no hash" + "x" * 999, HERE], getSlot=5)
    two = Endpoint("two", getSlot=[6, GONE])
    pool = _pool(one, two, genesis_hash=None)
    assert await pool.send(_request()) == 6
    assert pool.members[0].wrong is None
    assert await pool.send(_request()) == 5


async def test_endpoints_of_a_cluster_of_ones_own_must_agree() -> None:
    one = Endpoint("one", genesis=ELSEWHERE, getSlot=[5, GONE])
    two, three = Endpoint("two", getSlot=6), Endpoint("three", genesis=ELSEWHERE, getSlot=7)
    pool = _pool(one, two, three, genesis_hash=None)
    assert [await pool.send(_request()) for _ in range(2)] == [5, 7]
    assert two.methods == ["getGenesisHash"]


@pytest.mark.parametrize("genesis", [failure(-32601, "no"), None, 5])
async def test_an_endpoint_that_can_not_be_proven_is_not_used(genesis: Any) -> None:
    one, two = Endpoint("one", genesis=genesis, getSlot=5), Endpoint("two", getSlot=6)
    assert await _pool(one, two).send(_request()) == 6
    assert "getSlot" not in one.methods


@pytest.mark.parametrize("answer", [GONE, BUSY])
async def test_signed_bytes_go_on_where_no_answer_came(answer: RpcError) -> None:
    one, two = Endpoint("one", sendTransaction=answer), Endpoint("two", sendTransaction="signature")
    assert await _pool(one, two).send(_request("sendTransaction")) == "signature"


@pytest.mark.parametrize("code", [-32602, -32002, -32003, -32603, -32601])
async def test_signed_bytes_that_were_refused_go_nowhere_else(code: int) -> None:
    one, two = Endpoint("one", sendTransaction=failure(code)), Endpoint("two", sendTransaction="signature")
    with pytest.raises(RpcResponseError):
        await _pool(one, two).send(_request("sendTransaction"))
    assert two.methods == []


async def test_a_refusal_does_not_hide_that_another_endpoint_may_have_taken_the_bytes() -> None:
    one, two = Endpoint("one", sendTransaction=GONE), Endpoint("two", sendTransaction=failure(-32602))
    with pytest.raises(RpcUnreachableError) as caught:
        await _pool(one, two).send(_request("sendTransaction"))
    assert caught.value.retry is Retry.SAME


async def test_what_changes_something_is_sent_once() -> None:
    one, two = Endpoint("one", requestAirdrop=GONE), Endpoint("two", requestAirdrop="signature")
    with pytest.raises(RpcUnreachableError):
        await _pool(one, two).send(_request("requestAirdrop"))
    assert two.methods == []


async def test_the_error_that_may_pass_is_the_one_that_is_told() -> None:
    one, two = Endpoint("one", getSlot=failure(-32603)), Endpoint("two", getSlot=failure(-32601))
    with pytest.raises(RpcEndpointError):
        await _pool(one, two).send(_request())


async def test_closes_them_all() -> None:
    endpoints = [Endpoint("one"), Endpoint("two")]
    await _pool(*endpoints).aclose()
    assert all(endpoint.closed for endpoint in endpoints)
