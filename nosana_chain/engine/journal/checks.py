"""What may be written into a journal: short printable texts, bounded JSON without floats, amounts that 64 bits hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from nosana_chain.errors import AmountError, InputError
from nosana_chain.units import I64_MAX
from nosana_chain.wire.texts import printable

MAX_JSON_BYTES = 16_384
MAX_JSON_DEPTH = 8
MAX_REASON = 2_000  # characters; a verdict's reason may quote an endpoint


def checked_text(name: str, value: object, *, most: int) -> str:
    """A text of 1 to `most` printable characters.

    Raises:
        InputError: it is something else.
    """
    if not isinstance(value, str) or not 0 < len(value) <= most or not value.isprintable():
        raise InputError(f"{name} must be a text of 1 to {most} printable characters, not {_shown(value)}")
    if any("\ud800" <= character <= "\udfff" for character in value):  # half a surrogate pair has no UTF-8
        raise InputError(f"{name} must be valid Unicode, not {_shown(value)}")
    return value


def checked_amount(name: str, value: object) -> int:
    """An integer from 0 to 2**63-1.

    Raises:
        AmountError: it is something else.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= I64_MAX:
        raise AmountError(f"{name} must be an integer from 0 to 2**63-1, not {_shown(value)}")
    return value


def canonical_json(name: str, value: Mapping[str, Any]) -> str:
    """The one JSON text of a mapping: keys sorted, no spaces, ASCII only.

    Raises:
        InputError: it holds floats or other types, is nested deeper than 8, or longer than 16,384 bytes.
    """
    _check_json(name, value, depth=MAX_JSON_DEPTH)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    if len(text) > MAX_JSON_BYTES:
        raise InputError(f"{name} has {len(text)} bytes as JSON; at most {MAX_JSON_BYTES} can be kept")
    return text


def as_reason(text: str) -> str:
    """`text` as a reason is kept: printable, and not longer than 2,000 characters."""
    return printable(text[:MAX_REASON]).encode("utf-8", "replace").decode()


def _check_json(name: str, value: object, *, depth: int) -> None:
    if depth < 0:
        raise InputError(f"{name} is nested deeper than {MAX_JSON_DEPTH}")
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise InputError(f"{name} must have texts as keys")
        for item in value.values():
            _check_json(name, item, depth=depth - 1)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _check_json(name, item, depth=depth - 1)
    elif not isinstance(value, (str, int, type(None))):  # bool is an int; a float has no one text
        raise InputError(f"{name} may hold texts, integers, booleans, lists and mappings, not {_shown(value)}")


def _shown(value: object) -> str:
    return f"{value[:60]!r}" if isinstance(value, str) else f"{type(value).__name__} {str(value)[:60]}"
