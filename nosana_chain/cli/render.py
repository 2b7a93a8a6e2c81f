"""From columns and rows to a table, JSON, JSON lines or CSV. Pure, but for rich, which draws tables of many rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nosana_chain.cli.columns import Column
from nosana_chain.cli.fitting import Shown, fitted, width_of
from nosana_chain.cli.output import json_line, json_safe, json_text

WIDE = 160  #: letters of a table that goes nowhere in particular
_EDGES = 2  # letters of a table's own at its sides
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Look:
    """What a table is drawn for.

    Attributes:
        width: of the terminal, in letters.
        color: whether it has colours, and its user wants them.
        narrow_letters: whether only ASCII can be shown.
    """

    width: int = WIDE
    color: bool = False
    narrow_letters: bool = False


def rows_text(columns: Sequence[Column], rows: Iterable[Any], *, kind: str, look: Look, empty: str) -> str:
    """Many rows; `empty` is what people are told where there is none."""
    rows = list(rows)
    if kind == "jsonl":
        return "\n".join(json_line(_record(columns, row)) for row in rows)
    if kind == "json":
        return json_text([_record(columns, row) for row in rows])
    if kind == "csv":
        return _csv(columns, rows)
    return _table([one for one in columns if not one.wide], rows, look) if rows else empty


def one_text(columns: Sequence[Column], row: Any, *, kind: str, look: Look) -> str:
    """A single result; people see a line for each fact."""
    if kind == "jsonl":
        return json_line(_record(columns, row))
    if kind == "json":
        return json_text(_record(columns, row))
    if kind == "csv":
        return _csv(columns, [row])
    width = max(len(column.heading) for column in columns)
    start, end = (_BOLD, _PLAIN) if look.color else ("", "")
    return "\n".join(f"{start}{column.heading:<{width}}{end}  {column.shown(row)}" for column in columns)


class Lines:
    """Rows that come one by one, of which nobody knows how wide the later ones will be.

    Args:
        columns: of each row.
        kind: table, json, jsonl or csv; JSON objects stand on a line each in either.
    """

    def __init__(self, columns: Sequence[Column], *, kind: str) -> None:
        self._columns = columns = [one for one in columns if kind != "table" or not one.wide]
        self._kind = kind
        self._widths = [len(column.heading) for column in columns]
        self._is_first = True

    def of(self, row: Any) -> Iterator[str]:
        """The lines of a row: before the first one comes the header, where there is one."""
        if self._kind in ("json", "jsonl"):
            yield json_line(_record(self._columns, row))
        elif self._kind == "csv":
            yield from _csv(self._columns, [row]).splitlines()[0 if self._is_first else 1 :]
        else:
            cells = [column.shown(row) for column in self._columns]
            self._widths = [max(width, len(cell)) for width, cell in zip(self._widths, cells, strict=True)]
            if self._is_first:
                yield self._line([column.heading for column in self._columns])
            yield self._line(cells)
        self._is_first = False

    def _line(self, cells: Sequence[str]) -> str:
        aligned = zip(self._columns, self._widths, cells, strict=True)
        return "  ".join(f"{cell:{'>' if one.right else '<'}{width}}" for one, width, cell in aligned).rstrip()


def _record(columns: Sequence[Column], row: Any) -> dict[str, Any]:
    return {column.name: column.value(row) for column in columns}


def _csv(columns: Sequence[Column], rows: Sequence[Any]) -> str:
    import csv  # seldom
    import io

    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(column.name for column in columns)
    writer.writerows([_cell(column.value(row)) for column in columns] for row in rows)
    return written.getvalue().rstrip("\n")


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json_line(value) if isinstance(value, (list, tuple, dict)) else json_safe(value)


def _table(columns: Sequence[Column], rows: Sequence[Any], look: Look) -> str:
    import textwrap
    from io import StringIO  # rich alone takes as long as a help text

    from rich.box import ASCII_DOUBLE_HEAD, SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    whole = [Shown(column.heading, column.right, tuple(map(column.shown, rows))) for column in columns]
    shown, dropped = fitted(whole, look.width - _EDGES, mark=".." if look.narrow_letters else "…")
    drawn = Table(box=ASCII_DOUBLE_HEAD if look.narrow_letters else SIMPLE_HEAD, header_style="bold", pad_edge=False)
    is_whole = width_of(shown) <= look.width - _EDGES
    for column in shown:
        width = column.width if is_whole else None  # else the drawing breaks words, as it must
        drawn.add_column(column.heading, justify="right" if column.right else "left", overflow="fold", width=width)
    for cells in zip(*(column.cells for column in shown), strict=True):
        drawn.add_row(*cells)
    written = StringIO()
    Console(
        file=written,
        width=look.width,
        force_terminal=look.color,
        color_system="standard" if look.color else None,
        no_color=not look.color,
        highlight=False,
        markup=False,
        emoji=False,
    ).print(drawn)
    lines = [line.rstrip() for line in written.getvalue().splitlines()]
    if dropped:
        lines += textwrap.wrap(f"no room for: {', '.join(dropped)} (--output json has all)", max(look.width, 1))
    return "\n".join(lines).strip("\n")
