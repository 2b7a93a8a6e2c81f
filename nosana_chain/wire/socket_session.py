"""One open socket and the subscriptions on it: which question has which number, and whom a notification is for."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import Any, Protocol

import msgspec

from nosana_chain.errors import RpcError
from nosana_chain.wire.envelope import UNREADABLE
from nosana_chain.wire.limits import is_shallow
from nosana_chain.wire.refusals import ErrorObject, Origin, code_error
from nosana_chain.wire.websocket import Socket, SocketLostError

_MOST_UNKNOWN = 256  # notifications that came before the answer to their subscription


class Subscriber(Protocol):
    """Who wants to be told of something."""

    @property
    def method(self) -> str:
        """Method that subscribes, as `accountSubscribe`."""
        ...

    @property
    def params(self) -> list[Any]:
        """Its parameters."""
        ...

    @property
    def is_over(self) -> bool:
        """Whether the endpoint has ended the subscription by itself."""
        ...

    def accept(self) -> None:
        """The endpoint has taken the subscription."""
        ...

    def notify(self, result: msgspec.Raw) -> None:
        """Take a notification. ValueError or the like where it can't be read."""
        ...

    def refuse(self, error: RpcError) -> None:
        """The endpoint doesn't take the subscription."""
        ...


class _Params(msgspec.Struct):
    subscription: int
    result: msgspec.Raw


class _Message(msgspec.Struct):
    id: int | None = None
    result: int | bool | None = None
    error: ErrorObject | None = None
    params: _Params | None = None


_MESSAGE = msgspec.json.Decoder(_Message)


class Session:
    """The subscriptions of one open socket.

    Args:
        socket: the socket; nobody else uses it.
        origin: the endpoint, for messages.
    """

    def __init__(self, socket: Socket, origin: Origin) -> None:
        self.has_heard = False  #: whether the endpoint has said anything
        self._socket = socket
        self._origin = origin
        self._outbox: asyncio.Queue[bytes] = asyncio.Queue()
        self._count = 0
        self._asked: dict[int, Subscriber] = {}  # by number of the request
        self._left: dict[int, Subscriber] = {}  # those that have gone before they were answered
        self._known: dict[int, Subscriber] = {}  # by number of the subscription
        self._unknown: deque[_Params] = deque(maxlen=_MOST_UNKNOWN)

    async def run(self, subscribers: Iterable[Subscriber]) -> None:
        """Subscribe, and pass on what comes, until the socket is lost: it ends with SocketLostError alone."""
        for subscriber in subscribers:
            self.subscribe(subscriber)
        writing = asyncio.ensure_future(self._write())
        try:
            while True:
                self._take(await self._socket.receive())
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)

    def subscribe(self, subscriber: Subscriber) -> None:
        """Ask for its notifications."""
        self._asked[self._ask(subscriber.method, subscriber.params)] = subscriber

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Pass nothing on to it any more, and tell the endpoint, unless the subscription was over by itself."""
        for number in [number for number, each in self._asked.items() if each is subscriber]:
            del self._asked[number]
            self._left[number] = subscriber
        for number in [number for number, each in self._known.items() if each is subscriber]:
            del self._known[number]
            self._give_up(subscriber, number)

    def _give_up(self, subscriber: Subscriber, number: int) -> None:
        if not subscriber.is_over:
            self._ask(subscriber.method.replace("Subscribe", "Unsubscribe"), [number])

    def _ask(self, method: str, params: list[Any]) -> int:
        self._count += 1
        question = {"jsonrpc": "2.0", "id": self._count, "method": method, "params": params}
        self._outbox.put_nowait(msgspec.json.encode(question))
        return self._count

    async def _write(self) -> None:
        while True:
            await self._socket.send(await self._outbox.get())

    def _take(self, message: bytes) -> None:
        try:
            if not is_shallow(message):
                raise SocketLostError("a message that is too deep")
            read = _MESSAGE.decode(message)
            if read.params is not None:
                self._notify(read.params)
            elif read.id is not None:
                self._answer(read.id, read)
            self.has_heard = True
        except UNREADABLE:
            raise SocketLostError("an unreadable message") from None

    def _answer(self, number: int, message: _Message) -> None:
        gone = self._left.pop(number, None)
        if gone is not None and isinstance(message.result, int):
            self._give_up(gone, message.result)
        subscriber = self._asked.pop(number, None)
        if subscriber is None:
            return  # of an unsubscription, or of somebody who has gone
        if message.error is not None:
            subscriber.refuse(code_error(message.error, subscriber, self._origin))
            return
        if not isinstance(message.result, int) or isinstance(message.result, bool):
            raise SocketLostError("an answer that numbers no subscription")
        self._known[message.result] = subscriber
        subscriber.accept()
        early, self._unknown = self._unknown, deque(maxlen=_MOST_UNKNOWN)
        for params in early:
            self._notify(params)

    def _notify(self, params: _Params) -> None:
        subscriber = self._known.get(params.subscription)
        if subscriber is not None:
            subscriber.notify(params.result)
        elif self._asked:  # it may come before the answer that numbers it
            self._unknown.append(params)
