"""One HTTP exchange with a service: bounded in time and size, with tokens kept out of errors, logs and tracebacks."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar
from urllib.parse import urljoin, urlsplit

import httpx2

from nosana_chain.errors import ConfigError, OffChainError
from nosana_chain.secret import Secret
from nosana_chain.wire.body import BodyError, read_body
from nosana_chain.wire.endpoint_url import EndpointUrl, HiddenBytes
from nosana_chain.wire.foreign_logs import without_foreign_logs
from nosana_chain.wire.texts import Scrubber
from nosana_chain.wire.transport import http_client

T = TypeVar("T")

MAX_REDIRECTS = 5  #: gateways send on to a subdomain of the content's own, and from one domain to another
_REDIRECTS = (301, 302, 303, 307, 308)
_OK = range(200, 300)
_MAX_ERROR_BYTES = 64 * 1024  # of the answer to what was refused
_SHOWN_ERROR = 200  # characters of a service's own words

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered.

    Attributes:
        status: HTTP status.
        body: unpacked.
        content_type: as it was told, without parameters.
    """

    status: int
    body: bytes = field(repr=False)
    content_type: str = ""

    @property
    def is_ok(self) -> bool:
        """Whether the service did what was asked."""
        return self.status in _OK


class Unanswered(Exception):  # noqa: N818  it is told as the reason of an error of the package, and never leaves it
    """No answer that can be taken; the text goes on after the service's name."""


class Refused(Exception):  # noqa: N818  as `Unanswered`
    """A stream that the service refused to open; `answer` is what it said."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Service:
    """A service at one base URL. In an async context manager it keeps its connection; else each exchange has its own.

    Args:
        url: `https://host/base`; user part, path and query may hold tokens, and are never shown.
        headers: sent with every request to this very host, and never shown.
        timeout_seconds: for one whole exchange.
        follows_redirects: whether an answer may send a request on. Not to another scheme but from http to https; not
            to this machine or a private network, unless the service is there itself; and without headers and query.

    Raises:
        ConfigError: the URL can't be read.
    """

    def __init__(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float = 30,
        follows_redirects: bool = False,
    ) -> None:
        if not url.startswith(("https://", "http://")):
            raise ConfigError("a service's URL must begin with https:// or http://; this one doesn't")
        self._url = EndpointUrl(url)
        del url  # a traceback with locals would show it
        self._headers: Secret[dict[str, str]] = Secret(dict(headers or {}))
        self._scrubber = Scrubber(_secrets(headers or {}))
        self._timeout_seconds = timeout_seconds
        self._follows = follows_redirects
        self._kept: httpx2.AsyncClient | None = None

    def __repr__(self) -> str:
        """The URL without secrets."""
        return f"<Service {self.shown}>"

    @property
    def shown(self) -> str:
        """The URL without secrets."""
        return self._url.shown

    @property
    def is_loopback(self) -> bool:
        """Whether the service is on this machine."""
        return self._url.is_loopback

    async def __aenter__(self) -> Self:
        self._kept = self._client()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connection; from now on each exchange has its own."""
        kept, self._kept = self._kept, None
        if kept is not None:
            with without_foreign_logs():
                await kept.aclose()

    async def ask(self, method: str, path: str, *, most: int, **request: Any) -> Answer:
        """One exchange; nothing is repeated.

        Args:
            method: of HTTP.
            path: goes on after the base URL, with its query.
            most: bytes that the answer may have, packed and unpacked.
            **request: `content`, `files`, `data` or `headers`, as the HTTP library takes them.

        Raises:
            Unanswered: no answer that can be taken.
        """
        outcome = await self._outcome(method, path, most, request)
        if isinstance(outcome, Unanswered):  # here, where no frame of the HTTP library is in the traceback
            raise outcome
        return outcome

    def words(self, answer: Answer, *, secrets: Iterable[str] = ()) -> str:
        """What an answer says, on one line, for an error: the service's own words, without the user's secrets.

        Args:
            answer: a refusal.
            secrets: of the request itself; those of the service are known.
        """
        text = Scrubber(secrets).text(answer.body[: _SHOWN_ERROR * 16].decode(errors="replace"), limit=_SHOWN_ERROR * 4)
        told = self._url.scrubber.text(self._scrubber.text(text, limit=_SHOWN_ERROR), limit=_SHOWN_ERROR)
        return f"HTTP {answer.status}" + (f": {told}" if told and "<" not in told[:20] else "")

    async def chunks(self, path: str, *, headers: Mapping[str, str]) -> AsyncIterator[bytes]:
        """The pieces of an answer that goes on, as they come. It may take any time, but must not be silent too long.

        Raises:
            Unanswered: there is no such answer, or it breaks off.
        """
        stack = AsyncExitStack()
        try:
            pieces = await self._quietly(self._opened(stack, path, headers))
            while (piece := await self._quietly(anext(pieces, None))) is not None:
                yield piece
        finally:
            await self._quietly(stack.aclose())

    async def _opened(self, stack: AsyncExitStack, path: str, headers: Mapping[str, str]) -> AsyncIterator[bytes]:
        request = self._own({"headers": {"Accept-Encoding": "identity", **headers}})
        client = await stack.enter_async_context(self._connected())
        stream = self._stream(client, "GET", self._url.origin, self._target(path), request)
        response = await stack.enter_async_context(stream)
        if response.status_code not in _OK:
            body = await read_body(response, most=_MAX_ERROR_BYTES)
            raise Refused(Answer(response.status_code, body))
        return response.aiter_raw()

    async def _quietly(self, step: Awaitable[T]) -> T:
        """One step of a stream, while the HTTP library logs nothing. Between two steps others may want its records."""
        try:
            with without_foreign_logs():
                async with asyncio.timeout(self._timeout_seconds):
                    return await step
        except Refused:
            raise
        except TimeoutError:
            failure = Unanswered(f"was silent for {self._timeout_seconds:g} s")
        except Exception as error:  # noqa: BLE001  as in _outcome
            failure = Unanswered(f"broke off ({type(error).__name__})")
        raise failure

    async def _outcome(self, method: str, path: str, most: int, request: dict[str, Any]) -> Answer | Unanswered:
        try:
            with without_foreign_logs():
                async with asyncio.timeout(self._timeout_seconds), self._connected() as client:
                    return await self._exchange(client, method, path, most, request)
        except Unanswered as error:
            return error.with_traceback(None)
        except TimeoutError:
            return Unanswered(f"did not answer within {self._timeout_seconds:g} s")
        except BodyError as error:
            return Unanswered(f"sent {error}")
        except Exception as error:  # noqa: BLE001  whatever a library below makes of a broken line is one thing here
            return Unanswered(f"can't be reached ({type(error).__name__})")
        except BaseException as error:  # noqa: BLE001  a cancelled request: the same, without the libraries' frames
            raise error.with_traceback(None) from None

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[httpx2.AsyncClient]:
        """The connection that is kept, or one for this exchange alone."""
        if self._kept is not None:
            yield self._kept
            return
        async with self._client() as own:
            yield own

    async def _exchange(
        self, client: httpx2.AsyncClient, method: str, path: str, most: int, request: dict[str, Any]
    ) -> Answer:
        where, target = self._url.origin, self._target(path)
        request = self._own(request)
        for _ in range(MAX_REDIRECTS + 1):
            async with self._stream(client, method, where, target, request) as response:
                status, onward = response.status_code, response.headers.get("Location", "")
                if not (self._follows and status in _REDIRECTS and onward):
                    body = await read_body(response, most=most if status in _OK else _MAX_ERROR_BYTES)
                    _log.debug("%s %s: HTTP %d, %d bytes", method, self.shown, status, len(body))
                    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                    return Answer(status, body, kind)
            where, target = self._onward(where, target, onward)
            kept = {name: text for name, text in request["headers"].items() if name not in self._headers.reveal()}
            request = {**request, "headers": kept, "auth": None}
        raise Unanswered(f"sent the request on more than {MAX_REDIRECTS} times")

    def _own(self, request: dict[str, Any]) -> dict[str, Any]:
        """With what only this host is told."""
        headers = {**self._headers.reveal(), **request.get("headers", {})}
        return {**request, "headers": headers, "auth": self._url.auth()}

    def _client(self) -> httpx2.AsyncClient:
        return http_client(self._url, headers={"Accept-Encoding": "gzip"})

    @staticmethod
    def _stream(
        client: httpx2.AsyncClient, method: str, where: str, target: bytes, request: dict[str, Any]
    ) -> AbstractAsyncContextManager[httpx2.Response]:
        return client.stream(method, where, **request, extensions={"target": target})

    def _target(self, path: str) -> HiddenBytes:
        """Path and query of one request: the base URL's path, `path`, and both queries."""
        base, _, query = self._url.target().partition(b"?")
        path, _, more = path.partition("?")
        queries = b"&".join(part for part in (more.encode(), query) if part)
        whole = base.rstrip(b"/") + b"/" + path.lstrip("/").encode()
        return HiddenBytes(whole + b"?" + queries if queries else whole)

    def _onward(self, where: str, target: bytes, location: str) -> tuple[str, HiddenBytes]:
        """Where a redirect leads, if it may."""
        try:
            parts = urlsplit(urljoin(f"{where}{target.decode()}", location))
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise Unanswered("sent the request on to what is no URL") from None
        if parts.scheme not in ("https", where.partition(":")[0]) or not host:
            raise Unanswered("sent the request on to another scheme, which is not followed")
        if is_inner(host) and not is_inner(urlsplit(self._url.origin).hostname or ""):
            raise Unanswered("sent the request on to this machine or a private network, which is not followed")
        shown_host = f"[{host}]" if ":" in host else host
        origin = f"{parts.scheme}://{shown_host}" + (f":{port}" if port else "")
        return origin, HiddenBytes(httpx2.URL(parts._replace(fragment="").geturl()).raw_path)


def is_inner(host: str) -> bool:
    """Whether a host is this machine or an address of a private network, as far as its name tells."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name.replace(".", "").isdigit() or name.startswith("0x")  # other ways to write an address
    return not address.is_global


def refused(kind: type[OffChainError], service: Service, reason: str, **facts: Any) -> OffChainError:
    """The error of a service that didn't do what was asked; `reason` goes on after its name."""
    return kind(f"{service.shown} {reason}", endpoint=service.shown, **facts)


def _secrets(headers: Mapping[str, str]) -> list[str]:
    """The headers' values, and each word of them: a token stands after `Bearer`."""
    return [secret for text in headers.values() for secret in (text, *text.split())]
