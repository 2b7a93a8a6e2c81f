"""Keeps the HTTP library's own log records of our exchanges back: they hold headers, in which a token may be echoed.

Records of other users of the same library in this process pass as before. What happened is logged by `tracing`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LOGGERS = (
    "httpx2",
    "httpcore2.connection",
    "httpcore2.http11",
    "httpcore2.http2",
    "httpcore2.proxy",
    "httpcore2.socks",
    "hpack.hpack",
)

_ours: ContextVar[bool] = ContextVar("_ours", default=False)


def _keep_back(_record: logging.LogRecord) -> bool:
    return not _ours.get()


for _name in _LOGGERS:
    logging.getLogger(_name).addFilter(_keep_back)


@contextmanager
def without_foreign_logs() -> Iterator[None]:
    """Inside, the HTTP library logs nothing."""
    token = _ours.set(True)
    try:
        yield
    finally:
        _ours.reset(token)
