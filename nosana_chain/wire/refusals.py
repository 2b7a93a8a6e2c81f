"""What the errors of an endpoint mean: by JSON-RPC code, by HTTP status, and by the words of both.

The code decides where it is a known one; an HTTP status that asks to wait decides before it. A code that nobody knows
is the endpoint's own trouble on a read (`RpcEndpointError`, which may be asked again), and no verdict on a write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from nosana_chain.errors import RpcEndpointError, RpcError, RpcRateLimitError, RpcResponseError, RpcUnreachableError
from nosana_chain.wire.endpoint_url import EndpointUrl
from nosana_chain.wire.limits import is_shallow
from nosana_chain.wire.methods import only_reads
from nosana_chain.wire.retry_after import retry_after_seconds
from nosana_chain.wire.texts import Scrubber

PREFLIGHT_FAILURE = -32002
SIGNATURE_VERIFICATION_FAILURE = -32003
MIN_SLOT_NOT_REACHED = -32016

_ASK_ANOTHER = "try again, or use another endpoint"
_TOO_MANY = "too many requests; wait a few seconds or use another endpoint"
_NOT_SERVED = "the endpoint doesn't serve this method; use another one"
Meaning = tuple[type[RpcError], str]

# Codes: rpc-client-api/src/custom_error.rs of the validator, and the ones that RPC providers add for their limits.
_KINDS: dict[int, Meaning] = {
    -32700: (RpcResponseError, "the endpoint can't read the request"),
    -32600: (RpcResponseError, "the endpoint refused the request"),
    -32601: (RpcResponseError, _NOT_SERVED),
    -32602: (RpcResponseError, "the endpoint refused the request"),
    -32001: (RpcResponseError, "the block is no longer kept there; use an endpoint with more history"),
    PREFLIGHT_FAILURE: (RpcResponseError, "the node's trial run of the transaction failed, or it can't be run"),
    SIGNATURE_VERIFICATION_FAILURE: (RpcResponseError, "a signature is wrong; sign with the right keys"),
    -32004: (RpcUnreachableError, f"the block is not there yet; {_ASK_ANOTHER}"),
    -32005: (RpcUnreachableError, f"the node is behind the cluster; {_ASK_ANOTHER}"),
    -32006: (RpcResponseError, "a precompiled program refused the transaction; sign with the right keys"),
    -32007: (RpcResponseError, "the slot has no block, or the endpoint lost it"),
    -32009: (RpcResponseError, "the slot has no block, or the endpoint lost it"),
    -32010: (RpcResponseError, "the endpoint doesn't list the accounts of this program; use another one"),
    -32011: (RpcResponseError, "the endpoint keeps no history; use another one"),
    -32013: (RpcResponseError, "the transaction has a wrong number of signatures"),
    -32014: (RpcUnreachableError, f"the status of the block is not known yet; {_ASK_ANOTHER}"),
    -32015: (RpcResponseError, "the endpoint doesn't know transactions of this version"),
    MIN_SLOT_NOT_REACHED: (RpcUnreachableError, f"the node is behind the slot that was asked for; {_ASK_ANOTHER}"),
    -32019: (RpcUnreachableError, f"the endpoint's archive can't be reached; {_ASK_ANOTHER}"),
    -32429: (RpcRateLimitError, _TOO_MANY),
    -32605: (RpcRateLimitError, _TOO_MANY),
    7429: (RpcRateLimitError, _TOO_MANY),
}
_REFUSED: Meaning = (RpcResponseError, "the endpoint refused the request")
_OWN_TROUBLE: Meaning = (RpcEndpointError, f"the endpoint failed at it; {_ASK_ANOTHER}")

_URL_WAY_OUT = "check that the URL is one of a Solana RPC endpoint"
_TOKEN_WAY_OUT = "check the API token in the endpoint's URL"  # noqa: S105  words about a token
_STATUSES: dict[int, Meaning] = {
    401: (RpcResponseError, _TOKEN_WAY_OUT),
    402: (RpcResponseError, "the plan of its API token is used up; pay for more, or use another endpoint"),
    403: (RpcResponseError, f"{_TOKEN_WAY_OUT}, and that the plan allows this method"),
    404: (RpcResponseError, "check the path of the endpoint's URL"),
    408: (RpcUnreachableError, f"it gave up waiting; {_ASK_ANOTHER}"),
    410: (RpcResponseError, _NOT_SERVED),  # api.mainnet-beta, for lists
    413: (RpcResponseError, "the request is too large for this endpoint; ask for less at once"),
    425: (RpcUnreachableError, f"it asks to be asked later; {_ASK_ANOTHER}"),
    429: (RpcRateLimitError, _TOO_MANY),
    499: (RpcUnreachableError, f"it gave up waiting; {_ASK_ANOTHER}"),  # nginx: the other side has gone
    503: (RpcRateLimitError, "the endpoint refuses requests for now; wait a few seconds or use another endpoint"),
}
_SUCCESS = range(200, 300)
_CLIENT_ERRORS = range(400, 500)
_SERVER_ERRORS = range(500, 600)
_SERVER_TROUBLE: Meaning = (RpcUnreachableError, f"the endpoint has a failure of its own; {_ASK_ANOTHER}")
_ODD_STATUS: Meaning = (RpcResponseError, _URL_WAY_OUT)

# Gateways put these words under codes that mean something else to validators, -32007 and -32005 among them.
_LIMIT_WORDS = ("rate limit", "rate-limit", "ratelimit", "too many requests", "request limit", "requests per second")


class ErrorObject(msgspec.Struct):
    """The `error` of a JSON-RPC answer."""

    code: int
    message: str | None = None
    data: Any = None


class _ErrorAnswer(msgspec.Struct):
    error: ErrorObject


class _Asked(Protocol):
    @property
    def method(self) -> str: ...


class _Answered(Protocol):
    @property
    def status_code(self) -> int: ...

    @property
    def headers(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Origin:
    """Who said it, and to whom nothing must be shown: the endpoint's URL without secrets, and what hides them."""

    endpoint: str
    scrubber: Scrubber


def code_error(error: ErrorObject, request: _Asked, origin: Origin) -> RpcError:
    """The error to raise for a JSON-RPC error in an ordinary answer."""
    kind, meaning = _of_code(error, request.method)
    return _said(kind, meaning, error, request, origin)


def http_error(response: _Answered, body: bytes, request: _Asked, url: EndpointUrl) -> RpcError | None:
    """The error that HTTP makes of an answer: by a status of its own, or by asking to wait (Retry-After).

    With what a JSON-RPC error in the body says. None where the body alone tells.
    """
    status, origin = response.status_code, Origin(url.shown, url.scrubber)
    wait = retry_after_seconds(response.headers.get("Retry-After", ""), response.headers.get("Date", ""))
    if status in _SUCCESS and wait is None:
        return None
    error = _error_in(body)
    if status in _SUCCESS and error is None:
        return None
    kind, meaning = _of_status(status)
    if error and _code_decides(error, status):
        kind, meaning = _of_code(error, request.method)
    facts: dict[str, Any] = {"http_status": status, "retry_after_seconds": wait}
    meaning += f" (it asks to wait {wait} s)" if wait else ""
    if error:
        return _said(kind, f"HTTP {status}: {meaning}", error, request, origin, **facts)
    if issubclass(kind, RpcResponseError):
        facts["rpc_code"] = None
    message = f"{request.method}: {origin.endpoint} refused the request (HTTP {status}): {meaning}"
    return kind(message, endpoint=origin.endpoint, method=request.method, **facts)


def unreadable_kind(method: str) -> type[RpcResponseError]:
    """What an answer is that can't be read: on a read the endpoint's own trouble."""
    return RpcEndpointError if only_reads(method) else RpcResponseError


def _code_decides(error: ErrorObject, status: int) -> bool:
    """Whether the code of an error tells more than the status that it came under."""
    if _of_status(status)[0] is RpcRateLimitError:
        return False
    says_nothing = status not in _STATUSES and status not in _SERVER_ERRORS
    return says_nothing or error.code in _KINDS or _speaks_of_limits(error)


def _of_code(error: ErrorObject, method: str) -> Meaning:
    if error.code not in (PREFLIGHT_FAILURE, SIGNATURE_VERIFICATION_FAILURE) and _speaks_of_limits(error):
        return RpcRateLimitError, _TOO_MANY
    if error.code in _KINDS:
        return _KINDS[error.code]
    if error.code in _STATUSES or error.code in _SERVER_ERRORS:  # gateways repeat their HTTP status as the code
        return _of_status(error.code)
    if error.code in _CLIENT_ERRORS:
        return _REFUSED
    return _OWN_TROUBLE if only_reads(method) else _REFUSED


def _of_status(status: int) -> Meaning:
    if status in _STATUSES:
        return _STATUSES[status]
    return _SERVER_TROUBLE if status in _SERVER_ERRORS else _ODD_STATUS


def _speaks_of_limits(error: ErrorObject) -> bool:
    words = (error.message or "")[:1_000].lower()
    return any(phrase in words for phrase in _LIMIT_WORDS)


def _error_in(body: bytes) -> ErrorObject | None:
    """The JSON-RPC error in a body; None where there is none, as in a page."""
    try:
        return msgspec.json.decode(body, type=_ErrorAnswer).error if is_shallow(body) else None
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


def _said(
    kind: type[RpcError], meaning: str, error: ErrorObject, request: _Asked, origin: Origin, **facts: Any
) -> RpcError:
    words = origin.scrubber.text(error.message or "")
    return kind(
        f"{request.method}: {meaning} ({origin.endpoint} says {error.code}: {words})",
        endpoint=origin.endpoint,
        method=request.method,
        rpc_code=error.code,
        rpc_message=words,
        data=origin.scrubber.data(error.data),
        **facts,
    )
