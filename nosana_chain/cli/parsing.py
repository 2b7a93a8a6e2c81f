"""Amounts, times and addresses as people write them; what can't be read is wrong usage (exit code 2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from nosana_chain import units
from nosana_chain.errors import InputError


class Written(click.ParamType[Any]):
    """A parameter that a function of the library reads.

    Args:
        name: what help calls it.
        read: text to value; InputError where it is none.
        refuse_zero: 0 would change nothing.
    """

    def __init__(self, name: str, read: Callable[[str], Any], *, refuse_zero: bool = False) -> None:
        self.name = name
        self._read = read
        self._refuse_zero = refuse_zero

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The value; wrong usage where the text is none."""
        if not isinstance(value, str):
            return value
        try:
            found = self._read(value)
        except InputError as error:
            self.fail(error.message, param, ctx)
        if self._refuse_zero and not found:
            self.fail("it must be more than 0", param, ctx)
        return found


def _lamports(text: str) -> int:
    if not text.strip().isdecimal() or not text.isascii():
        raise InputError("this is a whole number of lamports; 1 SOL has 1000000000")
    return units.u64(int(text[:30]), "this")


def text_argument(given: str) -> str:
    """A text of an argument; of standard input where it is "-"."""
    import sys

    return sys.stdin.read(_MOST_INPUT).strip() if given == "-" else given


_MOST_INPUT = 1_000_000  # characters; a transaction has 1,644 in base64


def _address(text: str) -> Any:
    from nosana_chain.addresses import as_address  # it imports solders

    return as_address(text, "this")


def _signature(text: str) -> str:
    from solders.signature import Signature

    try:
        return str(Signature.from_string(text.strip()))
    except ValueError:
        raise InputError("this is no signature: that is base58 text of 64 bytes, as explorers show it") from None


def _moment(text: str) -> int:
    """Unix seconds, or a date and time in UTC (or with an offset of its own)."""
    if text.strip().isascii() and text.strip().isdecimal():
        return units.i64(int(text.strip()[:25]), "this moment")
    from datetime import UTC, datetime

    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InputError(
            f"{text[:60]!r} is no moment; write 2027-01-31, 2027-01-31T12:00 (UTC) or Unix seconds"
        ) from None
    return units.i64(int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()), "this moment")


def token_amount(text: str, *, in_base_units: bool, name: str) -> int:
    """An amount of NOS as people write it, or of another mint in base units.

    Raises:
        click.UsageError: it is neither.
    """
    try:
        return _base_units(text, name) if in_base_units else units.nos(text)
    except InputError as error:
        raise click.UsageError(f"{name}: {error.message}") from None


def _base_units(text: str, name: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise InputError(f"{text[:60]!r} is no whole number of base units")
    return units.u64(int(text[:25]), name)


MOMENT = Written("moment", _moment)  #: 2027-01-31T12:00 -> Unix seconds
NOS = Written("nos", units.nos)  #: 12.5 -> base units
SOME_NOS = Written("nos", units.nos, refuse_zero=True)
SOL = Written("sol", units.sol)  #: 0.05 -> lamports
SOME_SOL = Written("sol", units.sol, refuse_zero=True)
LAMPORTS = Written("lamports", _lamports)  #: a whole number of them
DURATION = Written("duration", units.seconds)  #: 3600, 2h30m, 90d -> seconds
SOME_TIME = Written("duration", units.seconds, refuse_zero=True)
ADDRESS = Written("address", _address)
SIGNATURE = Written("signature", _signature)
