"""What is done about requests that fail: repeating those that may be repeated."""

from __future__ import annotations

import asyncio
import logging
import math
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from nosana_chain.errors import NosanaError, Retry, RpcError, RpcRateLimitError, RpcUnreachableError
from nosana_chain.wire.deadline import Deadline
from nosana_chain.wire.methods import SEND, may_repeat
from nosana_chain.wire.transport import Carrier, RpcRequest

MAX_ASKED_WAIT_SECONDS = 60.0  #: a blockhash lives about as long

Sleep = Callable[[float], Awaitable[None]]
Given = TypeVar("Given")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and how soon a request is repeated.

    Attributes:
        attempts: at most so many in all; 1 or more.
        first_delay_seconds: longest wait before the second attempt; doubled for each further one.
        max_delay_seconds: no wait of our own choice is longer.
        max_asked_wait_seconds: a wait that the endpoint asks for (Retry-After) is kept up to here. One that asks for
            more is not asked again, and the error says so.
    """

    attempts: int = 4
    first_delay_seconds: float = 0.25
    max_delay_seconds: float = 8.0
    max_asked_wait_seconds: float = MAX_ASKED_WAIT_SECONDS


DEFAULT_RETRIES = RetryPolicy()


class RetryingTransport(Generic[Given]):
    """Repeats what only reads, and the sending of signed bytes where no answer came at all.

    Signed bytes that were answered, even by a refusal to wait out, are the engine's to judge: it looks for them on
    chain. Waits are drawn between half and all of the delay, so that many clients don't come back together.

    Args:
        inner: sends them.
        policy: how often, how soon.
        sleep: waits for seconds.
        draw: a number between two.
        deadline_seconds: for all tries together: none begins later, and one on its way ends then. Waits that the
            endpoint asks for don't count. None for no end but that of the attempts.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        inner: Carrier[Given],
        *,
        policy: RetryPolicy = DEFAULT_RETRIES,
        sleep: Sleep = asyncio.sleep,
        draw: Callable[[float, float], float] = random.uniform,
        deadline_seconds: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inner = inner
        self._deadline_seconds = deadline_seconds
        self._clock = clock
        self._policy = policy
        self._sleep = sleep
        self._draw = draw

    @property
    def endpoint(self) -> str:
        """Where requests go, with secrets removed."""
        return self._inner.endpoint

    async def send(self, request: RpcRequest) -> Given:
        """As `Carrier.send`. Network: up to `attempts` exchanges.

        Bytes that were sent without an answer may be on their way: a later refusal doesn't hide that.
        """
        deadline = None if self._deadline_seconds is None else Deadline(self._deadline_seconds, self._clock)
        request = replace(request, deadline=deadline)
        lost: RpcError | None = None
        delays = iter(self._delays(request))
        while True:
            try:
                return await self._inner.send(request)
            except RpcError as failed:
                error = failed
            delay = next(delays, None)
            if delay is None or not self._is_worth_repeating(request, error):
                raise lost or self._told(error)
            lost = lost or (error if _in_doubt(request, error) else None)
            asked = _asked_wait(error)
            pause = max(self._draw(delay / 2, delay), asked)
            if deadline is not None:
                deadline.push_back(asked)
                if pause >= deadline.left:
                    raise lost or self._told(error)
            _log.info("%s: once more in %.2f s, after: %s", request.method, pause, error)
            await self._sleep(pause)

    async def aclose(self) -> None:
        """Close the transport inside."""
        await self._inner.aclose()

    def _delays(self, request: RpcRequest) -> list[float]:
        if not may_repeat(request.method):
            return []
        policy = self._policy
        doubled = (policy.first_delay_seconds * 2**n for n in range(policy.attempts - 1))
        return [min(delay, policy.max_delay_seconds) for delay in doubled]

    def _is_worth_repeating(self, request: RpcRequest, error: RpcError) -> bool:
        if request.method == SEND:
            return no_answer_came(error)
        return error.retry is Retry.SAME and _asked_wait(error) <= self._policy.max_asked_wait_seconds

    def _told(self, error: RpcError) -> RpcError:
        most = self._policy.max_asked_wait_seconds
        return unbearable(error, most) if _asked_wait(error) > most else error


def unbearable(error: RpcError, most: float) -> RpcRateLimitError:
    """The error for an endpoint that asks for a longer wait than is kept here."""
    said = f"{error.message}; it asks to wait {_asked_wait(error):g} s, and no more than {most:g} s is waited here"
    return RpcRateLimitError(said, **{**error.facts, "max_wait_seconds": math.ceil(most)})


def no_answer_came(error: RpcError) -> bool:
    """Whether nobody answered at all: no HTTP status, no JSON-RPC error."""
    answered = error.facts.get("http_status") or error.facts.get("rpc_code")
    return isinstance(error, RpcUnreachableError) and answered is None


def _in_doubt(request: RpcRequest, error: RpcError) -> bool:
    return request.method == SEND and isinstance(error, RpcUnreachableError)


def _asked_wait(error: NosanaError) -> float:
    return error.facts.get("retry_after_seconds") or 0.0
