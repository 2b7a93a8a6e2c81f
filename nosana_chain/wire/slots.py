"""Which slot a node must have seen before its answers are taken: the one in which a transaction of ours landed.

Slots come from endpoints, and one false slot must not stop a client. So only what fits to the slots of other answers
is believed, and what no node reaches in time is forgotten.
"""

from __future__ import annotations

import time
from collections.abc import Callable

# Most an honest cluster can be at: more than a thousand years of slots of 0.1 ms.
_MOST = 2**48
_APART = 1_500  # slots, 10 minutes on mainnet: nodes behind one URL may be so far apart, and still serve
_FASTEST = 1_000  # slots a second: a local network's shortest slot is 1 ms


class SeenSlot:
    """The slot that answers must be as of, or later.

    Args:
        clock: seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen = 0
        self._told: tuple[int, float] | None = None  # of the latest answer: its slot, and when it came

    @property
    def slot(self) -> int:
        """0 where any answer will do."""
        return self._seen

    def told(self, slot: int) -> None:
        """An answer says that it is as of `slot`. The latest one counts, so that a false one is soon replaced."""
        if 0 <= slot < _MOST:
            self._told = (slot, self._clock())

    def saw(self, slot: int) -> bool:
        """From now on take no answer from before `slot`; False where it can't be right, and is not taken."""
        if not self._is_plausible(slot):
            return False
        self._seen = max(self._seen, slot)
        return True

    def forget(self) -> None:
        """Take any answer again."""
        self._seen = 0

    def _is_plausible(self, slot: int) -> bool:
        if not 0 <= slot < _MOST:
            return False
        if self._told is None:
            return True
        told, when = self._told
        return slot <= told + _APART + int((self._clock() - when) * _FASTEST)
