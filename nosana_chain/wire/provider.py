"""Requests as solders builds them, and answers as it parses them, over a transport of ours."""

from __future__ import annotations

from typing import Any, Protocol, Self

import msgspec

from nosana_chain.wire.envelope import unreadable
from nosana_chain.wire.transport import RpcRequest, Transport


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
        transport: one that raises the errors inside answers (`EnvelopeTransport`).
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def make_request(self, body: Body, parser: Any) -> Any:
        """The answer to `body`, parsed by `parser`, a response class of solders."""
        request = _as_request(body)
        answer = await self._transport.send(request)
        try:
            return parser.from_json(answer.decode())
        except Exception as error:
            # SerdeJSONError of solders derives from nothing more special
            raise unreadable(request.method, self._transport.endpoint) from error

    async def make_request_unparsed(self, body: Body) -> str:
        """The answer to `body` as JSON text."""
        return (await self._transport.send(_as_request(body))).decode()

    async def close(self) -> None:
        """Close the transport."""
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()


def _as_request(body: Body) -> RpcRequest:
    text = body.to_json().encode()
    return RpcRequest(msgspec.json.decode(text, type=_Method).method, text)
