"""The local network's small HTTP server: many requests on a connection, odd ones, and an orderly end."""

from __future__ import annotations

import asyncio

import httpx2
import pytest
from harness.answering import served

from nosana_chain.localnet.http_server import MAX_BODY_BYTES, Request, Response, serving


def echo(request: Request) -> Response:
    if request.path == "/fail":
        raise RuntimeError("on purpose")
    return Response(request.body or request.path.encode(), content_type="text/plain")


async def raw(url: str, sent: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    writer.write(sent)
    answer = await reader.read(100_000)
    writer.close()
    await writer.wait_closed()
    return answer


async def test_many_requests_on_one_connection() -> None:
    async with served(echo) as server, httpx2.AsyncClient(base_url=server.url, trust_env=False) as client:
        for _ in range(3):
            assert (await client.get("/a%20b?x=1&x=2&y")).text == "/a b"
            assert (await client.post("/", content=bytes(1_000_000))).content == bytes(1_000_000)
            assert (await client.head("/")).text == ""
            assert (await client.get("/fail")).status_code == 500
        assert server.asked[0].query == {"x": ["1", "2"], "y": [""]}
        assert server.asked[0].first("x") == "1"


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"nonsense\r\n\r\n", b"HTTP/1.1 400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 400"),  # no Host
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 100_000, b"HTTP/1.1 4"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", b"HTTP/1.1 200"),
        (b"GET / HTTP/1.0\r\n\r\n", b"HTTP/1.1 200"),
    ],
)
async def test_odd_requests(sent: bytes, answer: bytes) -> None:
    async with served(echo) as server:
        assert (await raw(server.url, sent)).startswith(answer)


async def test_a_client_that_asks_first_is_told_to_go_on() -> None:
    async with served(echo) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url.rpartition(":")[2]))
        writer.write(b"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100")
        writer.write(b"x")
        assert (await reader.readuntil(b"\r\n\r\nx")).startswith(b"HTTP/1.1 200")
        writer.close()
        await writer.wait_closed()


async def test_a_body_of_more_than_its_limit_is_refused() -> None:
    sent = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY_BYTES + 1)
    async with served(echo) as server:
        assert (await raw(server.url, sent)).startswith(b"HTTP/1.1 413")


async def test_it_ends_while_connections_are_open() -> None:
    async def never(_request: Request) -> Response:
        return Response(b"")

    async with serving(never) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert await reader.readuntil(b"\r\n\r\n")
    with pytest.raises(OSError, match=r"reset|refused|Connect"):
        await asyncio.open_connection("127.0.0.1", port)
    writer.close()
