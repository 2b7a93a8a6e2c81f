"""Amounts and times, each with its unit in its type: integers in base units, never floats.

Text for people ("1.5 NOS") is turned into base units and back only here.
"""

from __future__ import annotations

import re
from typing import NewType

from nosana_chain.errors import AmountError

Lamports = NewType("Lamports", int)  #: 1 SOL = 10**9 lamports
NosUnits = NewType("NosUnits", int)  #: 1 NOS = 10**6 base units (the mint has 6 decimals)
TokenUnits = NewType("TokenUnits", int)  #: base units of a mint that need not be NOS
XNos = NewType("XNos", int)  #: weight of a stake, in NOS base units times its duration's multiplier
Seconds = NewType("Seconds", int)  #: a length of time
UnixSeconds = NewType("UnixSeconds", int)  #: a moment, as the chain's Clock tells it

SOL_DECIMALS = 9
NOS_DECIMALS = 6
NOS_SUPPLY = NosUnits(100_000_000 * 10**NOS_DECIMALS)  #: the whole supply of the mint

U8_MAX = 2**8 - 1
U64_MAX = 2**64 - 1
U128_MAX = 2**128 - 1
I64_MAX = 2**63 - 1

MINUTE, HOUR, DAY = Seconds(60), Seconds(3_600), Seconds(86_400)

_SECONDS_OF = (1, 7 * DAY, DAY, HOUR, MINUTE, 1)  # of the groups of _DURATION: a plain number, w, d, h, m, s
# 20 digits hold 2**64, and keep texts of any length cheap; "2h30m" names larger units first, each once
_DURATION = re.compile("([0-9]{1,20})|" + "".join(f"(?:([0-9]{{1,20}}){unit})?" for unit in "wdhms"))
_AMOUNT = re.compile(r"([0-9]{1,20})(?:\.([0-9]{1,40}))?")
_SHOWN = 60  # characters of a value that errors repeat

#: What a field counts, by the last word of its name; base units where it isn't there.
_COUNTED = {
    **dict.fromkeys(("timeout", "duration", "expiration", "seconds"), "seconds"),
    **dict.fromkeys(("time", "ts"), "Unix seconds"),
    "lamports": "lamports",
    **dict.fromkeys(("version", "slot", "type", "percent", "percentile", "units", "ms"), ""),
}


def nos(text: str) -> NosUnits:
    """NOS as a person writes it ("1.5") in base units.

    Raises:
        AmountError: no text, no number, negative, more than 6 decimals, or beyond 2**64-1 base units.
    """
    return NosUnits(_scaled(text, NOS_DECIMALS, "NOS"))


def sol(text: str) -> Lamports:
    """SOL as a person writes it ("0.05") in lamports.

    Raises:
        AmountError: no text, no number, negative, more than 9 decimals, or beyond 2**64-1 lamports.
    """
    return Lamports(_scaled(text, SOL_DECIMALS, "SOL"))


def seconds(text: str) -> Seconds:
    """A duration as a person writes it ("90", "90s", "15m", "2h30m", "14d", "2w") in seconds.

    Raises:
        AmountError: no text, any other text, or beyond 2**63-1 seconds.
    """
    _require_text(text, "a duration", "seconds")
    match = _DURATION.fullmatch(text.strip().lower())
    if not match or not match[0]:
        raise AmountError(
            f"{text[:_SHOWN]!r} is not a duration; write for example 90, 90s, 15m, 2h30m or 14d", value=text
        )
    counts = zip(match.groups(), _SECONDS_OF, strict=True)
    return Seconds(i64(sum(int(count) * unit for count, unit in counts if count), "duration"))


def format_nos(units: int) -> str:
    """Base units as NOS with all 6 decimals: 1500000 -> "1.500000"."""
    return _unscaled(units, NOS_DECIMALS)


def format_sol(lamports: int) -> str:
    """Lamports as SOL with all 9 decimals: 5000 -> "0.000005000"."""
    return _unscaled(lamports, SOL_DECIMALS)


def u8(value: int, name: str) -> int:
    """`value` if it fits an unsigned 8-bit field; AmountError naming `name` otherwise."""
    return _in_range(value, 0, U8_MAX, name)


def u64(value: int, name: str) -> int:
    """`value` if it fits an unsigned 64-bit field; AmountError naming `name` otherwise."""
    return _in_range(value, 0, U64_MAX, name)


def u128(value: int, name: str) -> int:
    """`value` if it fits an unsigned 128-bit field; AmountError naming `name` otherwise."""
    return _in_range(value, 0, U128_MAX, name)


def i64(value: int, name: str, minimum: int = 0) -> int:
    """`value` if it is `minimum` to 2**63-1 (a signed 64-bit field); AmountError naming `name` otherwise."""
    return _in_range(value, minimum, I64_MAX, name)


def _in_range(value: int, low: int, high: int, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise AmountError(
            f"{name} must be a whole number{_unit(name)}, not {_told(value)}{_hint(value)}", name=name, value=value
        )
    if not low <= value <= high:
        raise AmountError(f"{name} is {_shown(value)}; it must be from {low} to {high}", name=name, value=value)
    return value


def _unit(name: str) -> str:
    unit = _COUNTED.get(re.split("[_ ]", name)[-1], "base units")
    return f" of {unit}" if unit else ""


def _hint(value: object) -> str:
    """How a text that people write becomes a number."""
    text = value.strip().lower() if isinstance(value, str) else ""
    if text and _DURATION.fullmatch(text):
        return f"; seconds({text!r}) makes seconds of it" if not text.isdigit() else f"; int({text!r}) is one"
    return f"; nos({text!r}) makes base units of NOS of it" if _AMOUNT.fullmatch(text) else ""


def _told(value: object) -> str:
    """A value of the wrong type, with its type. Of what isn't plain, the type alone: it may be long or secret."""
    plain = isinstance(value, (str, int, float, type(None)))
    return f"{_short(value)} ({type(value).__name__})" if plain else f"a {type(value).__name__}"


def _short(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return _shown(value)
    return repr(value[:_SHOWN] if isinstance(value, str) else value)


def _require_text(value: object, what: str, function: str) -> None:
    if not isinstance(value, str):
        raise AmountError(
            f"{what} is given as text, such as {function}('1'), not {_told(value)}; "
            "a number could be meant in another unit, and a float isn't exact",
            value=value,
        )


def _shown(value: int) -> str:
    # Python refuses to write integers of more than 4300 digits
    return str(value) if abs(value) <= U128_MAX else f"a number of {value.bit_length()} bits"


def _scaled(text: str, decimals: int, symbol: str) -> int:
    """Digits moved as text: exact whatever their number, where decimal.Decimal rounds to its context's precision."""
    _require_text(text, f"an amount of {symbol}", symbol.lower())
    match = _AMOUNT.fullmatch(text.strip())
    if not match:
        raise AmountError(f"{text[:_SHOWN]!r} is not an amount of {symbol}; write for example 1.5", value=text)
    whole, part = match[1], (match[2] or "").rstrip("0")
    if len(part) > decimals:
        raise AmountError(f"{text!r} has more than {decimals} decimals; {symbol} has {decimals}", value=text)
    return u64(int(whole + part.ljust(decimals, "0")), f"{text} {symbol}")


def _unscaled(units: int, decimals: int) -> str:
    whole, part = divmod(abs(units), 10**decimals)
    return f"{'-' if units < 0 else ''}{whole}.{part:0{decimals}d}"
