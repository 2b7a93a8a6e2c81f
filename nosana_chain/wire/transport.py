"""The one seam to a cluster: an object that sends one JSON-RPC request and gives back the answer's bytes.

Whatever stands between the package and the wire (retries, rate limits, failover, injected faults) is a
`Transport` around another one. `HttpTransport` is the innermost.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

import httpx2

from nosana_chain.errors import ConfigError, RpcError, RpcRateLimitError, RpcResponseError, RpcUnreachableError

MAX_ANSWER_BYTES = 256 * 1024**2  #: four times the largest honest answer seen, 100,000 jobs in one
_OK = 200
_SERVER_ERRORS = range(500, 600)
_RATE_LIMITED = (429, 503)
_WAYS_OUT = {
    401: "check the API token in the endpoint's URL",
    403: "check the API token in the endpoint's URL, and that the plan allows this method",
    404: "check the path of the endpoint's URL",
    410: "the endpoint doesn't serve this method; use another one",
    413: "the request is too large for this endpoint; ask for less at once",
}
_DEFAULT_WAY_OUT = "check that the URL is one of a Solana RPC endpoint"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
# What is sure to be no token: a short lower-case word or a version. Everything else in a path is hidden.
_PLAIN_SEGMENT = re.compile(r"[a-z]{1,12}|v\d{1,2}|")


@dataclass(frozen=True, slots=True)
class RpcRequest:
    """One JSON-RPC request.

    Attributes:
        method: name of the method, as `getBalance`.
        body: the whole request as JSON. It may be sent several times; it never changes.
    """

    method: str
    body: bytes = field(repr=False)


class Transport(Protocol):
    """Carries requests to one cluster."""

    @property
    def endpoint(self) -> str:
        """Where requests go, with secrets removed: for messages only."""
        ...

    async def send(self, request: RpcRequest) -> bytes:
        """The body of the answer to `request`.

        Raises:
            RpcUnreachableError: no answer came. The request may have been carried out all the same.
            RpcRateLimitError: the endpoint refused for now, and did nothing.
            RpcResponseError: the endpoint answered with something else than JSON-RPC.
        """
        ...

    async def aclose(self) -> None:
        """Give up what the transport holds open. It can't be used again."""
        ...


class HttpTransport:
    """JSON-RPC over HTTP, one connection kept open and used again.

    The URL may hold an API token in its path, query or user part: none of them reaches a log or a message,
    since the HTTP library itself is only ever given the host, and the rest as the target of each request.

    Args:
        url: `http://` or `https://`. Proxies of the environment are used, except towards this machine.
        timeout_seconds: for one whole exchange, from connecting to the last byte of the answer.
        max_answer_bytes: a longer answer is refused before it fills the memory.

    Raises:
        ConfigError: the URL can't be read, or the environment names proxies or certificates that can't be used.
    """

    def __init__(self, url: str, *, timeout_seconds: float = 30, max_answer_bytes: int = MAX_ANSWER_BYTES) -> None:
        parts = _parts(url)
        self._endpoint = redacted(url)
        self._origin = _origin(parts)
        self._target = _target(parts)
        self._timeout_seconds = timeout_seconds
        self._max_answer_bytes = max_answer_bytes
        self._client = _client(parts)

    @property
    def endpoint(self) -> str:
        """Where requests go, with secrets removed."""
        return self._endpoint

    async def send(self, request: RpcRequest) -> bytes:
        """Post `request`; see `Transport.send`. Network: one exchange, never repeated here."""
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await self._exchange(request)
        except TimeoutError as error:
            reason = f"did not answer within {self._timeout_seconds:g} s; try again, or use another endpoint"
            raise self._error(RpcUnreachableError, request, reason) from error
        except httpx2.TransportError as error:
            reason = f"can't be reached ({type(error).__name__}); check that it runs and that its URL is right"
            raise self._error(RpcUnreachableError, request, reason) from error
        except httpx2.DecodingError as error:
            raise self._error(RpcResponseError, request, "sent a damaged answer", rpc_code=None) from error

    async def aclose(self) -> None:
        """Close the connection."""
        await self._client.aclose()

    async def _exchange(self, request: RpcRequest) -> bytes:
        async with self._client.stream(
            "POST", self._origin, content=request.body, extensions={"target": self._target}
        ) as response:
            answer = await self._read(response, request)
        if response.status_code != _OK:
            self._raise_for_status(response, request)
        return answer

    async def _read(self, response: httpx2.Response, request: RpcRequest) -> bytes:
        answer = bytearray()
        async for chunk in response.aiter_bytes():
            answer += chunk
            if len(answer) > self._max_answer_bytes:
                reason = f"sent more than {self._max_answer_bytes} bytes; ask for less at once"
                raise self._error(RpcResponseError, request, reason, rpc_code=None)
        return bytes(answer)

    def _raise_for_status(self, response: httpx2.Response, request: RpcRequest) -> None:
        status = response.status_code
        if status in _RATE_LIMITED:
            wait = _retry_after(response)
            reason = f"refuses requests for now (HTTP {status}); wait {wait or 'a few'} s or use another endpoint"
            raise self._error(RpcRateLimitError, request, reason, http_status=status, retry_after_seconds=wait)
        if status in _SERVER_ERRORS:
            reason = f"has a failure of its own (HTTP {status}); try again, or use another endpoint"
            raise self._error(RpcUnreachableError, request, reason, http_status=status)
        reason = f"refused the request (HTTP {status}): {_WAYS_OUT.get(status, _DEFAULT_WAY_OUT)}"
        raise self._error(RpcResponseError, request, reason, http_status=status, rpc_code=None)

    def _error(self, kind: type[RpcError], request: RpcRequest, reason: str, **facts: object) -> RpcError:
        message = f"{request.method}: {self._endpoint} {reason}"
        return kind(message, endpoint=self._endpoint, method=request.method, **facts)


def redacted(url: str) -> str:
    """`url` without what may be a secret: user part, query, fragment, and every long or odd part of the path."""
    parts = urlsplit(url)
    segments = [segment if _PLAIN_SEGMENT.fullmatch(segment) else "…" for segment in parts.path.split("/")]
    return _origin(parts) + "/".join(segments).rstrip("/")


def _parts(url: str) -> SplitResult:
    try:
        httpx2.URL(url)
        parts = urlsplit(url)
        readable = bool(parts.hostname) and parts.port != 0  # reading the port checks its range
    except (httpx2.InvalidURL, ValueError):
        readable = False
    if not readable:  # outside of `except`: the reason may quote the URL, and with it a token
        raise ConfigError("the endpoint's URL can't be read; write it as https://host:port/path")
    return parts


def _client(parts: SplitResult) -> httpx2.AsyncClient:
    try:
        return httpx2.AsyncClient(
            auth=_credentials(parts),
            headers={"Content-Type": "application/json"},
            timeout=None,  # one timeout around the whole exchange, in send()
            trust_env=parts.hostname not in _LOOPBACK,
        )
    except (ImportError, OSError, ValueError, httpx2.InvalidURL) as error:
        reason = type(error).__name__
    raise ConfigError(  # outside of `except`, as above: a proxy's URL may hold a password
        f"HTTP can't be set up as the environment says ({reason}): check the proxies (HTTPS_PROXY, HTTP_PROXY, "
        "ALL_PROXY; a SOCKS proxy needs the package socksio) and certificates (SSL_CERT_FILE, SSL_CERT_DIR)"
    )


def _origin(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _target(parts: SplitResult) -> bytes:
    return httpx2.URL(parts._replace(fragment="").geturl()).raw_path


def _credentials(parts: SplitResult) -> tuple[str, str] | None:
    if parts.username is None:
        return None
    return unquote(parts.username), unquote(parts.password or "")


def _retry_after(response: httpx2.Response) -> int | None:
    """Seconds of a Retry-After header; None without one, or when it is a date (no endpoint sends one)."""
    text: str = response.headers.get("Retry-After", "")
    return int(text) if text.isascii() and text.isdigit() else None
