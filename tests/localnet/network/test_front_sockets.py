"""WebSockets through the launcher's front, with a server of the test's own behind it."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from upstream import Upstream, behind_the_front, connection_to, to_json
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from nosana_chain.localnet.surfpool import Endpoints

SIGNATURE = "5" * 88
PARAMS = [SIGNATURE, {"commitment": "confirmed"}]
SUBSCRIBE = {"jsonrpc": "2.0", "id": 1, "method": "signatureSubscribe", "params": PARAMS}
VERDICT = {"method": "signatureNotification", "params": {"result": {"value": {"err": None}}, "subscription": 7}}
SLOT = {"method": "slotNotification", "params": {"result": {"slot": 1}, "subscription": 7}}


async def send(socket: ClientConnection | ServerConnection, message: Any) -> None:
    await socket.send(json.dumps(message))


async def receive(socket: ClientConnection | ServerConnection) -> Any:
    return json.loads(await asyncio.wait_for(socket.recv(), 5))


async def receive_own(socket: ClientConnection) -> None:
    await send(socket, 1)
    assert await receive(socket) == 1


async def echo(socket: ServerConnection) -> None:
    with suppress(ConnectionClosed):
        async for message in socket:
            await socket.send(message)


def on_rpc_port(endpoints: Endpoints) -> str:
    return endpoints.rpc_url.replace("http", "ws")


@pytest.fixture(params=["ws_url", "rpc_url"])
def port(request: pytest.FixtureRequest) -> str:
    return request.param


def url_of(endpoints: Endpoints, port: str) -> str:
    return str(getattr(endpoints, port)).replace("http", "ws")


async def test_messages_pass_on_both_ports(port: str, tmp_path: Path) -> None:
    great = "x" * 10 * 1024**2
    async with (
        behind_the_front(Upstream(talk=echo), tmp_path) as endpoints,
        connect(url_of(endpoints, port), max_size=None) as socket,
    ):
        for message in ('{"id": 12345678901234567890}', "no JSON", great, b"\0bytes"):
            await socket.send(message)
            assert await socket.recv() == message


async def test_the_web_socket_port_is_the_next_one(tmp_path: Path) -> None:
    async with behind_the_front(Upstream(), tmp_path) as endpoints:
        assert urlsplit(endpoints.ws_url).port == (urlsplit(endpoints.rpc_url).port or 0) + 1


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"])
async def test_a_foreign_page_is_refused(origin: str, port: str, tmp_path: Path) -> None:
    async with behind_the_front(Upstream(talk=echo), tmp_path) as endpoints:
        with pytest.raises(InvalidStatus, match="403"):
            async with connect(url_of(endpoints, port), additional_headers={"Origin": origin}):
                pass


async def test_a_name_that_was_bound_to_this_machine_is_refused(port: str, tmp_path: Path) -> None:
    async with behind_the_front(Upstream(talk=echo), tmp_path) as endpoints:
        parts = urlsplit(url_of(endpoints, port))
        with pytest.raises(InvalidStatus, match="403"):
            async with connect(f"ws://evil.example:{parts.port}", host="127.0.0.1", port=parts.port):
                pass


async def test_a_page_of_this_machine_is_served(port: str, tmp_path: Path) -> None:
    async with (
        behind_the_front(Upstream(talk=echo), tmp_path) as endpoints,
        connect(url_of(endpoints, port), additional_headers={"Origin": "http://localhost:3000"}) as socket,
    ):
        await receive_own(socket)


async def test_a_connection_that_has_been_used_can_become_a_web_socket(tmp_path: Path) -> None:
    async with behind_the_front(Upstream(talk=echo), tmp_path) as endpoints:
        reader, writer = await connection_to(endpoints.rpc_url)
        host = f"Host: {urlsplit(endpoints.rpc_url).netloc}\r\n".encode()
        writer.write(b"POST / HTTP/1.1\r\n" + host + b"Content-Length: 2\r\n\r\n{}")
        assert (await reader.readexactly(len(to_json({})))).endswith(b"{}")
        writer.write(
            b"GET / HTTP/1.1\r\n" + host + b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            b"\x81\x82\x00\x00\x00\x00hi"  # a frame that doesn't wait for the answer: text, masked with zeros
        )
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
        assert await reader.readexactly(4) == b"\x81\x02hi"
        writer.close()


async def test_a_notification_waits_for_the_answer(port: str, tmp_path: Path) -> None:
    async def hasty(socket: ServerConnection) -> None:
        request = await receive(socket)
        await send(socket, SLOT)
        await send(socket, {"jsonrpc": "2.0", "result": 7, "id": request["id"]})
        await socket.wait_closed()

    async with (
        behind_the_front(Upstream(talk=hasty), tmp_path) as endpoints,
        connect(url_of(endpoints, port)) as socket,
    ):
        await send(socket, {"jsonrpc": "2.0", "id": "one", "method": "slotSubscribe"})
        assert await receive(socket) == {"jsonrpc": "2.0", "result": 7, "id": "one"}
        assert await receive(socket) == SLOT


async def test_a_silent_signature_is_asked_for_and_told(tmp_path: Path) -> None:
    heard: list[Any] = []

    async def forgetful(socket: ServerConnection) -> None:
        await receive(socket)
        await send(socket, {"jsonrpc": "2.0", "result": 7, "id": 1})
        heard.append(await receive(socket))
        await send(socket, {"jsonrpc": "2.0", "result": True, "id": heard[0]["id"]})
        await send(socket, VERDICT)
        await send(socket, "the end")
        await socket.wait_closed()

    statuses = iter([None, {"confirmationStatus": "processed", "err": None, "slot": 5}])
    confirmed = {"confirmationStatus": "confirmed", "err": {"InstructionError": [0, {"Custom": 1}]}, "slot": 6}

    def answer(body: bytes) -> bytes:
        assert json.loads(body)["params"] == [[SIGNATURE], {"searchTransactionHistory": True}]
        return to_json({"result": {"context": {"slot": 9}, "value": [next(statuses, confirmed)]}, "id": 1})

    async with (
        behind_the_front(Upstream(answer=answer, talk=forgetful), tmp_path) as endpoints,
        connect(endpoints.ws_url) as socket,
    ):
        await send(socket, SUBSCRIBE)
        assert (await receive(socket))["result"] == 7
        told = await receive(socket)
        assert await receive(socket) == "the end"  # and neither Surfpool's late one, nor the answer to the front

    result = {"context": {"slot": 6}, "value": {"err": confirmed["err"]}}
    params = {"result": result, "subscription": 7}
    assert told == {"jsonrpc": "2.0", "method": "signatureNotification", "params": params}
    assert [(each["method"], each["params"]) for each in heard] == [("signatureUnsubscribe", [7])]


@pytest.mark.parametrize("code", [1000, 1001, 4321])
async def test_surfpool_s_end_reaches_the_client(code: int, tmp_path: Path) -> None:
    async def leave(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.close(code, "enough")

    async with behind_the_front(Upstream(talk=leave), tmp_path) as endpoints, connect(endpoints.ws_url) as socket:
        await send(socket, 1)
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(socket.recv(), 5)
        assert (socket.close_code, socket.close_reason) == (code, "enough")


async def test_the_client_s_end_reaches_surfpool(tmp_path: Path) -> None:
    ends: asyncio.Queue[tuple[int | None, str | None]] = asyncio.Queue()

    async def wait(socket: ServerConnection) -> None:
        await echo(socket)
        await ends.put((socket.close_code, socket.close_reason))

    async with behind_the_front(Upstream(talk=wait), tmp_path) as endpoints:
        async with connect(endpoints.ws_url) as polite:
            await receive_own(polite)
            await polite.close(4000, "done")
        assert await asyncio.wait_for(ends.get(), 5) == (4000, "done")
        rude = await connect(endpoints.ws_url)
        await receive_own(rude)
        rude.transport.abort()
        assert (await asyncio.wait_for(ends.get(), 5))[0] == 1001


async def test_a_client_that_leaves_at_once_is_left(tmp_path: Path) -> None:
    left = asyncio.Event()

    async def wait(socket: ServerConnection) -> None:
        await socket.wait_closed()
        left.set()

    async with behind_the_front(Upstream(talk=wait), tmp_path) as endpoints:
        for _ in range(10):  # at least one gets as far as Surfpool
            hasty = await connect(endpoints.ws_url)
            hasty.transport.abort()
        await asyncio.wait_for(left.wait(), 5)


async def test_a_client_that_does_not_read_does_not_fill_the_memory(tmp_path: Path) -> None:
    sent = 0
    piece = "x" * 1024**2

    async def pour(socket: ServerConnection) -> None:
        nonlocal sent
        await socket.recv()
        for _ in range(200):
            await socket.send(piece)
            sent += 1

    async with (
        behind_the_front(Upstream(talk=pour), tmp_path) as endpoints,
        connect(endpoints.ws_url, max_queue=1, max_size=None) as socket,
    ):
        await send(socket, 1)
        before = -1
        while sent != before:  # until nothing more is taken
            before = sent
            await asyncio.sleep(0.2)
        assert sent < 100
        for _ in range(200):
            assert len(await asyncio.wait_for(socket.recv(), 5)) == len(piece)
