"""What a command shows: columns, each a name with its unit, a plain value, and how people read it. Pure.

One description serves tables, JSON and CSV. A maker takes the column's name and where its value comes from: a function
of the row, or the path of an attribute ("stake.amount"); by default the attribute of that name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from nosana_chain.units import format_nos, format_sol

Source = Callable[[Any], Any] | str | None

_PER_CENT = 100  # basis points
_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


@dataclass(frozen=True, slots=True)
class Column:
    """One fact of a row.

    Attributes:
        name: in JSON and CSV, with its unit: amount_units, unlocks_unix.
        heading: for people.
        value: the plain value of a row: a whole number, text, truth value, None, or a list or dict of them.
        text: that value for people; never asked about None.
        right: whether it is a number, whose digits stand below each other.
    """

    name: str
    heading: str
    value: Callable[[Any], Any]
    text: Callable[[Any], str] = str
    right: bool = False

    def shown(self, row: Any) -> str:
        """The row's fact for people."""
        value = self.value(row)
        return "-" if value is None else self.text(value)


def text(name: str, value: Source = None) -> Column:
    """Words, an address, a signature: whatever its str() says."""
    found = _source(name, value)
    return Column(name, _heading(name), lambda row: None if (it := found(row)) is None else str(it))


def flag(name: str, value: Source = None) -> Column:
    """True or false."""
    return Column(name, _heading(name), _source(name, value), lambda said: "yes" if said else "no")


def number(name: str, value: Source = None) -> Column:
    """A whole number without a unit."""
    return Column(name, _heading(name), _source(name, value), lambda count: f"{count:,}", right=True)


def nos(name: str, value: Source = None) -> Column:
    """NOS base units; people see NOS."""
    return Column(f"{name}_units", f"{_heading(name)} (NOS)", _source(name, value), format_nos, right=True)


def xnos(name: str, value: Source = None) -> Column:
    """Weight of a stake, in base units of xNOS; people see xNOS."""
    return Column(f"{name}_units", f"{_heading(name)} (xNOS)", _source(name, value), format_nos, right=True)


def sol(name: str, value: Source = None) -> Column:
    """Lamports; people see SOL."""
    return Column(f"{name}_lamports", f"{_heading(name)} (SOL)", _source(name, value), format_sol, right=True)


def span(name: str, value: Source = None) -> Column:
    """A length of time in seconds; people see 14d or 2h30m."""
    return Column(f"{name}_seconds", _heading(name), _source(name, value), format_span, right=True)


def moment(name: str, value: Source = None) -> Column:
    """A moment in Unix seconds; people see the date in UTC."""
    return Column(f"{name}_unix", _heading(name), _source(name, value), format_moment)


def percent(name: str, value: Source = None) -> Column:
    """Basis points, hundredths of a percent; people see percent."""
    return Column(f"{name}_basis_points", f"{_heading(name)} (%)", _source(name, value), _format_percent, right=True)


def format_span(seconds: int) -> str:
    """Seconds in the units that people use, exactly: 9000 -> "2h30m"."""
    parts, left = [], abs(seconds)
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return ("-" if seconds < 0 else "") + ("".join(parts) or "0s")


def format_moment(unix: int) -> str:
    """A moment in UTC: "2026-03-01 12:00:00Z"; the number where no calendar has it."""
    from datetime import UTC, datetime  # help doesn't need it

    try:
        return f"{datetime.fromtimestamp(unix, UTC):%Y-%m-%d %H:%M:%S}Z"
    except (ValueError, OverflowError, OSError):
        return str(unix)


def _format_percent(basis_points: int) -> str:
    whole, part = divmod(abs(basis_points), _PER_CENT)
    return f"{'-' if basis_points < 0 else ''}{whole}.{part:02d}"


def _heading(name: str) -> str:
    return name.replace("_", " ")


def _source(name: str, value: Source) -> Callable[[Any], Any]:
    return value if callable(value) else attrgetter(value or name)
