"""What is done about requests that fail: repeating those that may be repeated."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nosana_chain.errors import NosanaError, Retry, RpcError, RpcUnreachableError
from nosana_chain.wire.transport import RpcRequest, Transport

Sleep = Callable[[float], Awaitable[None]]

_READS = ("get", "is", "minimum", "simulate")
#: The same signed bytes land at most once, however often they are sent.
_HARMLESS_WRITES = ("sendTransaction",)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and how soon a request is repeated.

    Attributes:
        attempts: at most so many in all; 1 or more.
        first_delay_seconds: longest wait before the second attempt; doubled for each further one.
        max_delay_seconds: no wait is longer. An endpoint that asks for more is not asked again.
    """

    attempts: int = 4
    first_delay_seconds: float = 0.25
    max_delay_seconds: float = 8.0


class RetryingTransport:
    """A transport that repeats what only reads, and the sending of signed bytes, when no answer came.

    Waits are drawn between half and all of the delay, so that many clients don't come back together.
    """

    def __init__(
        self,
        inner: Transport,
        *,
        policy: RetryPolicy | None = None,
        sleep: Sleep = asyncio.sleep,
        draw: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._inner = inner
        self._policy = policy or RetryPolicy()
        self._sleep = sleep
        self._draw = draw

    @property
    def endpoint(self) -> str:
        """Where requests go, with secrets removed."""
        return self._inner.endpoint

    async def send(self, request: RpcRequest) -> bytes:
        """As `Transport.send`. Network: up to `attempts` exchanges.

        Bytes that were sent without an answer may be on their way: a later refusal doesn't hide that.
        """
        lost: RpcError | None = None
        delays = iter(self._delays(request))
        while True:
            try:
                return await self._inner.send(request)
            except RpcError as error:
                delay = next(delays, None)
                if delay is None or not self._worth_waiting(error):
                    raise lost or error  # noqa: B904  the earlier one, in the context of this one
                lost = lost or (error if _in_doubt(request, error) else None)
                await self._sleep(max(self._draw(delay / 2, delay), _asked_wait(error)))

    async def aclose(self) -> None:
        """Close the transport inside."""
        await self._inner.aclose()

    def _delays(self, request: RpcRequest) -> list[float]:
        if not may_repeat(request.method):
            return []
        policy = self._policy
        doubled = (policy.first_delay_seconds * 2**n for n in range(policy.attempts - 1))
        return [min(delay, policy.max_delay_seconds) for delay in doubled]

    def _worth_waiting(self, error: NosanaError) -> bool:
        return error.retry is Retry.SAME and _asked_wait(error) <= self._policy.max_delay_seconds


def may_repeat(method: str) -> bool:
    """Whether a second request of this method changes nothing that the first did not."""
    return method.startswith(_READS) or method in _HARMLESS_WRITES


def _in_doubt(request: RpcRequest, error: RpcError) -> bool:
    return request.method in _HARMLESS_WRITES and isinstance(error, RpcUnreachableError)


def _asked_wait(error: NosanaError) -> float:
    return error.facts.get("retry_after_seconds") or 0.0
