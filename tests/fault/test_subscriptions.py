"""Subscriptions on sockets that fail: lost, silent, lying, and slower taken than told."""

import asyncio
import base64
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from solders.account import Account
from solders.pubkey import Pubkey
from solders.signature import Signature
from websockets.asyncio.server import ServerConnection, serve
from websockets.utils import accept_key

from fault.sockets import Exchange, note
from fault.wire import FakeTime
from nosana_chain.errors import ConfigError, RpcClosedError, RpcLoopError, RpcResponseError
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.endpoint_url import EndpointUrl
from nosana_chain.wire.subscriptions import AccountNotice, Interrupted, SignatureNotice, Subscriptions
from nosana_chain.wire.websocket import SocketLostError, dial

SIGNATURE, ADDRESS = Signature.default(), Pubkey(bytes([7]) * 32)
NETWORK = LOCALNET.at("http://h", "ws://h")
TOKEN = "TOKENCANARY0123456789"  # noqa: S105  a canary


def _account(lamports: int) -> dict[str, Any]:
    data = base64.b64encode(b"abc").decode()
    return {
        "lamports": lamports,
        "data": [data, "base64"],
        "owner": str(ADDRESS),
        "executable": False,
        "rentEpoch": 1.8e19,
    }


@asynccontextmanager
async def _subscriptions(*, failures: int = 0) -> AsyncIterator[tuple[Subscriptions, Exchange, FakeTime]]:
    exchange, time = Exchange(failures=failures), FakeTime()
    async with Subscriptions(NETWORK, dial=exchange.dial, sleep=time.sleep, draw=lambda _low, high: high) as open_:
        yield open_, exchange, time


def test_a_network_without_a_socket() -> None:
    with pytest.raises(ConfigError, match="localnet has no WebSocket endpoint"):
        Subscriptions(LOCALNET)


async def test_nothing_is_opened_before_it_is_needed() -> None:
    async with _subscriptions() as (_subscribed, exchange, _time):
        await asyncio.sleep(0)
        assert exchange.opened.empty()


async def test_a_signature_is_told_once() -> None:
    async with _subscriptions() as (subscriptions, exchange, _time):
        subscription = subscriptions.signature(SIGNATURE, commitment="finalized")
        socket = await exchange.opened.get()
        request = await socket.accept(24)
        assert request["method"] == "signatureSubscribe"
        assert request["params"] == [str(SIGNATURE), {"commitment": "finalized"}]
        socket.tell(note(24, "receivedSignature"))
        socket.tell(note(24, {"err": {"InstructionError": [0, "A\x1b[2J"]}}, slot=9))
        assert [notice async for notice in subscription] == [
            SignatureNotice(9, {"InstructionError": [0, "A [2J"]}),
        ]
        await subscriptions.account(ADDRESS).__aenter__()
        assert (await socket.accept(25))["method"] == "accountSubscribe", "the other one was over by itself"


async def test_an_account_is_told_at_every_change() -> None:
    async with _subscriptions() as (subscriptions, exchange, _time):
        async with subscriptions.account(ADDRESS) as subscription:
            socket = await exchange.opened.get()
            assert (await socket.accept(3))["params"][1] == {"commitment": "confirmed", "encoding": "base64"}
            socket.tell(note(3, _account(1)))
            socket.tell(note(4, _account(2)))
            socket.tell(note(3, None, slot=6))
            assert await anext(subscription) == AccountNotice(5, Account(1, b"abc", ADDRESS))
            assert await anext(subscription) == AccountNotice(6, None)
        request = await socket.sent.get()
        assert (request["method"], request["params"]) == ("accountUnsubscribe", [3])


async def test_one_that_is_left_before_it_is_answered_is_given_up_then() -> None:
    async with _subscriptions() as (subscriptions, exchange, _time):
        async with subscriptions.account(ADDRESS):
            socket = await exchange.opened.get()
            request = await socket.sent.get()
        socket.tell({"id": request["id"], "result": 24})
        request = await socket.sent.get()
        assert (request["method"], request["params"]) == ("accountUnsubscribe", [24])


async def test_subscriptions_belong_to_one_event_loop() -> None:
    async with _subscriptions() as (subscriptions, _exchange, _time):
        subscriptions.account(ADDRESS)

        async def elsewhere() -> None:
            subscriptions.account(ADDRESS)

        for use in (lambda: asyncio.run(elsewhere()), lambda: subscriptions.account(ADDRESS)):
            with pytest.raises(RpcLoopError, match="belong to one event loop"):
                await asyncio.to_thread(use)


async def test_a_notification_before_the_answer_that_numbers_it() -> None:
    async with _subscriptions() as (subscriptions, exchange, _time):
        subscription = subscriptions.signature(SIGNATURE)
        socket = await exchange.opened.get()
        request = await socket.sent.get()
        socket.tell(note(24, {"err": None}, slot=9))
        socket.tell({"id": request["id"], "result": 24})
        assert await anext(subscription) == SignatureNotice(9, None)


async def test_a_lost_socket_is_opened_anew_and_that_is_told() -> None:
    async with _subscriptions() as (subscriptions, exchange, time):
        subscription, other = subscriptions.account(ADDRESS), subscriptions.signature(SIGNATURE)
        socket = await exchange.opened.get()
        await socket.accept(3)
        await socket.accept(4)
        socket.lose()
        assert await anext(subscription) == await anext(other) == Interrupted()
        socket = await exchange.opened.get()
        await socket.accept(8)
        await socket.accept(9)
        socket.tell(note(3, _account(1)))
        socket.tell(note(8, _account(2)))
        notice = await anext(subscription)
        assert isinstance(notice, AccountNotice)
        assert notice.account == Account(2, b"abc", ADDRESS)
        assert time.slept == [0.25]


async def test_pauses_grow_while_nothing_is_heard_and_end_somewhere(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody is warned of a socket that never was: many endpoints have none."""
    caplog.set_level(logging.INFO, "nosana_chain")
    async with _subscriptions(failures=9) as (subscriptions, exchange, time):
        subscription = subscriptions.account(ADDRESS)
        socket = await exchange.opened.get()
        assert time.slept == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
        await socket.accept(1)
        socket.lose()
        await exchange.opened.get()
        assert time.slept[-1] == 0.25
        assert await anext(subscription) == Interrupted()
    assert [record.levelname for record in caplog.records] == [*["INFO"] * 9, "WARNING"]


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b"{" * 10,
        b'{"params":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        {"id": 1, "result": "no number"},
        {"id": 1, "result": True},
        {"id": 1, "result": None},
        {"id": 2**70, "error": "text"},
        note(3, {"lamports": "many"}),
        note(3, {**_account(1), "data": ["AAAA", "base64+zstd"]}),
        note(3, _account(1), slot=-1),
    ],
    ids=lambda message: repr(message)[:40],
)
async def test_a_message_that_can_not_be_read_ends_the_socket(message: Any) -> None:
    async with _subscriptions() as (subscriptions, exchange, _time):
        subscription = subscriptions.account(ADDRESS)
        socket = await exchange.opened.get()
        if isinstance(message, dict) and "params" in message:
            await socket.accept(3)
        socket.tell(message)
        assert await anext(subscription) == Interrupted()
        assert (await (await exchange.opened.get()).accept(5))["method"] == "accountSubscribe"


@pytest.mark.parametrize("message", [{}, {"id": 77, "result": 5}, {"method": "unheardOf"}, note(99, None)])
async def test_what_is_for_nobody_is_left(message: Any) -> None:
    async with _subscriptions() as (subscriptions, exchange, _time):
        subscription = subscriptions.account(ADDRESS)
        socket = await exchange.opened.get()
        await socket.accept(3)
        socket.tell(message)
        socket.tell(note(3, None))
        assert await anext(subscription) == AccountNotice(5, None)


async def test_a_subscription_that_is_refused() -> None:
    async with _subscriptions() as (subscriptions, exchange, _time):
        refused, other = subscriptions.account(ADDRESS), subscriptions.signature(SIGNATURE)
        socket = await exchange.opened.get()
        request = await socket.sent.get()
        socket.tell({"id": request["id"], "error": {"code": -32601, "message": "not\n here"}})
        for wait in (refused.wait_until_open, refused.__anext__):
            with pytest.raises(RpcResponseError, match=r"accountSubscribe: .* says -32601: not  here"):
                await wait()
        await socket.accept(4)
        await other.wait_until_open()
        socket.tell(note(4, {"err": None}))
        assert await anext(other) == SignatureNotice(5, None)


async def test_notices_that_nobody_takes_are_bounded_and_that_is_told() -> None:
    async with _subscriptions() as (subscriptions, exchange, _time):
        subscription = subscriptions.account(ADDRESS)
        socket = await exchange.opened.get()
        await socket.accept(3)
        for slot in range(1000):
            socket.tell(note(3, None, slot=slot))
        async with subscriptions.account(ADDRESS):
            await socket.accept(4)  # what was told before it has been read by now
        assert await anext(subscription) == Interrupted()
        taken = [await anext(subscription) for _ in range(64)]
        assert taken[-1] == AccountNotice(999, None)


async def test_closing_ends_what_is_subscribed() -> None:
    async with _subscriptions() as (subscriptions, exchange, _time):
        subscription = subscriptions.account(ADDRESS)
        await exchange.opened.get()
        await subscriptions.aclose()
        with pytest.raises(RpcClosedError, match="these subscriptions were closed"):
            await anext(subscription)
        with pytest.raises(RpcClosedError):
            subscriptions.signature(SIGNATURE)


# ---------------------------------------------------------------- over real sockets


Serve = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def _server(handle: Serve) -> AsyncIterator[str]:
    async with serve(handle, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _answering(connection: ServerConnection) -> None:
    async for message in connection:
        request = json.loads(message)
        await connection.send(json.dumps({"id": request["id"], "result": 24}))
        await connection.send(json.dumps(note(24, {"err": None}, slot=9)))


async def test_over_a_real_socket(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(1)
    targets: list[str] = []

    async def handle(connection: ServerConnection) -> None:
        assert connection.request is not None
        targets.append(connection.request.path)
        await _answering(connection)

    async with _server(handle) as url:
        network = LOCALNET.at("http://h", f"{url}/v2/{TOKEN}?key={TOKEN}")
        async with Subscriptions(network) as subscriptions:
            assert await anext(subscriptions.signature(SIGNATURE)) == SignatureNotice(9, None)
    assert targets == [f"/v2/{TOKEN}?key={TOKEN}"]
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("nosana", "websockets.client"))]
    assert not any(TOKEN in message for message in ours)


async def test_a_server_that_closes_refuses_or_redirects() -> None:
    calls: list[str] = []

    async def handle(connection: ServerConnection) -> None:
        calls.append("")
        if len(calls) > 1:
            await _answering(connection)

    async with _server(handle) as url, Subscriptions(LOCALNET.at("http://h", url)) as subscriptions:
        subscription = subscriptions.signature(SIGNATURE)
        assert [await anext(subscription), await anext(subscription)] == [Interrupted(), SignatureNotice(9, None)]


async def test_a_server_that_has_gone_silent_is_noticed() -> None:
    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Shakes hands by the protocol, and never says a word again: no answer to a ping either."""
        head = await reader.readuntil(b"\r\n\r\n")
        key = next(
            line.split(b": ")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key")
        )
        writer.write(_handshake(key))
        await reader.read()  # up to the end, without an answer
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    url = EndpointUrl(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    async with dial(url, heartbeat_seconds=0.05) as socket:
        with pytest.raises(SocketLostError, match="ConnectionClosedError"):
            await asyncio.wait_for(socket.receive(), 20)
    server.close()


def _handshake(key: bytes) -> bytes:
    accepted = accept_key(key.decode())
    lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
    return "\r\n".join([*lines, f"Sec-WebSocket-Accept: {accepted}", "", ""]).encode()


async def test_nobody_listens(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "nosana_chain")
    async with _server(_answering) as url:
        pass
    async with Subscriptions(LOCALNET.at("http://h", f"{url}/{TOKEN}"), sleep=FakeTime().sleep) as subscriptions:
        assert await anext(subscriptions.account(ADDRESS)) == Interrupted()
    assert "is lost" in caplog.text
    assert TOKEN not in caplog.text
