"""The JSON-RPC envelope: told apart here, before anything else reads an answer.

solders gives back an error whose code it doesn't know as if it were the answer, and panics on others, so no
error ever reaches it: `EnvelopeTransport` raises on them, and lets through only envelopes with a result.
"""

from __future__ import annotations

from typing import Any

import msgspec

from nosana_chain.errors import RpcError, RpcRateLimitError, RpcResponseError, RpcUnreachableError
from nosana_chain.wire.transport import RpcRequest, Transport

PREFLIGHT_FAILURE = -32002
SIGNATURE_VERIFICATION_FAILURE = -32003

_ASK_ANOTHER = "try again, or use another endpoint"
# Codes: rpc-client-api/src/custom_error.rs of the validator, and the ones that RPC providers add for their limits.
_KINDS: dict[int, tuple[type[RpcError], str]] = {
    -32001: (RpcResponseError, "the block is no longer kept there; use an endpoint with more history"),
    PREFLIGHT_FAILURE: (RpcResponseError, "the node's trial run of the transaction failed, or it can't be run"),
    SIGNATURE_VERIFICATION_FAILURE: (RpcResponseError, "a signature is wrong; sign with the right keys"),
    -32004: (RpcUnreachableError, f"the block is not there yet; {_ASK_ANOTHER}"),
    -32005: (RpcUnreachableError, f"the node is behind the cluster; {_ASK_ANOTHER}"),
    -32010: (RpcResponseError, "the endpoint doesn't list the accounts of this program; use another one"),
    -32011: (RpcResponseError, "the endpoint keeps no history; use another one"),
    -32014: (RpcUnreachableError, f"the status of the block is not known yet; {_ASK_ANOTHER}"),
    -32016: (RpcUnreachableError, f"the node is behind the slot that was asked for; {_ASK_ANOTHER}"),
    -32019: (RpcUnreachableError, f"the endpoint's archive can't be reached; {_ASK_ANOTHER}"),
    -32429: (RpcRateLimitError, "too many requests; wait a few seconds or use another endpoint"),
    410: (RpcResponseError, "the endpoint doesn't serve this method; use another one"),  # api.mainnet-beta, for lists
    429: (RpcRateLimitError, "too many requests; wait a few seconds or use another endpoint"),
    -32601: (RpcResponseError, "the endpoint doesn't serve this method; use another one"),
}
_OTHER: tuple[type[RpcError], str] = (RpcResponseError, "the endpoint refused the request")


class _Error(msgspec.Struct):
    code: int
    message: str = ""
    data: Any = None


class _Envelope(msgspec.Struct):
    result: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    error: _Error | None = None


_ENVELOPE = msgspec.json.Decoder(_Envelope)


class EnvelopeTransport:
    """A transport that raises the errors inside answers: what it returns is an envelope with a result."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner

    @property
    def endpoint(self) -> str:
        """Where requests go, with secrets removed."""
        return self._inner.endpoint

    async def send(self, request: RpcRequest) -> bytes:
        """As `Transport.send`, and RpcError of the kind that fits the error's code."""
        answer = await self._inner.send(request)
        read_result(answer, request, self.endpoint)
        return answer

    async def aclose(self) -> None:
        """Close the transport inside."""
        await self._inner.aclose()


def read_result(answer: bytes, request: RpcRequest, endpoint: str) -> msgspec.Raw:
    """The `result` of an answer, still as JSON.

    Raises:
        RpcError: the answer is an error, or no JSON-RPC answer at all.
            Facts: rpc_code, rpc_message, and data as the endpoint sent it.
    """
    try:
        envelope = _ENVELOPE.decode(answer)
    except msgspec.DecodeError as error:
        raise unreadable(request.method, endpoint) from error
    if envelope.error is not None:
        raise _from_error(envelope.error, request, endpoint)
    if isinstance(envelope.result, msgspec.UnsetType):
        raise unreadable(request.method, endpoint)
    return envelope.result


def unreadable(method: str, endpoint: str) -> RpcResponseError:
    """The error for an answer that is not of the form the method has."""
    return RpcResponseError(
        f"{method}: {endpoint} sent no readable answer to this method; "
        "check that the URL is one of a Solana RPC endpoint, or use another one",
        endpoint=endpoint,
        method=method,
        rpc_code=None,
    )


def _from_error(error: _Error, request: RpcRequest, endpoint: str) -> RpcError:
    kind, meaning = _KINDS.get(error.code, _OTHER)
    return kind(
        f"{request.method}: {meaning} ({endpoint} says {error.code}: {error.message})",
        endpoint=endpoint,
        method=request.method,
        rpc_code=error.code,
        rpc_message=error.message,
        data=error.data,
    )
