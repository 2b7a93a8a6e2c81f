"""What notebooks show of a value, as HTML: fields with their units, tables of many, texts as they stand.

Account contents, memos and logs are anybody's: every text is escaped, letters that aren't to be seen are written as
their escapes, and all of it stands in `<code>` or `<pre>`, where MathJax, which notebooks run, makes nothing.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Iterator
from dataclasses import Field, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from nosana_chain.units import format_nos, format_sol

MAX_ROWS = 200  #: that a table shows; a notebook keeps all of its output in the file
_MAX_TEXT = 500  # letters of a cell
_PLAIN = (
    '<div class="tex2jax_ignore mathjax_ignore">'  # the class names with which MathJax 2 and 3 are told to stay out
)
_HEAD = 'style="text-align:left"'


class Table:
    """Rows of one kind or of several, which a notebook shows as a table.

    Args:
        rows: dataclasses of this package, such as jobs; None among them is left out.
    """

    def __init__(self, rows: Iterable[Any]) -> None:
        self.rows = [row for row in rows if row is not None]

    def __repr__(self) -> str:
        kinds = ", ".join(dict.fromkeys(type(row).__name__ for row in self.rows)) or "nothing"
        return f"Table({len(self.rows)} of {kinds})"

    def _repr_html_(self) -> str:
        columns: dict[str, None] = {}
        for row in self.rows[:MAX_ROWS]:
            columns |= dict.fromkeys(one.name for one in _shown_fields(row))
        head = "".join(f"<th {_HEAD}>{_heading(name)}</th>" for name in columns)
        body = "".join(f"<tr>{self._cells(row, columns)}</tr>" for row in self.rows[:MAX_ROWS])
        left = len(self.rows) - MAX_ROWS
        more = f"<p>and {left} more</p>" if left > 0 else ""
        return f"{_PLAIN}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}</div>"

    def _cells(self, row: Any, columns: Iterable[str]) -> str:
        there = {one.name: _cell(one, getattr(row, one.name)) for one in _shown_fields(row)}
        return "".join(f"<td {_HEAD}>{there.get(name, '')}</td>" for name in columns)


def as_table(rows: Iterable[Any]) -> Table:
    """A list, such as `find_jobs` gives, as a table that notebooks show; 200 rows at most. Network: none."""
    return Table(rows)


def record_html(value: Any, caption: str | None = None) -> str:
    """A dataclass as a table of its fields; those that its repr leaves out are left out.

    Args:
        value: the dataclass.
        caption: a line above it.
    """
    rows = "".join(
        f"<tr><th {_HEAD}>{_heading(one.name)}</th><td {_HEAD}>{_cell(one, getattr(value, one.name))}</td></tr>"
        for one in _shown_fields(value)
    )
    title = _code(caption if caption is not None else type(value).__name__)
    return f"{_PLAIN}<table><caption>{title}</caption><tbody>{rows}</tbody></table></div>"


def text_html(text: str) -> str:
    """A text of several lines as it stands."""
    return f"{_PLAIN}<pre>{html.escape(_visible(text))}</pre></div>"


def _shown_fields(value: Any) -> Iterator[Field[Any]]:
    return (one for one in fields(value) if one.repr) if is_dataclass(value) else iter(())


def _heading(name: str) -> str:
    return html.escape(name.replace("_", " "))


def _moment(value: int) -> str:
    try:
        return datetime.fromtimestamp(value, UTC).isoformat(" ")
    except (OverflowError, OSError, ValueError):  # beyond the years that it knows: on chain it may be any number
        return f"{value} (Unix time)"


#: How a whole number of a type is shown, by the type's name.
_AMOUNTS: dict[str, Callable[[int], str]] = {
    "NosUnits": lambda value: f"{format_nos(value)} NOS",
    "XNos": lambda value: f"{format_nos(value)} xNOS",
    "Lamports": lambda value: f"{format_sol(value)} SOL",
    "Seconds": lambda value: f"{value} s",
    "UnixSeconds": _moment,
}


def _cell(one: Field[Any], value: Any) -> str:
    kind = one.type if isinstance(one.type, str) else getattr(one.type, "__name__", "")
    amount = _AMOUNTS.get(kind.removesuffix(" | None"))
    if amount is not None and type(value) is int:
        return _code(amount(value))
    return _code(_text(value))


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    if isinstance(value, (tuple, list, set, frozenset)):
        return ", ".join(_text(item) for item in value) or "-"
    return str(value)


def _code(text: str) -> str:
    if len(text) > _MAX_TEXT:
        text = f"{text[:_MAX_TEXT]}…"
    return f"<code>{html.escape(_visible(text))}</code>"


def _visible(text: str) -> str:
    """The text with whatever isn't to be seen, lines apart, as its escape: what turns its direction, for one."""
    return "".join(one if one.isprintable() or one == "\n" else ascii(one)[1:-1] for one in text)
