"""The network in process as other networks are: with an endpoint, so that every client reaches it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from nosana_chain.localnet.http_server import Request, Response, serving
from nosana_chain.localnet.litesvm import InProcessLocalnet


@asynccontextmanager
async def served_in_process(**settings: Any) -> AsyncIterator[InProcessLocalnet]:
    """As `InProcessLocalnet.start`; its network has the URL of an endpoint, and no WebSocket."""
    async with InProcessLocalnet.start(**settings) as net:

        async def answer(request: Request) -> Response:
            asked = msgspec.json.decode(request.body)
            told = net.transport.answer(asked["method"], asked.get("params") or [])
            return Response(msgspec.json.encode({"jsonrpc": "2.0", "id": asked["id"], **told}))

        async with serving(answer) as port:
            net.network = net.network.at(f"http://127.0.0.1:{port}")
            yield net
