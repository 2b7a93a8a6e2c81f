"""Wall time inside the journal: whole microseconds since 1970, so that a store never compares an integer with a float.

SQLite keeps a whole float as an integer, and compares that with other floats in the x87 unit, whose registers belong
to the thread: where a library has left them full, as the SVM's compiled programs were seen to, 1795000000 >
1794999999.5 is false. Integers are compared right everywhere.
"""

from __future__ import annotations

MICROSECONDS = 1_000_000  # in a second


def moment(seconds: float) -> int:
    """Seconds as microseconds."""
    return round(seconds * MICROSECONDS)


def in_seconds(moment: int) -> float:
    """Microseconds as seconds."""
    return moment / MICROSECONDS


def maybe_in_seconds(moment: int | None) -> float | None:
    """As `in_seconds`, where there may be none."""
    return None if moment is None else in_seconds(moment)
