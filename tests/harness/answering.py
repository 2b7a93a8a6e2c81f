"""HTTP servers of a test's own on loopback, with manners to choose: gateways, pinning services, hosts, APIs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

from nosana_chain.localnet.http_server import Request, Response, serving

Answering = Callable[[Request], Response]


class Served:
    """A server, and what it was asked."""

    def __init__(self, answer: Answering) -> None:
        self.asked: list[Request] = []
        self.answer = answer
        self.url = ""

    async def __call__(self, request: Request) -> Response:
        self.asked.append(request)
        return self.answer(request)

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.asked]


@asynccontextmanager
async def served(answer: Answering) -> AsyncIterator[Served]:
    """A server that answers so; its gateway is under /ipfs/."""
    server = Served(answer)
    async with serving(server) as port:
        server.url = f"http://127.0.0.1:{port}"
        yield server


def missing(_request: Request) -> Response:
    return Response(b"no such thing", HTTPStatus.NOT_FOUND, "text/plain")
