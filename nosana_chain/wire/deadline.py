"""The end of all tries of one request, however many endpoints are asked and however slowly they answer."""

from __future__ import annotations

import time
from collections.abc import Callable

DEADLINE_SECONDS = 60.0  #: a blockhash lives about as long


class Deadline:
    """How long a request may still wait for answers.

    A wait that was agreed on, since the endpoint asked for it (Retry-After) or for a rate of one's own, doesn't count.

    Args:
        seconds: for all tries together.
        clock: seconds that only go forward.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._end = clock() + seconds

    @property
    def left(self) -> float:
        """Seconds until then; 0 where it has come."""
        return max(0.0, self._end - self._clock())

    def push_back(self, seconds: float) -> None:
        """Leave out a wait of `seconds` that was agreed on."""
        self._end += seconds
