"""Words of an endpoint, made fit to be shown: on one line, printable, short, and without the user's secrets.

Whoever answers may write what a terminal takes for a command, what looks like a line of the program's own, or the
very token that was in the request's URL.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MAX_TEXT = 300  #: characters of an error's words that are kept
_MAX_LOG = 10_000  # characters; a validator cuts the log of a whole transaction there by default
_MAX_ITEMS = 1_000  # of a list or an object in an error's data
_MAX_DATA_DEPTH = 16
_CUT = "…"
_HIDDEN = "…"
_SHORTEST_SECRET = 4  # characters; to hide every "1" would make texts unreadable


class EndpointText(str):
    """A text of an endpoint, cleaned. As a field of an answer's type it makes the wire clean what comes.

    For log lines and whatever else of an answer is shown to people.
    """

    __slots__ = ()


class Scrubber:
    """Cleans texts, and takes secrets out of them.

    Args:
        secrets: what must not be shown; those under 4 characters are left.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        long_enough = {secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}
        self._secrets = tuple(sorted(long_enough, key=len, reverse=True))  # the whole before its parts

    def __repr__(self) -> str:
        """Without the secrets: a traceback may show this object."""
        return f"Scrubber({len(self._secrets)} secrets)"

    def text(self, text: str, *, limit: int = MAX_TEXT) -> str:
        """`text` on one line, printable, without secrets, and cut to `limit` characters."""
        text = text[: limit * 4 + 1_000]  # so that what follows costs little
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        shown = printable(text)
        return shown if len(shown) <= limit else shown[: limit - 1] + _CUT

    def log(self, text: str) -> EndpointText:
        """A line of a log or the like: as `text`, but long ones are kept."""
        return EndpointText(self.text(text, limit=_MAX_LOG))

    def data(self, value: Any, *, depth: int = _MAX_DATA_DEPTH) -> Any:
        """What JSON holds, with every text in it cleaned, and cut where it is deep or long."""
        if isinstance(value, str):
            return str(self.log(value))
        if not isinstance(value, (Mapping, Sequence)):
            return value
        if not depth:
            return _CUT
        if isinstance(value, Mapping):
            return {
                self.text(str(key)): self.data(item, depth=depth - 1) for key, item in [*value.items()][:_MAX_ITEMS]
            }
        return [self.data(item, depth=depth - 1) for item in value[:_MAX_ITEMS]]


def printable(text: str) -> str:
    """`text` with a space for each run of what isn't printable: controls, line ends, marks of direction."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or _joins(char) else " " for char in text).strip()


def _joins(char: str) -> bool:
    """Spaces of other scripts are no ASCII space and not printable to Python, but harmless."""
    return unicodedata.category(char) == "Zs"
