"""A WebSocket to a real network whose notices are lost, false, repeated, or another's."""

from __future__ import annotations

import json
import random
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from nosana_chain.wire.endpoint_url import EndpointUrl
from nosana_chain.wire.websocket import Dial, Socket, SocketLostError, dial

Message = dict[str, Any]
#: What a message from the node becomes on its way; SocketLostError ends the socket.
Twist = Callable[[random.Random, Message], Iterable[Message]]


class _TwistedSocket:
    def __init__(self, socket: Socket, twist: Twist, chance: random.Random) -> None:
        self._socket, self._twist, self._chance = socket, twist, chance
        self._coming: deque[Message] = deque()

    async def send(self, message: bytes) -> None:
        await self._socket.send(message)

    async def receive(self) -> bytes:
        while not self._coming:
            self._coming.extend(self._twist(self._chance, json.loads(await self._socket.receive())))
        return json.dumps(self._coming.popleft()).encode()


def twisted_dial(twist: Twist, chance: random.Random) -> Dial:
    """Opens sockets whose messages are twisted."""

    @asynccontextmanager
    async def opened(url: EndpointUrl) -> AsyncIterator[Socket]:
        async with dial(url) as socket:
            yield _TwistedSocket(socket, twist, chance)

    return opened


def _is_notice(message: Message) -> bool:
    return "params" in message


def _notice(number: int, err: Any) -> Message:
    result = {"context": {"slot": 5}, "value": {"err": err}}
    return {"jsonrpc": "2.0", "method": "signatureNotification", "params": {"subscription": number, "result": result}}


def _losing(chance: random.Random, message: Message) -> Iterable[Message]:
    return [] if _is_notice(message) and chance.random() < 0.7 else [message]


def _dying(chance: random.Random, message: Message) -> Iterable[Message]:
    if chance.random() < 0.2:
        raise SocketLostError("dropped")
    return [message]


def _at_once(err: Any) -> Twist:
    """Each subscription is told of at once, before anything can have landed, and never again."""

    def twist(_chance: random.Random, message: Message) -> Iterable[Message]:
        if _is_notice(message):
            return []
        return [message, _notice(message["result"], err)] if type(message.get("result")) is int else [message]

    return twist


def _failing(_chance: random.Random, message: Message) -> Iterable[Message]:
    return [_notice(message["params"]["subscription"], "AccountInUse")] if _is_notice(message) else [message]


def _mixing() -> Twist:
    """Every notice again and again, under the numbers of others too."""
    seen: list[Message] = []

    def twist(chance: random.Random, message: Message) -> Iterable[Message]:
        if not _is_notice(message):
            return [message]
        seen.append(message)
        other = chance.choice(seen)
        swapped = {**message, "params": {**message["params"], "subscription": other["params"]["subscription"]}}
        return chance.sample([message, message, other, swapped], 4)

    return twist


def _garbled(chance: random.Random, message: Message) -> Iterable[Message]:
    lies: list[Message] = [
        message,
        {"params": {"subscription": 2**70, "result": None}},
        {**message, "result": "x"},
        {"id": None, "error": {"code": -1, "message": "\x1b[2J"}},
    ]
    return [chance.choice(lies)]


TWISTS: dict[str, Callable[[], Twist]] = {
    "socket loses notices": lambda: _losing,
    "socket dies": lambda: _dying,
    "socket lies: landed": lambda: _at_once(None),
    "socket lies: failed at once": lambda: _at_once("AccountInUse"),
    "socket lies: failed": lambda: _failing,
    "socket mixes up": _mixing,
    "socket talks nonsense": lambda: _garbled,
}
