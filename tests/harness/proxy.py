"""A proxy on loopback before an endpoint: honest, but for the rules that a test gives it, and it remembers all."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
from fault.wire import http, http_server

Forward = Callable[[], Awaitable[bytes]]
#: Given the request and a way to pass it on: the raw answer; None for the honest one, no bytes to drop the connection.
Rule = Callable[[dict[str, Any], Forward], Awaitable[bytes | None]]


@dataclass
class Proxy:
    """What stands between; `url` is where to ask it.

    Attributes:
        rules: by method.
        asked: methods, in the order of their arrival.
        url: its own.
    """

    upstream: str
    client: httpx2.AsyncClient
    rules: dict[str, Rule] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    async def respond(self, request: bytes) -> bytes:
        body = request.partition(b"\r\n\r\n")[2]
        asked = json.loads(body)
        self.asked.append(asked["method"])

        async def forward() -> bytes:
            headers = {"Content-Type": "application/json"}
            return (await self.client.post(self.upstream, content=body, headers=headers)).content

        rule = self.rules.get(asked["method"])
        answer = await rule(asked, forward) if rule else None
        return http(await forward()) if answer is None else answer


@asynccontextmanager
async def proxy_to(upstream: str) -> AsyncIterator[Proxy]:
    async with httpx2.AsyncClient(timeout=60, trust_env=False) as client:
        proxy = Proxy(upstream, client)
        async with http_server(proxy.respond) as proxy.url:
            yield proxy


def changed(change: Callable[[Any], Any]) -> Rule:
    """A rule that alters the honest answer: `change` is given its result, and gives another one."""

    async def rule(_asked: dict[str, Any], forward: Forward) -> bytes:
        answer = json.loads(await forward())
        if "result" in answer:
            answer["result"] = change(answer["result"])
        return http(json.dumps(answer).encode())

    return rule


def always(raw: bytes) -> Rule:
    """A rule that gives one answer, and passes nothing on."""

    async def rule(_asked: dict[str, Any], _forward: Forward) -> bytes:
        return raw

    return rule


def after_forwarding(*answers: bytes) -> Rule:
    """A rule that passes every request on, and then answers with the next of these; with the last one for ever."""
    left = list(answers)

    async def rule(_asked: dict[str, Any], forward: Forward) -> bytes:
        await forward()
        return left.pop(0) if len(left) > 1 else left[0]

    return rule
