"""A small HTTP server on loopback, for services of the local network. It serves programs and pages of this machine."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote, urlsplit

import h11

from nosana_chain.errors import InputError, PortInUseError

HOST = "127.0.0.1"
MAX_BODY_BYTES = 256 * 1024 * 1024
IDLE_SECONDS = 60.0  # of a connection on which nothing comes

_CHUNK = 64 * 1024
_PORTS = range(1, 2**16)
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "::1")


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked.

    Attributes:
        method: of HTTP.
        path: without its query, percent signs read.
        query: each name with its values, in their order.
        headers: by name in lower case; of a name that is there twice, the last.
        body: all of it.
    """

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def first(self, name: str, default: str = "") -> str:
        """The first value of a name in the query."""
        return self.query.get(name, [default])[0]


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered."""

    body: bytes = b""
    status: HTTPStatus = HTTPStatus.OK
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Request], Awaitable[Response]]


@asynccontextmanager
async def serving(handler: Handler, *, port: int | None = None) -> AsyncIterator[int]:
    """Serve on loopback for the length of the block; the port.

    Args:
        handler: answers. What it raises is answered by 500, and doesn't end the server.
        port: 1 to 65535; any free one when None.

    Raises:
        InputError: no port.
        PortInUseError: it is taken.
    """
    if port is not None and port not in _PORTS:
        raise InputError(f"a port is a number from 1 to 65535, not {port}", port=port)
    open_now: dict[asyncio.StreamWriter, asyncio.Event] = {}

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ended = open_now[writer] = asyncio.Event()
        try:
            await _Connection(reader, writer, handler).serve()
        finally:
            ended.set()
            del open_now[writer]

    try:
        server = await asyncio.start_server(connected, HOST, port or 0)
    except OSError as error:
        raise PortInUseError(f"port {port} is taken ({error.strerror}); choose another one", port=port) from None
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        left = [*open_now.items()]
        for writer, _ in left:
            writer.transport.abort()  # a cancelled task would be told as an error by asyncio's streams
        for _, ended in left:
            await ended.wait()
        await server.wait_closed()


class _Connection:
    """One connection, with one request after another."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, handler: Handler) -> None:
        self._reader, self._writer, self._handler = reader, writer, handler
        self._http = h11.Connection(h11.SERVER)

    async def serve(self) -> None:
        try:
            while await self._one():
                self._http.start_next_cycle()
        except (h11.RemoteProtocolError, h11.LocalProtocolError, OSError, TimeoutError):
            pass  # the other side went away, or speaks no HTTP
        finally:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()

    async def _one(self) -> bool:
        """Answer one request; whether there may be another one."""
        try:
            request = await self._request()
        except h11.RemoteProtocolError as error:
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if error.error_status_hint == _TOO_LARGE else _BAD
            if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
                await self._answer(Response(b"", status), "GET")
            raise
        if request is not None:
            await self._answer(await self._response(request), request.method)
        return self._http.our_state is h11.DONE and self._http.their_state is h11.DONE

    async def _request(self) -> Request | None:
        head: h11.Request | None = None
        body = bytearray()
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                await self._continue()
                async with asyncio.timeout(IDLE_SECONDS):
                    self._http.receive_data(await self._reader.read(_CHUNK))
            elif isinstance(event, h11.Request):
                head = event
                _require_short(head)
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > MAX_BODY_BYTES:
                    raise h11.RemoteProtocolError("the body is too long", error_status_hint=_TOO_LARGE)
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                return _read(head, bytes(body))
            else:
                return None

    async def _continue(self) -> None:
        if self._http.they_are_waiting_for_100_continue:
            await self._write(h11.InformationalResponse(status_code=100, headers=[]))

    async def _response(self, request: Request) -> Response:
        if not _is_local(request):
            return Response(b"", HTTPStatus.FORBIDDEN)
        try:
            return await self._handler(request)
        except Exception:  # noqa: BLE001  one request must not end the server
            return Response(b"", HTTPStatus.INTERNAL_SERVER_ERROR)

    async def _answer(self, response: Response, method: str) -> None:
        headers = [
            ("Content-Type", response.content_type),
            ("Content-Length", str(len(response.body))),
            *response.headers.items(),
        ]
        await self._write(h11.Response(status_code=response.status, headers=headers))
        if method != "HEAD":
            await self._write(h11.Data(data=response.body))
        await self._write(h11.EndOfMessage())

    async def _write(self, event: h11.Event) -> None:
        self._writer.write(self._http.send(event) or b"")
        await self._writer.drain()


_TOO_LARGE, _BAD = HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.BAD_REQUEST


def _read(head: h11.Request, body: bytes) -> Request:
    parts = urlsplit(head.target.decode("ascii", "replace"))
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        query.setdefault(name, []).append(value)
    headers = {name.decode("ascii"): value.decode("latin-1") for name, value in head.headers}
    return Request(head.method.decode("ascii"), unquote(parts.path), query, headers, body)


def _is_local(request: Request) -> bool:
    """Pages of other places may send requests here too; they give themselves away by Origin, or by the Host's name."""
    host, origin = request.headers.get("host", ""), request.headers.get("origin", "")
    return (not host or _is_loopback(host)) and (not origin or _is_loopback(origin.partition("://")[2]))


def _is_loopback(host: str) -> bool:
    return host in _LOOPBACK or host.rpartition(":")[0] in _LOOPBACK


def _require_short(head: h11.Request) -> None:
    length = next((value for name, value in head.headers if name == b"content-length"), b"0")
    if int(length) > MAX_BODY_BYTES:
        raise h11.RemoteProtocolError("the body is too long", error_status_hint=_TOO_LARGE)


def form_parts(request: Request) -> dict[str, bytes]:
    """The parts of a multipart form, by name; of equal names, the first.

    Raises:
        ValueError: it is no such form.
    """
    header = Message()
    header["Content-Type"] = request.headers.get("content-type", "")
    boundary = header.get_boundary()
    if header.get_content_type() != "multipart/form-data" or not boundary:
        raise ValueError("the body is no multipart form")
    found: dict[str, bytes] = {}
    for part in (b"\r\n" + request.body).split(b"\r\n--" + boundary.encode("latin-1"))[1:]:
        if part.startswith(b"--"):
            break
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        found.setdefault(_name_of(head), content)
    return found


def _name_of(head: bytes) -> str:
    for line in head.decode("utf-8", "replace").splitlines():
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            message = Message()
            message["Content-Disposition"] = value
            return str(message.get_param("name", "", "Content-Disposition"))
    return ""
