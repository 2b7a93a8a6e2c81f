"""What a caller's function is told of, and why it can't get in the way."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import ParamSpec

Arguments = ParamSpec("Arguments")

_log = logging.getLogger(__name__)


def tell(told: Callable[Arguments, object] | None, *arguments: Arguments.args, **named: Arguments.kwargs) -> None:
    """Call a caller's function, where there is one; an exception of it is logged.

    It looks on while money moves: a bar that can't be drawn must not end an action whose transaction has left.
    """
    if told is None:
        return
    try:
        told(*arguments, **named)
    except Exception:  # noqa: BLE001  whatever a caller's function raises
        _log.warning("a progress callback failed; what it was told of goes on", exc_info=True)
