"""What an RPC endpoint did, or did not do."""

from __future__ import annotations

from typing import Any

from nosana_chain.errors.base import NosanaError, Retry


class RpcError(NosanaError):
    """The RPC endpoint could not be reached, or did not do what was asked."""

    code = "rpc"
    endpoint: str
    method: str


class RpcUnreachableError(RpcError):
    """No answer: refused, dropped or timed out. A request that only reads may be repeated."""

    code = "rpc.unreachable"
    retry = Retry.SAME


class RpcRateLimitError(RpcError):
    """The endpoint refused the request for now (HTTP 429 or 503)."""

    code = "rpc.rate_limit"
    retry = Retry.SAME


class RpcResponseError(RpcError):
    """The endpoint answered with a JSON-RPC error, or with something that is no answer to the request."""

    code = "rpc.response"
    rpc_code: int | None


class RpcEndpointError(RpcResponseError):
    """The endpoint failed at a request that only reads, for a reason of its own: asked again it may do better."""

    code = "rpc.endpoint"
    retry = Retry.SAME


class RpcClosedError(RpcError):
    """The client was closed before the request, or while it was on its way."""

    code = "rpc.closed"


class SearchTooLongError(RpcError):
    """Accounts would have to be looked for in more transactions than a search may read; what was read is kept.

    The endpoint refuses to list the accounts of a program. The same call again goes on where this one stopped.
    `address` is whose transactions they are, and `read` how many were read.
    """

    code = "rpc.search_too_long"
    retry = Retry.SAME
    address: str
    read: int


class NoHistoryError(RpcError):
    """The endpoint doesn't list transactions, or not far enough back: events can't be told there without loss.

    `first_slot` is the oldest that it has, where that is the reason.
    """

    code = "rpc.no_history"
    first_slot: int | None


class RpcLoopError(RpcError):
    """The client belongs to another event loop or thread; nothing was sent."""

    code = "rpc.event_loop"


class WaitTimeoutError(NosanaError):
    """What was waited for has not come about within the limit; it may still.

    `seen` is the job as it was seen last, None where it was never seen.
    """

    code = "wait_timeout"
    retry = Retry.SAME
    address: str
    awaited: str
    within_seconds: float
    seen: Any
