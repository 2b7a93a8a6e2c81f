"""The one seam to a cluster: an object that sends one JSON-RPC request and gives back the answer's bytes.

Whatever stands between the package and the wire (rate limits, injected faults) is a `Transport` around another one;
`HttpTransport` is the innermost. Above `EnvelopeTransport` the same shape carries answers that are read already: it
is what retries, failover and tracing wrap, since only there an answer is told from an error.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import httpx2
import msgspec

from nosana_chain.errors import ConfigError, RpcClosedError, RpcError, RpcResponseError, RpcUnreachableError
from nosana_chain.wire.body import BodyError, read_body
from nosana_chain.wire.deadline import Deadline
from nosana_chain.wire.endpoint_url import EndpointUrl
from nosana_chain.wire.foreign_logs import without_foreign_logs
from nosana_chain.wire.limits import most_bytes
from nosana_chain.wire.refusals import http_error, unreadable_kind

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RpcRequest:
    """One JSON-RPC request.

    Attributes:
        method: name of the method, as `getBalance`.
        body: the whole request as JSON. It may be sent several times; it never changes.
        answer: the type, as msgspec takes it, that the result must have.
        deadline: the end of all tries; None for none.
    """

    method: str
    body: bytes = field(repr=False)
    answer: Any = field(default=msgspec.Raw, repr=False)
    deadline: Deadline | None = field(default=None, repr=False, compare=False)


Given_co = TypeVar("Given_co", covariant=True)


class Carrier(Protocol[Given_co]):
    """Carries requests to one cluster, and gives what comes back in one form or another."""

    @property
    def endpoint(self) -> str:
        """Where requests go, with secrets removed: for messages only."""
        ...

    async def send(self, request: RpcRequest) -> Given_co:
        """What came back on `request`.

        Raises:
            RpcUnreachableError: no answer came. The request may have been carried out all the same.
            RpcRateLimitError: the endpoint refused for now.
            RpcResponseError: the endpoint answered with an error, or with something else than JSON-RPC.
        """
        ...

    async def aclose(self) -> None:
        """Give up what the carrier holds open. It can't be used again."""
        ...


class Transport(Carrier[bytes], Protocol):
    """Carries requests to one cluster, and gives the body of the answer as it is."""


class HttpTransport:
    """JSON-RPC over HTTP, one connection kept open and used again.

    The URL may hold an API token in its path, query or user part: none of them reaches a log, a message or the locals
    of a traceback, since the HTTP library itself is only ever given the host, and the rest as the hidden target of
    each request.

    Args:
        url: `http://` or `https://`. Proxies of the environment are used, except towards this machine.
        timeout_seconds: for one whole exchange, from connecting to the last byte of the answer; less where the
            request's deadline comes before.
        max_answer_bytes: a longer answer is refused before it fills the memory, packed or not; by default the
            method's own limit (`limits.LIMITS`).

    Raises:
        ConfigError: the URL can't be read, or the environment names proxies or certificates that can't be used.
    """

    def __init__(
        self, url: str | EndpointUrl, *, timeout_seconds: float = 30, max_answer_bytes: int | None = None
    ) -> None:
        where = url if isinstance(url, EndpointUrl) else EndpointUrl(url)
        del url  # a traceback with locals would show it
        self._url = where
        self._target = where.target()
        self._timeout_seconds = timeout_seconds
        self._max_answer_bytes = max_answer_bytes
        self._client = http_client(where, auth=where.auth(), headers=_HEADERS)
        self._closed = False

    @property
    def endpoint(self) -> str:
        """Where requests go, with secrets removed."""
        return self._url.shown

    async def send(self, request: RpcRequest) -> bytes:
        """Post `request`; see `Carrier.send`. Network: one exchange, never repeated here."""
        if self._closed:
            raise self._error(RpcClosedError, request, "was closed here; make a new client")
        outcome = await self._outcome(request)
        if isinstance(outcome, RpcError):  # here, where no frame of the HTTP library is in the traceback
            raise outcome
        return outcome

    async def aclose(self) -> None:
        """Close the connection."""
        self._closed = True
        try:
            with without_foreign_logs():
                await self._client.aclose()
        except Exception as error:  # noqa: BLE001  closed is closed, even from another event loop or after the network
            _log.debug("closing %s: %s", self.endpoint, type(error).__name__)

    async def _outcome(self, request: RpcRequest) -> bytes | RpcError:
        """The answer, or the error to raise: raised elsewhere, since frames of libraries hold the target."""
        limit, deadline = self._timeout_seconds, request.deadline
        if deadline is not None and deadline.left < limit:
            limit = deadline.left
        try:
            with without_foreign_logs():
                async with asyncio.timeout(limit):
                    return await self._exchange(request)
        except RpcError as error:
            return error.with_traceback(None)
        except TimeoutError:
            return self._error(RpcUnreachableError, request, _too_late(limit, deadline))
        except BodyError as error:
            kind = RpcResponseError if error.asks_too_much else unreadable_kind(request.method)
            return self._error(kind, request, f"sent {error}", rpc_code=None)
        except Exception as error:  # noqa: BLE001  whatever a library below makes of a broken line is one thing here
            return self._error(RpcUnreachableError, request, self._broken(type(error).__name__))
        except BaseException as error:  # noqa: BLE001  a cancelled request: the same, without the libraries' frames
            raise error.with_traceback(None) from None

    async def _exchange(self, request: RpcRequest) -> bytes:
        # redirects aren't followed: they would take the request, and its token, elsewhere
        async with self._client.stream(
            "POST", self._url.origin, content=request.body, extensions={"target": self._target}
        ) as response:
            body = await read_body(response, most=self._max_answer_bytes or most_bytes(request.method))
        _log.debug("%s %s: HTTP %d, %d bytes", request.method, self.endpoint, response.status_code, len(body))
        error = http_error(response, body, request, self._url)
        if error is not None:
            raise error
        return body

    def _broken(self, reason: str) -> str:
        if self._closed:
            return "was closed here while the request was on its way; its answer is lost"
        return f"can't be reached ({reason}); check that it runs and that its URL is right"

    def _error(self, kind: type[RpcError], request: RpcRequest, reason: str, **facts: object) -> RpcError:
        message = f"{request.method}: {self.endpoint} {reason}"
        return kind(message, endpoint=self.endpoint, method=request.method, **facts)


def _too_late(limit: float, deadline: Deadline | None) -> str:
    in_all = f", and the {deadline.seconds:g} s of all tries are over" if deadline and not deadline.left else ""
    return f"did not answer within {limit:.3g} s{in_all}; try again, or use another endpoint"


def http_client(url: EndpointUrl, **settings: Any) -> httpx2.AsyncClient:
    """The HTTP library, set up for one endpoint as the environment says; nothing is asked yet.

    Raises:
        ConfigError: the environment names proxies or certificates that can't be used.
    """
    try:
        return httpx2.AsyncClient(
            timeout=None,  # one timeout around the whole exchange
            trust_env=not url.is_loopback,
            **settings,
        )
    except (ImportError, OSError, ValueError, httpx2.InvalidURL) as error:
        reason = type(error).__name__
    raise ConfigError(  # outside of `except`: a proxy's URL may hold a password
        f"HTTP can't be set up as the environment says ({reason}): check the proxies (HTTPS_PROXY, HTTP_PROXY, "
        "ALL_PROXY; a SOCKS proxy needs the package socksio) and certificates (SSL_CERT_FILE, SSL_CERT_DIR)"
    )


_HEADERS = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}
