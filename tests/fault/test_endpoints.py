"""Several endpoints over real sockets, as users name them, while they fail."""

import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from solders.hash import Hash
from solders.pubkey import Pubkey

from fault.wire import FakeTime, failure, http, http_server, result
from nosana_chain.engine.nonces import slot_of_advance
from nosana_chain.errors import (
    RpcError,
    RpcRateLimitError,
    RpcResponseError,
    RpcUnreachableError,
    WrongNetworkError,
)
from nosana_chain.networks import LOCALNET, Network
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.retry import RetryPolicy
from nosana_chain.wire.stack import WirePolicy
from nosana_chain.wire.throttle import RateLimit

HERE, ELSEWHERE = (str(Hash(bytes([n]) * 32)) for n in (1, 2))
GONE = b""
BUSY = http(b"busy", "429 Too Many Requests", "Retry-After: 9")


class Node:
    """A node of a cluster, as a server; each method has an answer, or bytes of HTTP."""

    def __init__(self, balance: int, *, genesis: str = HERE, **answers: Any) -> None:
        self.asked: list[str] = []
        self._answers = {"getGenesisHash": genesis, "getBalance": _dated(balance), **answers}

    def respond(self, request: bytes) -> bytes:
        method = json.loads(request.partition(b"\r\n\r\n")[2])["method"]
        self.asked.append(method)
        answer = self._answers[method]
        answer = answer() if callable(answer) else answer
        return answer if isinstance(answer, bytes) else http(result(answer))


def _dated(value: Any, slot: int = 1) -> dict[str, Any]:
    return {"context": {"slot": slot}, "value": value}


@asynccontextmanager
async def _network(*nodes: Node, genesis_hash: str | None = HERE) -> AsyncIterator[Network]:
    async with AsyncExitStack() as servers:
        urls = [await servers.enter_async_context(http_server(node.respond)) for node in nodes]
        yield replace(LOCALNET.at(urls[0], more=urls[1:]), genesis_hash=genesis_hash)


def _connect(network: Network, time: FakeTime | None = None) -> Connection:
    return Connection(network, sleep=(time or FakeTime()).sleep)


@pytest.mark.parametrize(
    "fault", [GONE, BUSY, http(b"<html>", "502 Bad Gateway"), http(failure(-32603)), http(b"<html>")]
)
async def test_the_next_endpoint_answers_at_once(fault: bytes) -> None:
    time = FakeTime()
    async with _network(Node(1, getBalance=fault), Node(2)) as network, _connect(network, time) as connection:
        assert await connection.fetch_balance(Pubkey.default()) == 2
    assert time.slept == []


async def test_all_of_them_are_asked_again_after_a_pause() -> None:
    faults = [GONE]
    time = FakeTime()
    flaky = Node(1, getBalance=lambda: faults.pop() if faults else _dated(1))
    async with _network(flaky, Node(2, getBalance=GONE)) as network, _connect(network, time) as connection:
        assert await connection.fetch_balance(Pubkey.default()) == 1
    assert len(time.slept) == 1


async def test_signed_bytes_reach_the_next_endpoint_where_no_answer_came() -> None:
    dead, alive = Node(1, sendTransaction=GONE), Node(2, sendTransaction="signature")
    async with _network(dead, alive) as network, _connect(network) as connection:
        assert await connection.call("sendTransaction", "bytes", answer=str) == "signature"
    assert [node.asked.count("sendTransaction") for node in (dead, alive)] == [1, 1]


async def test_signed_bytes_that_an_endpoint_refuses_go_nowhere_else() -> None:
    strict, other = Node(1, sendTransaction=http(failure(-32602))), Node(2, sendTransaction="signature")
    async with _network(strict, other) as network, _connect(network) as connection:
        with pytest.raises(RpcResponseError):
            await connection.call("sendTransaction", "bytes", answer=str)
    assert other.asked == []


async def test_an_endpoint_of_another_cluster_is_not_used() -> None:
    wrong, right = Node(1, genesis=ELSEWHERE), Node(2)
    async with _network(wrong, right) as network, _connect(network) as connection:
        await connection.check_network()
        assert await connection.fetch_balance(Pubkey.default()) == 2
    assert wrong.asked == ["getGenesisHash"]


@pytest.mark.parametrize("count", [1, 2])
async def test_no_endpoint_of_the_cluster(count: int) -> None:
    nodes = [Node(1, genesis=ELSEWHERE) for _ in range(count)]
    async with _network(*nodes) as network, _connect(network) as connection:
        with pytest.raises(WrongNetworkError, match=f"does not serve localnet: its genesis hash is {ELSEWHERE}"):
            await connection.check_network()


async def _balances(connection: Connection) -> list[Any]:
    settings = connection.options()
    found = await connection.call_each("getBalance", str(Pubkey.default()), settings, answer=dict)
    return [type(each) if isinstance(each, RpcError) else each["value"] for each in found]


async def test_each_endpoint_can_be_asked_by_itself() -> None:
    nodes = Node(1), Node(2, getBalance=GONE), Node(3, genesis=ELSEWHERE), Node(4, getBalance=http(failure(-32602)))
    async with _network(*nodes) as network, _connect(network) as connection:
        assert await _balances(connection) == [1, RpcUnreachableError, RpcResponseError]
    assert nodes[1].asked.count("getBalance") == 4, "it is asked with the pauses of every read"


async def test_one_endpoint_asked_by_itself() -> None:
    async with _network(Node(1)) as network, _connect(network) as connection:
        assert await _balances(connection) == [1]


async def test_the_wait_that_an_endpoint_asks_for_is_kept_by_every_caller() -> None:
    answers: list[Callable[[], Any] | bytes] = [BUSY]
    time = FakeTime()
    node = Node(1, getBalance=lambda: answers.pop() if answers else _dated(1))
    async with _network(node) as network, _connect(network, time) as connection:
        assert await connection.fetch_balance(Pubkey.default()) == 1
    assert max(time.slept) >= 9


async def test_a_wait_over_the_cap_is_told() -> None:
    policy = WirePolicy(retries=RetryPolicy(max_asked_wait_seconds=5))
    async with _network(Node(1, getBalance=BUSY)) as network, Connection(network, policy=policy) as connection:
        for _ in range(2):
            with pytest.raises(RpcRateLimitError, match=r"asks to wait 9 s, and no more than 5 s is waited"):
                await connection.fetch_balance(Pubkey.default())


async def test_an_endpoint_that_lags_behind_what_landed_is_asked_after_the_others() -> None:
    time = FakeTime()
    old, new = Node(1), Node(2, getBalance=_dated(2, slot=5))
    async with _network(old, new) as network, _connect(network, time) as connection:
        connection.saw(5)
        assert await connection.fetch_balance(Pubkey.default()) == 2
    assert time.slept == [0.25]


async def test_a_rate_of_ones_own() -> None:
    time = FakeTime()
    policy = WirePolicy(rate=RateLimit(per_second=0.001))
    async with _network(Node(1)) as network, Connection(network, policy=policy, sleep=time.sleep) as connection:
        for _ in range(3):
            await connection.fetch_balance(Pubkey.default())
    assert [round(wait, -2) for wait in time.slept] == [1000, 2000]


def _nonce(value: Hash, slot: int) -> dict[str, Any]:
    data = b"\1\0\0\0" * 2 + bytes(32) + bytes(value) + bytes(8)
    account = {"lamports": 1, "owner": str(Pubkey.default()), "executable": False, "rentEpoch": 0, "space": 80}
    return _dated({**account, "data": [base64.b64encode(data).decode(), "base64"]}, slot)


async def test_one_endpoint_alone_does_not_say_that_a_nonce_was_advanced() -> None:
    """One that lies, or lags: its finalized value may be the one before."""
    mine, other = Hash(bytes([3]) * 32), Hash(bytes([4]) * 32)
    cases = [
        (_nonce(other, 50), _nonce(other, 40), 40),
        (_nonce(other, 50), _nonce(mine, 40), None),
        (_nonce(other, 50), _nonce(other, 9), None),
        (_nonce(other, 50), _dated(None, 12), 12),  # withdrawn
    ]
    for first, second, expected in cases:
        nodes = Node(1, getAccountInfo=first), Node(2, getAccountInfo=second)
        async with _network(*nodes) as network, _connect(network) as connection:
            assert await slot_of_advance(connection, Pubkey.default(), value=str(mine), seen=9) == expected


async def test_an_endpoint_that_fails_leaves_a_nonce_open() -> None:
    nodes = Node(1, getAccountInfo=_nonce(Hash(bytes([4]) * 32), 50)), Node(2, getAccountInfo=GONE)
    async with _network(*nodes) as network, _connect(network) as connection:
        with pytest.raises(RpcUnreachableError):
            await slot_of_advance(connection, Pubkey.default(), value="", seen=9)
