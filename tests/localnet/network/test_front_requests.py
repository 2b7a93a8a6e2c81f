"""JSON-RPC through the launcher's front, with a server of the test's own behind it."""

import asyncio
import hashlib
import random
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from upstream import Upstream, behind_the_front, connection_to, to_json

from nosana_chain.localnet.surfpool import Endpoints

MEGABYTE = 1024**2


def request(url: str, body: bytes = b"{}", *fields: bytes) -> bytes:
    head = [b"POST / HTTP/1.1", b"Host: " + urlsplit(url).netloc.encode(), b"Content-Length: %d" % len(body), *fields]
    return b"\r\n".join([*head, b"", b""]) + body


async def answer_from(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    (length,) = (line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
    return int(head.split()[1]), await reader.readexactly(int(length.partition(b":")[2]))


async def asked(endpoints: Endpoints, content: bytes) -> tuple[int, bytes]:
    reader, writer = await connection_to(endpoints.rpc_url)
    writer.write(content)
    answer = await answer_from(reader)
    writer.close()
    return answer


async def test_requests_and_answers_pass_byte_for_byte(tmp_path: Path) -> None:
    upstream = Upstream(answer=lambda body: to_json({"got": body.decode()}))
    async with behind_the_front(upstream, tmp_path) as endpoints:
        content = request(endpoints.rpc_url, b'{"id": 1}', b"X-Odd:  value ", b"Origin: http://localhost:3000")
        status, body = await asked(endpoints, content)

    assert (status, body) == (200, b'{"got": "{\\"id\\": 1}"}')
    assert upstream.connections == [[(content.removesuffix(b'{"id": 1}'), b'{"id": 1}')]]


async def test_a_pipeline_is_answered_in_its_order_on_one_connection(tmp_path: Path) -> None:
    upstream = Upstream(answer=lambda body: to_json(body.decode()))
    async with behind_the_front(upstream, tmp_path) as endpoints:
        reader, writer = await connection_to(endpoints.rpc_url)
        writer.write(b"".join(request(endpoints.rpc_url, b"%d" % number) for number in range(50)))
        answers = [await answer_from(reader) for _ in range(50)]
        writer.write(request(endpoints.rpc_url, b"later"))
        answers.append(await answer_from(reader))
        writer.close()

    assert [body for _, body in answers] == [b'"%d"' % number for number in range(50)] + [b'"later"']
    assert [len(requests) for requests in upstream.connections] == [51]


async def test_bodies_of_tens_of_megabytes_pass_both_ways(tmp_path: Path) -> None:
    great = random.Random(1).randbytes(40 * MEGABYTE)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(great)
    upstream = Upstream(answer=lambda _body: head + great)
    async with behind_the_front(upstream, tmp_path) as endpoints:
        status, body = await asked(endpoints, request(endpoints.rpc_url, great))

    assert status == 200
    assert hashlib.sha256(body).digest() == hashlib.sha256(great).digest()
    ((_, arrived),) = upstream.connections[0]
    assert hashlib.sha256(arrived).digest() == hashlib.sha256(great).digest()


async def test_a_client_that_sends_no_more_is_still_answered(tmp_path: Path) -> None:
    async with behind_the_front(Upstream(), tmp_path) as endpoints:
        reader, writer = await connection_to(endpoints.rpc_url)
        writer.write(request(endpoints.rpc_url))
        writer.write_eof()
        everything = await reader.read()
        writer.close()

    assert everything == to_json({})


async def test_a_client_that_leaves_is_left(tmp_path: Path) -> None:
    upstream = Upstream()
    async with behind_the_front(upstream, tmp_path) as endpoints:
        reader, writer = await connection_to(endpoints.rpc_url)
        writer.write(request(endpoints.rpc_url))
        await answer_from(reader)
        writer.transport.abort()
        await asyncio.wait_for(upstream.closed.wait(), 5)


FOREIGN = [
    (b"Host: evil.example", b"Content-Length: 2"),
    (b"Host: 127.0.0.1", b"Content-Length: 2"),
    (b"Host: {netloc}", b"Origin: https://evil.example", b"Content-Length: 2"),
    (b"Host: {netloc}", b"Origin: null", b"Content-Length: 2"),
    (b"Host: {netloc}", b"Host: {netloc}", b"Content-Length: 2"),
    (b"Content-Length: 2",),
]


@pytest.mark.parametrize("method", [b"POST", b"OPTIONS"])
@pytest.mark.parametrize("fields", FOREIGN, ids=lambda fields: fields[0].decode())
async def test_a_foreign_request_is_refused_and_goes_nowhere(
    method: bytes, fields: tuple[bytes, ...], tmp_path: Path
) -> None:
    upstream = Upstream()
    async with behind_the_front(upstream, tmp_path) as endpoints:
        netloc = urlsplit(endpoints.rpc_url).netloc.encode()
        head = b"\r\n".join([method + b" / HTTP/1.1", *fields, b"", b""]).replace(b"{netloc}", netloc)
        reader, writer = await connection_to(endpoints.rpc_url)
        writer.write(head + b"{}")
        everything = await reader.read()
        writer.close()

    assert everything.startswith(b"HTTP/1.1 403 Forbidden\r\n")
    assert b"access-control" not in everything.lower()
    assert [request for requests in upstream.connections for request in requests] == []


async def test_a_foreign_request_after_a_good_one_is_refused(tmp_path: Path) -> None:
    upstream = Upstream()
    async with behind_the_front(upstream, tmp_path) as endpoints:
        reader, writer = await connection_to(endpoints.rpc_url)
        writer.write(request(endpoints.rpc_url))
        assert (await answer_from(reader))[0] == 200
        writer.write(request(endpoints.rpc_url, b"{}", b"Origin: https://evil.example"))
        assert (await answer_from(reader))[0] == 403
        writer.close()

    assert [len(requests) for requests in upstream.connections] == [1]


async def test_what_can_be_read_in_two_ways_is_refused(tmp_path: Path) -> None:
    upstream = Upstream()
    async with behind_the_front(upstream, tmp_path) as endpoints:
        status, body = await asked(endpoints, request(endpoints.rpc_url, b"{}", b"Content-Length: 3"))

    assert (status, body) == (400, b"the body has two lengths\n")
    assert [request for requests in upstream.connections for request in requests] == []


async def test_the_web_socket_port_serves_nothing_else(tmp_path: Path) -> None:
    async with behind_the_front(Upstream(), tmp_path) as endpoints:
        reader, writer = await connection_to(endpoints.ws_url)
        writer.write(request(endpoints.ws_url))
        everything = await reader.read()
        writer.close()

    assert everything.startswith(b"HTTP/1.1 426 ")
