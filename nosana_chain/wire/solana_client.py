"""solana-py's AsyncClient over our wire: for users who want a method that has no wrapper here."""

from __future__ import annotations

from typing import Any, Protocol, Self

import msgspec
from solana.rpc.async_api import AsyncClient
from solana.rpc.commitment import Commitment

from nosana_chain.wire.envelope import unreadable
from nosana_chain.wire.transport import Carrier, RpcRequest


class Body(Protocol):
    """A request as solders or solana-py builds it."""

    def to_json(self) -> str:
        """The whole JSON-RPC request."""
        ...


class _Method(msgspec.Struct):
    method: str


class TransportProvider:
    """Takes requests, gives parsed answers: what solana-py calls a provider.

    Args:
        transport: one that raises the errors inside answers, and gives their results.
    """

    def __init__(self, transport: Carrier[Any]) -> None:
        self._transport = transport

    async def make_request(self, body: Body, parser: Any) -> Any:
        """The answer to `body`, parsed by `parser`, a response class of solders."""
        request = _as_request(body)
        answer = await self._envelope(request)
        try:
            return parser.from_json(answer)
        except BaseException as error:
            # SerdeJSONError of solders derives from nothing more special, and a panic not even from Exception
            if not (isinstance(error, Exception) or _is_panic(error)):
                raise
        del answer  # it may echo a token, and a traceback with locals would show it
        raise unreadable(request.method, self._transport.endpoint)

    async def make_request_unparsed(self, body: Body) -> str:
        """The answer to `body` as JSON text."""
        return await self._envelope(_as_request(body))

    async def close(self) -> None:
        """Close the transport."""
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def _envelope(self, request: RpcRequest) -> str:
        """The result in an envelope that has nothing else."""
        result = await self._transport.send(request)
        try:
            return msgspec.json.encode({"jsonrpc": "2.0", "id": 0, "result": result}).decode()
        except UnicodeDecodeError:
            raise unreadable(request.method, self._transport.endpoint) from None


class TransportClient(AsyncClient):
    """AsyncClient with every typed method, on a provider of ours: it opens no connection of its own."""

    def __init__(self, transport: Carrier[Any], commitment: str) -> None:
        super(AsyncClient, self).__init__(Commitment(commitment))
        self._provider = TransportProvider(transport)  # type: ignore[assignment]  # the same methods on another wire


def _as_request(body: Body) -> RpcRequest:
    text = body.to_json().encode()
    return RpcRequest(msgspec.json.decode(text, type=_Method).method, text)


def _is_panic(error: BaseException) -> bool:
    """Rust's panics come as an exception of their own, beside Exception; its class can't be imported."""
    return type(error).__name__ == "PanicException"
