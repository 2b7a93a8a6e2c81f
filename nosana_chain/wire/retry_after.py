"""The Retry-After header: seconds, or a moment."""

from __future__ import annotations

import math
import re
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LONGEST = 366 * 86_400  # seconds; what asks for more asks for ever
_MOST_DIGITS = 12
_SECONDS = re.compile(r"\d+(\.\d+)?", re.ASCII)


def retry_after_seconds(text: str, date: str = "") -> int | None:
    """How long to wait, in whole seconds, rounded up; None where nothing usable is said.

    Args:
        text: value of Retry-After: seconds (gateways send fractions too) or a date of HTTP.
        date: value of the answer's Date, by which a moment is counted, so that a wrong clock here doesn't matter.
    """
    text = text.strip()
    if _SECONDS.fullmatch(text):
        return min(math.ceil(float(text[:_MOST_DIGITS])), _LONGEST)
    until = _moment(text)
    if until is None:
        return None
    now = _moment(date)
    return min(max(0, math.ceil(until - (time.time() if now is None else now))), _LONGEST)


def _moment(text: str) -> float | None:
    """Seconds since 1970 of an HTTP date; None for what is none."""
    try:
        moment: datetime = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
