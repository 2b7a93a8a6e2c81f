"""How fast one endpoint is asked: never faster than agreed, and not at all while it asks to be left alone."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from nosana_chain.errors import AmountError, RpcError, RpcRateLimitError
from nosana_chain.wire.retry import MAX_ASKED_WAIT_SECONDS, Sleep, unbearable
from nosana_chain.wire.transport import Carrier, RpcRequest

Given = TypeVar("Given")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """How many requests one endpoint is sent.

    Attributes:
        per_second: on average; more than 0.
        burst: so many may go out at once after a pause; 1 or more.

    Raises:
        AmountError: a number out of its range.
    """

    per_second: float
    burst: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.per_second < float("inf"):
            raise AmountError(f"a rate is more than 0 requests a second, not {self.per_second!r}")
        if self.burst < 1:
            raise AmountError(f"a burst is 1 request or more, not {self.burst!r}")


class ThrottledTransport(Generic[Given]):
    """Holds requests back: by a token bucket, and for as long as the endpoint asked to wait (Retry-After).

    The wait holds for every method and every caller of the endpoint, so that no loop asks inside it.

    Args:
        inner: sends them.
        limit: None for no limit of one's own.
        max_asked_wait_seconds: of a longer wait the caller is told at once.
        clock: seconds that only go forward.
        sleep: waits for seconds.
    """

    def __init__(
        self,
        inner: Carrier[Given],
        *,
        limit: RateLimit | None = None,
        max_asked_wait_seconds: float = MAX_ASKED_WAIT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._inner = inner
        self._interval = 1 / limit.per_second if limit else 0.0
        self._slack = (limit.burst - 1) * self._interval if limit else 0.0
        self._max_asked_wait = max_asked_wait_seconds
        self._clock = clock
        self._sleep = sleep
        self._free_at = clock() - self._slack  # when the next request is due; in the past by what a burst may take
        self._asked: tuple[float, RpcError] | None = None

    @property
    def endpoint(self) -> str:
        """Where requests go, with secrets removed."""
        return self._inner.endpoint

    async def send(self, request: RpcRequest) -> Given:
        """As `Carrier.send`, when it is this request's turn."""
        pause = max(self._asked_pause(), self._turn())
        if pause > 0:
            if request.deadline is not None:
                request.deadline.push_back(pause)
            _log.debug("%s: held back %.2f s for %s", request.method, pause, self.endpoint)
            await self._sleep(pause)
        try:
            return await self._inner.send(request)
        except RpcError as error:
            self._note(error)
            raise

    async def aclose(self) -> None:
        """Close the transport inside."""
        await self._inner.aclose()

    def _turn(self) -> float:
        """Seconds until this request is due; each call takes a place in the row."""
        now = self._clock()
        due = max(self._free_at, now - self._slack)
        self._free_at = due + self._interval
        return due - now

    def _asked_pause(self) -> float:
        if self._asked is None:
            return 0.0
        until, error = self._asked
        left = until - self._clock()
        if left > self._max_asked_wait:
            told = RpcRateLimitError(error.message, **{**error.facts, "retry_after_seconds": math.ceil(left)})
            raise unbearable(told, self._max_asked_wait)
        return left

    def _note(self, error: RpcError) -> None:
        wait = error.facts.get("retry_after_seconds")
        if not wait:
            return
        until = self._clock() + wait
        if self._asked is None or until > self._asked[0]:
            _log.warning("%s asks to be left alone for %g s", self.endpoint, wait)
            self._asked = (until, error)
