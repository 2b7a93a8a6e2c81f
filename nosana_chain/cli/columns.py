"""What a command shows: columns, each a name with its unit, a plain value, and how people read it. Pure.

One description serves tables, JSON and CSV. A maker takes the column's name and where its value comes from: a function
of the row, or the path of an attribute ("stake.amount"); by default the attribute of that name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import Field, dataclass, fields, replace
from enum import Enum
from operator import attrgetter
from typing import Any

from nosana_chain.cli.output import printable
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
        wide: left out of tables of many rows, which have no room for it.
        words: what people see of the row in place of its value.
    """

    name: str
    heading: str
    value: Callable[[Any], Any]
    text: Callable[[Any], str] = str
    right: bool = False
    wide: bool = False
    words: Callable[[Any], str] | None = None

    def within(self, place: int) -> Column:
        """The same of rows that are tuples, and have it at a place."""
        words = self.words
        moved = None if words is None else lambda row: words(row[place])
        return replace(self, value=lambda row: self.value(row[place]), words=moved)

    def shown(self, row: Any) -> str:
        """The row's fact for people, on one line; what anybody may write on chain sends no terminal a command."""
        if self.words is not None:
            return printable(self.words(row))
        value = self.value(row)
        return "-" if value is None else printable(self.text(value))


def text(name: str, value: Source = None) -> Column:
    """Words, an address, a signature: whatever its str() says; bytes in hex, and the names of enumerations."""
    found = _source(name, value)
    return Column(name, _heading(name), lambda row: _words(found(row)))


def flag(name: str, value: Source = None) -> Column:
    """True or false."""
    return Column(name, _heading(name), _source(name, value), lambda said: "yes" if said else "no")


def number(name: str, value: Source = None) -> Column:
    """A whole number without a unit."""
    return Column(name, _heading(name), _source(name, value), _grouped, right=True)


def nos(name: str, value: Source = None) -> Column:
    """NOS base units; people see NOS."""
    return Column(f"{name}_units", f"{_heading(name)} (NOS)", _source(name, value), format_nos, right=True)


def xnos(name: str, value: Source = None) -> Column:
    """Weight of a stake, in base units of xNOS; people see xNOS."""
    return Column(f"{name}_units", f"{_heading(name)} (xNOS)", _source(name, value), format_nos, right=True)


def base_units(name: str, value: Source = None) -> Column:
    """Base units of any mint, whose decimals nobody here knows."""
    return Column(f"{name}_base_units", f"{_heading(name)} (base units)", _source(name, value), _grouped, right=True)


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


#: What makes the column of a field, by the first word of its annotation.
_MAKERS: dict[str, Callable[..., Column]] = {
    "NosUnits": nos,
    "XNos": xnos,
    "Lamports": sol,
    "Seconds": span,
    "UnixSeconds": moment,
    "TokenUnits": base_units,
    "bool": flag,
    "int": number,
}


def columns_of(kind: type, *, shown: Iterable[str], under: str = "", without: Iterable[str] = ()) -> tuple[Column, ...]:
    """A column for every field of a dataclass, with the unit that its annotation says.

    Args:
        kind: the dataclass.
        shown: the fields that a table of many rows has, in its order; they come first. JSON and CSV have all.
        under: path of the attribute that holds it, where the row isn't the dataclass itself.
        without: fields to leave out.
    """
    first, left = tuple(shown), tuple(without)
    found = {one.name: one for one in fields(kind) if one.name not in left}
    names = (*first, *(name for name in found if name not in first))
    return tuple(_column_of(found[name], under, wide=name not in first) for name in names)


def _column_of(one: Field[Any], under: str, *, wide: bool) -> Column:
    maker = _MAKERS.get(str(one.type).split(" ", maxsplit=1)[0], text)
    return replace(maker(_without_unit(one.name), f"{under}.{one.name}" if under else one.name), wide=wide)


def _without_unit(name: str) -> str:
    """The unit of a moment is in the column's name already: start_time and start_ts become start."""
    return name.removesuffix("_time").removesuffix("_ts") or name


def _words(value: Any) -> str | None:
    match value:
        case None:
            return None
        case Enum():
            return value.value if isinstance(value.value, str) else value.name.lower()
        case bytes():
            return value.hex()
        case tuple() | list():
            return " ".join(str(_words(one)) for one in value)
    return str(value)


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


def _grouped(count: int) -> str:
    return f"{count:,}"


def _format_percent(basis_points: int) -> str:
    whole, part = divmod(abs(basis_points), _PER_CENT)
    return f"{'-' if basis_points < 0 else ''}{whole}.{part:02d}"


def _heading(name: str) -> str:
    return name.replace("_", " ")


def _source(name: str, value: Source) -> Callable[[Any], Any]:
    return value if callable(value) else attrgetter(value or name)
