"""Being told instead of asking: signatures and accounts over a WebSocket that is opened anew whenever it is lost.

Notifications are hints. A socket may be lost and messages with it, so every subscription says when something may have
been missed (`Interrupted`), and whoever needs to be sure asks the cluster then.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import msgspec
from solders.account import Account
from solders.pubkey import Pubkey
from solders.rpc.filter import Memcmp
from solders.signature import Signature

from nosana_chain.errors import ConfigError, RpcClosedError, RpcError, RpcLoopError
from nosana_chain.networks import Network
from nosana_chain.wire.accounts import MAYBE_ACCOUNT, Dated, filter_options, maybe_account
from nosana_chain.wire.endpoint_url import EndpointUrl
from nosana_chain.wire.envelope import from_base58
from nosana_chain.wire.notices import LogsNotice, ProgramNotice, read_logs, read_program
from nosana_chain.wire.refusals import Origin
from nosana_chain.wire.retry import Sleep
from nosana_chain.wire.socket_session import Session
from nosana_chain.wire.websocket import Dial, SocketLostError, dial

Notice = TypeVar("Notice")

_MOST_WAITING = 64  # notices that nobody has taken yet; older ones are dropped, and that is told
_FIRST_PAUSE = 0.25  # seconds before a lost socket is opened anew; doubled for each failure in a row
_LONGEST_PAUSE = 30.0
_MOST_DOUBLINGS = 10

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Something may have been missed: the socket was lost, or notices came faster than they were taken."""


@dataclass(frozen=True, slots=True)
class SignatureNotice:
    """A transaction has reached the commitment that was asked for.

    Attributes:
        slot: as of which the endpoint says so.
        error: None where it succeeded; otherwise the failure as the endpoint gives it, cleaned.
    """

    slot: int
    error: Any


@dataclass(frozen=True, slots=True)
class AccountNotice:
    """An account has changed.

    Attributes:
        slot: as of which it is.
        account: None where it is gone.
    """

    slot: int
    account: Account | None


class Subscription(Generic[Notice]):
    """What comes for one subscription: an asynchronous iterator of notices and `Interrupted`.

    Use it as an asynchronous context manager too, so that it ends with the block.

    Raises:
        RpcError: on iteration: the endpoint doesn't take the subscription, or the subscriptions were closed.
    """

    def __init__(
        self,
        method: str,
        params: list[Any],
        *,
        read: Callable[[msgspec.Raw], Notice | None],
        is_single: bool,
        leave: Callable[[Subscription[Any]], None],
    ) -> None:
        self.is_over = False
        self.method = method
        self.params = params
        self._read = read
        self._is_single = is_single
        self._leave = leave
        self._waiting: deque[Notice] = deque()
        self._interrupted = False
        self._error: RpcError | None = None
        self._ended = False
        self._news = asyncio.Event()
        self._open = asyncio.Event()
        self._is_taken = False

    @property
    def is_open(self) -> bool:
        """Whether the endpoint has taken it, on the socket that is open now."""
        return self._is_taken and not self._ended

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Notice | Interrupted:
        while True:
            if self._interrupted:
                self._interrupted = False
                return Interrupted()
            if self._waiting:
                return self._waiting.popleft()
            if self._error is not None:
                raise self._error
            if self._ended:
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Take nothing any more; notices that wait can still be taken."""
        if not self._ended:
            self._ended = True
            self._leave(self)
            self._news.set()

    async def wait_until_open(self) -> None:
        """Wait until the endpoint has taken the subscription for the first time: what happens from then on is told.

        Raises:
            RpcError: it doesn't take it, or the subscriptions were closed.
        """
        await self._open.wait()
        if self._error is not None:
            raise self._error

    def accept(self) -> None:
        """Called by the session: the endpoint has taken it."""
        self._is_taken = True
        self._open.set()

    def notify(self, result: msgspec.Raw) -> None:
        """Called by the session: a notification came."""
        notice = self._read(result)
        if notice is None or self._ended:
            return
        if len(self._waiting) == _MOST_WAITING:
            self._waiting.popleft()
            self._interrupted = True
        self._waiting.append(notice)
        self._news.set()
        if self._is_single:
            self.is_over = True
            self.end()

    def refuse(self, error: RpcError) -> None:
        """Called by the session: it is not taken."""
        self._error = error
        self._open.set()
        self.end()

    def interrupt(self) -> None:
        """Called when the socket is lost."""
        self._is_taken = False
        self._interrupted = True
        self._news.set()


class Subscriptions:
    """The subscriptions at one cluster, over one socket. Use it as an asynchronous context manager, in one event loop.

    The socket is opened with the first subscription, and anew after a pause whenever it is lost and somebody is
    subscribed; a heartbeat notices one that has gone silent.

    Args:
        network: the cluster; its ws_url is where the socket goes.
        commitment: how settled what is told must be.
        dial: opens sockets.
        sleep: waits for seconds.
        draw: a number between two, for pauses that differ between clients.

    Raises:
        ConfigError: the network has no WebSocket endpoint, or its URL can't be read.
    """

    def __init__(
        self,
        network: Network,
        *,
        commitment: str = "confirmed",
        dial: Dial = dial,
        sleep: Sleep = asyncio.sleep,
        draw: Callable[[float, float], float] = random.uniform,
    ) -> None:
        if network.ws_url is None:
            raise ConfigError(
                f"{network.name} has no WebSocket endpoint; give one, for example with network.at(url, ws_url)",
                network=network.name,
            )
        self._url = EndpointUrl(network.ws_url)
        self._commitment = commitment
        self._dial = dial
        self._sleep = sleep
        self._draw = draw
        self._open: dict[Subscription[Any], None] = {}  # in their order; a list would be searched for each that leaves
        self._wanted = asyncio.Event()  # somebody is subscribed
        self._session: Session | None = None
        self._task: asyncio.Task[None] | None = None
        self._closed = False
        self._home: dict[None, object] = {}  # the event loop of the first use

    @property
    def endpoint(self) -> str:
        """Where the socket goes, with secrets removed."""
        return self._url.shown

    def signature(self, signature: Signature, *, commitment: str | None = None) -> Subscription[SignatureNotice]:
        """Told once, when the transaction of `signature` has reached the commitment; then it ends."""
        options = {"commitment": commitment or self._commitment}
        return self._subscribe("signatureSubscribe", [str(signature), options], self._read_signature, is_single=True)

    def account(self, address: Pubkey) -> Subscription[AccountNotice]:
        """Told of every change of the account at `address`. What it is now is not told: look first."""
        options = {"commitment": self._commitment, "encoding": "base64"}
        return self._subscribe("accountSubscribe", [str(address), options], _read_account, is_single=False)

    def logs(self, mentioned: Pubkey) -> Subscription[LogsNotice]:
        """Told of every transaction that names `mentioned`, failed ones too."""
        options = {"commitment": self._commitment}
        params = [{"mentions": [str(mentioned)]}, options]
        return self._subscribe("logsSubscribe", params, self._read_logs, is_single=False)

    def program(self, program_id: Pubkey, *, filters: Sequence[int | Memcmp] = ()) -> Subscription[ProgramNotice]:
        """Told of every account of `program_id` that passes all `filters` and changed; not of those that are gone."""
        options = {"commitment": self._commitment, "encoding": "base64", "filters": filter_options(filters)}
        return self._subscribe("programSubscribe", [str(program_id), options], read_program, is_single=False)

    async def aclose(self) -> None:
        """Close the socket; what is still subscribed ends with RpcClosedError."""
        self._closed = True
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        for subscription in [*self._open]:
            subscription.refuse(self._closed_error(subscription.method))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.aclose()

    def _subscribe(
        self, method: str, params: list[Any], read: Callable[[msgspec.Raw], Notice | None], *, is_single: bool
    ) -> Subscription[Notice]:
        self._require_home(method)
        subscription = Subscription(method, params, read=read, is_single=is_single, leave=self._left)
        self._open[subscription] = None
        self._wanted.set()
        if self._session is not None:
            self._session.subscribe(subscription)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())
        return subscription

    def _require_home(self, method: str) -> None:
        if self._closed:
            raise self._closed_error(method)
        try:
            here: object = asyncio.get_running_loop()
        except RuntimeError:
            here = None
        if here is None or self._home.setdefault(None, here) is not here:
            reason = f"{method}: subscriptions belong to one event loop; make new ones in each"
            raise RpcLoopError(reason, endpoint=self.endpoint, method=method)

    def _left(self, subscription: Subscription[Any]) -> None:
        self._open.pop(subscription, None)
        if not self._open:
            self._wanted.clear()
        if self._session is not None:
            self._session.unsubscribe(subscription)

    async def _run(self) -> None:
        failures, was_there = 0, False
        while True:
            await self._wanted.wait()  # an endpoint that can't be reached is left alone while nobody waits for it
            heard, reason = await self._one_socket()
            failures = 0 if heard else min(failures + 1, _MOST_DOUBLINGS)
            pause = min(_FIRST_PAUSE * 2**failures, _LONGEST_PAUSE)
            pause = self._draw(pause / 2, pause)
            was_there = was_there or heard
            level = logging.WARNING if was_there else logging.INFO  # many endpoints have none, and are asked instead
            _log.log(level, "the socket to %s is lost (%s); opened anew in %.1f s", self.endpoint, reason, pause)
            for subscription in [*self._open]:
                subscription.interrupt()
            await self._sleep(pause)

    async def _one_socket(self) -> tuple[bool, str]:
        """Serve one socket until it is lost: whether anything was heard on it, and what ended it."""
        heard = False
        try:
            async with self._dial(self._url) as socket:
                self._session = session = Session(socket, Origin(self.endpoint, self._url.scrubber))
                try:
                    await session.run([*self._open])
                finally:
                    self._session, heard = None, session.has_heard
        except SocketLostError as error:
            return heard, str(error)
        except Exception as error:  # noqa: BLE001  whoever waits must hear of it all the same
            _log.exception("the socket to %s", self.endpoint)
            return heard, type(error).__name__
        return heard, "it ended"

    def _read_signature(self, result: msgspec.Raw) -> SignatureNotice | None:
        read = msgspec.json.decode(result, type=Dated[_Outcome | str])
        if isinstance(read.value, str):
            return None  # received, which says nothing of its landing
        return SignatureNotice(read.context.slot, self._url.scrubber.data(read.value.err))

    def _read_logs(self, result: msgspec.Raw) -> LogsNotice:
        return read_logs(result, self._url.scrubber)

    def _closed_error(self, method: str) -> RpcClosedError:
        reason = f"{method}: these subscriptions were closed; make new ones"
        return RpcClosedError(reason, endpoint=self.endpoint, method=method)


class _Outcome(msgspec.Struct):
    err: Any = None


def _read_account(result: msgspec.Raw) -> AccountNotice:
    read = msgspec.json.decode(result, type=_ACCOUNT, dec_hook=from_base58)
    return AccountNotice(read.context.slot, maybe_account(read.value))


_ACCOUNT: Any = Dated[MAYBE_ACCOUNT]
