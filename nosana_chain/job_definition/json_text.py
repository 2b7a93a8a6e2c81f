"""JSON as JavaScript writes it: what the official clients pin, byte for byte, and so by the same CID.

`JSON.stringify` differs from Python's `json.dumps` in the order of keys that look like array indices, in how numbers
are written, and in lone surrogates (ECMA-262: OrdinaryOwnPropertyKeys, Number::toString, QuoteJSONString).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from nosana_chain.errors import InputError

_INDEX = re.compile(r"0|[1-9]\d{0,9}")
_LAST_INDEX = 2**32 - 2  # 2**32 - 1 is an array's length, and no index
_EXACT = 2**53  # integers up to here are the same in JavaScript, whose numbers are all doubles
_PLAIN_DIGITS = 21  # from 1e21 on Number::toString writes an exponent
_SMALLEST_PLAIN = -6  # and below 1e-6
_LONE = re.compile("[\ud800-\udfff]")


def json_text(value: Any) -> bytes:
    """What `JSON.stringify(value)` gives, as UTF-8.

    Args:
        value: what JSON can hold: dicts with text keys, lists, texts, numbers, True, False and None.

    Raises:
        InputError: it holds something else, a number beyond the doubles, or is nested too deeply.
    """
    try:
        return "".join(_pieces(value)).encode()
    except RecursionError:
        raise InputError("the value is nested too deeply to be written as JSON, or holds itself") from None


def _pieces(value: Any) -> Iterator[str]:
    match value:
        case None | bool():
            yield json.dumps(value)
        case str():
            yield _quoted(value)
        case int() | float():
            yield _number(value)
        case dict():
            yield from _object(value)
        case list() | tuple():
            yield "["
            for position, item in enumerate(value):
                yield "," if position else ""
                yield from _pieces(item)
            yield "]"
        case _:
            raise InputError(f"JSON holds no {type(value).__name__}")


def _object(value: dict[Any, Any]) -> Iterator[str]:
    yield "{"
    for position, key in enumerate(_ordered(value)):
        yield f"{',' if position else ''}{_quoted(key)}:"
        yield from _pieces(value[key])
    yield "}"


def _ordered(value: dict[Any, Any]) -> list[str]:
    """Indices first, by size; the rest as they came."""
    if not all(isinstance(key, str) for key in value):
        raise InputError("the keys of a JSON object are texts")
    indices = sorted((key for key in value if _is_index(key)), key=int)
    return indices + [key for key in value if not _is_index(key)]


def _is_index(key: str) -> bool:
    return _INDEX.fullmatch(key) is not None and key.isascii() and int(key) <= _LAST_INDEX


def _quoted(text: str) -> str:
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")  # joins what is a pair
    return _LONE.sub(lambda lone: f"\\u{ord(lone[0]):x}", json.dumps(whole, ensure_ascii=False))


def _number(value: float) -> str:
    if isinstance(value, int) and abs(value) <= _EXACT:
        return str(int(value))
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise InputError("a number is beyond JSON's; use a finite one, or a text")
    return ("-" if number < 0 else "") + _digits(abs(number))


def _digits(number: float) -> str:
    """Number::toString of a number from 0: the shortest digits that read back as it, as Python's repr has them."""
    if not number:
        return "0"
    parts = Decimal(repr(number)).normalize().as_tuple()
    digits = "".join(map(str, parts.digits))
    point = len(digits) + int(parts.exponent)  # where the decimal point stands
    if _SMALLEST_PLAIN < point <= 0:
        return f"0.{'0' * -point}{digits}"
    if 0 < point <= _PLAIN_DIGITS:
        return digits.ljust(point, "0") if point >= len(digits) else f"{digits[:point]}.{digits[point:]}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"
