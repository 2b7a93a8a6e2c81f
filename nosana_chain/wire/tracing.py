"""What can be seen of the requests: the log under `nosana_chain.wire`, and a hook for tracing.

No secret is in either: endpoints are shown without their tokens, and bodies not at all.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from nosana_chain.errors import RpcError
from nosana_chain.wire.transport import Carrier, RpcRequest

Given = TypeVar("Given")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request that went out, once it is over.

    Attributes:
        method: name of the method, as `getBalance`.
        endpoint: where it went, with secrets removed.
        sent_bytes: length of the request's body.
        seconds: from the request to the answer or error.
        error: None where it was answered.
    """

    method: str
    endpoint: str
    sent_bytes: int
    seconds: float
    error: BaseException | None


class Tracer(Protocol):
    """Is called around each request that goes out, repeated ones too: for spans and metrics of one's own.

    What it raises is logged and changes nothing.
    """

    def started(self, method: str, endpoint: str) -> Callable[[Exchange], object]:
        """Called right before the request, in its task; what it gives back is called when the request is over.

        Args:
            method: name of the method, as `getBalance`.
            endpoint: where it goes, with secrets removed.
        """
        ...


class TracedTransport(Generic[Given]):
    """Tells log and tracer of each request.

    Args:
        inner: sends them.
        tracer: None for the log alone.
        clock: seconds that only go forward.
    """

    def __init__(
        self, inner: Carrier[Given], *, tracer: Tracer | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._inner = inner
        self._tracer = tracer
        self._clock = clock

    @property
    def endpoint(self) -> str:
        """Where requests go, with secrets removed."""
        return self._inner.endpoint

    async def send(self, request: RpcRequest) -> Given:
        """As `Carrier.send`."""
        finish = self._start(request)
        began = self._clock()
        error: BaseException | None = None
        try:
            return await self._inner.send(request)
        except BaseException as raised:
            error = raised
            raise
        finally:
            self._end(request, self._clock() - began, error, finish)

    async def aclose(self) -> None:
        """Close the transport inside."""
        await self._inner.aclose()

    def _start(self, request: RpcRequest) -> Callable[[Exchange], object] | None:
        if self._tracer is None:
            return None
        try:
            return self._tracer.started(request.method, self.endpoint)
        except Exception:  # noqa: BLE001  whatever it is, no request fails for it
            _log.exception("the tracer failed at the start of %s", request.method)
            return None

    def _end(
        self,
        request: RpcRequest,
        seconds: float,
        error: BaseException | None,
        finish: Callable[[Exchange], object] | None,
    ) -> None:
        size = len(request.body)
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug("%s %s: %d bytes, %.1f ms, %s", request.method, self.endpoint, size, seconds * 1e3, _told(error))
        if finish is None:
            return
        exchange = Exchange(
            method=request.method, endpoint=self.endpoint, sent_bytes=size, seconds=seconds, error=error
        )
        try:
            finish(exchange)
        except Exception:  # noqa: BLE001  as above
            _log.exception("the tracer failed at the end of %s", request.method)


def _told(error: Any) -> str:
    if error is None:
        return "answered"
    return error.message if isinstance(error, RpcError) else type(error).__name__
