"""Lines for people on stderr, and JSON that every reader can read."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

#: Beyond this, JSON numbers lose digits in readers that use doubles (RFC 8259, section 6): texts then.
_SAFE_INTEGER = 2**53 - 1


def note(text: str) -> None:
    """A line for people about work in progress; on stderr, so that stdout stays machine-readable."""
    print(printable_lines(text), file=sys.stderr, flush=True)


def printable(text: str) -> str:
    """The text with every letter that isn't to be seen written as its escape."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def printable_lines(text: str) -> str:
    """The same of a text of many lines."""
    return "\n".join(map(printable, text.split("\n")))


def json_text(value: Any) -> str:
    """A result for scripts, over several lines."""
    import json  # help doesn't need it

    return json.dumps(json_safe(value), indent=2)


def json_line(value: Any) -> str:
    """The same on one line."""
    import json  # help doesn't need it

    return json.dumps(json_safe(value))


def json_safe(value: Any) -> Any:
    """`value` with every whole number that doubles can't hold turned into a text."""
    if isinstance(value, Mapping):
        return {str(key): json_safe(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [json_safe(item) for item in value]
    too_large = isinstance(value, int) and abs(value) > _SAFE_INTEGER
    return str(value) if too_large else value
