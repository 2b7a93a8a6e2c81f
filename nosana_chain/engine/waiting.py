"""How long to wait for a transaction, and how often to look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_POLL_GROWTH = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPolicy:
    """How confirmation waits. All in seconds.

    Attributes:
        first_poll_seconds: wait after the first look; half as much again after each one.
        longest_poll_seconds: no wait is longer, unless the endpoint asks for it.
        resend_seconds: how often the same bytes are sent again, and expiry is looked for.
        refusal_seconds: how long to look for bytes that the endpoint refused: a gateway may have passed them on before.
        patience_seconds: how long the endpoint may give no usable answer.
        limit_seconds: how long to wait in all, for a cluster that makes no blocks. A blockhash is good for 150
            blocks, about a minute, and another 15 s pass until its end is final.
    """

    first_poll_seconds: float = 0.05
    longest_poll_seconds: float = 1.0
    resend_seconds: float = 2.0
    refusal_seconds: float = 2.0
    patience_seconds: float = 60.0
    limit_seconds: float = 180.0

    def pauses(self) -> Iterator[float]:
        """The waits between looks, without end."""
        pause = self.first_poll_seconds
        while True:
            yield pause
            pause = min(pause * _POLL_GROWTH, self.longest_poll_seconds)


DEFAULT_WAITING = ConfirmPolicy()
