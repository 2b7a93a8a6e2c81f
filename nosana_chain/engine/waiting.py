"""How long to wait for a transaction, and how often to look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

#: How settled what was sent must be: voted for by most of the stake, or never to be rolled back (some 13 s later).
Settled: TypeAlias = Literal["confirmed", "finalized"]

_POLL_GROWTH = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPolicy:
    """How confirmation waits. All times in seconds.

    Attributes:
        until: how settled a transaction must be before it counts as landed.
        first_poll_seconds: wait after the first look; half as much again after each one.
        longest_poll_seconds: no wait is longer, unless the endpoint asks for it.
        told_poll_seconds: the same, while the endpoint has agreed to tell of it by itself: a notice can get lost.
        resend_seconds: how often the same bytes are sent again, and expiry is looked for.
        refusal_seconds: how long to look for bytes that the endpoint refused: a gateway may have passed them on before.
        patience_seconds: how long the endpoint may give no usable answer.
        limit_seconds: how long to wait in all, for a cluster that makes no blocks. A blockhash is good for 150
            blocks, about a minute, and another 15 s pass until its end is final.
    """

    until: Settled = "confirmed"
    first_poll_seconds: float = 0.05
    longest_poll_seconds: float = 1.0
    told_poll_seconds: float = 1.0
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
