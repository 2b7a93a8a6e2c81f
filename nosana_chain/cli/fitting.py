"""Making a table fit a terminal: empty columns go, long words are cut, and then the last columns go. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

BETWEEN = 3  #: letters between two columns
_EMPTY = "-"
_LONG = 24  # letters of a word that is cut: an address, a signature, a CID
_HEAD = 8  # letters that stay of it: enough to know it again, and to name a market
_KEPT = 2  # columns that stay in any case


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of a table, as people see it.

    Attributes:
        heading: of it.
        right: whether its values are numbers.
        cells: its values, from the first row on.
    """

    heading: str
    right: bool
    cells: tuple[str, ...]

    @property
    def width(self) -> int:
        """Letters that it takes: a heading may be broken between its words, a value not."""
        return max((*map(len, self.heading.split()), *map(len, self.cells)), default=0)


def fitted(columns: Sequence[Shown], width: int, *, mark: str = "…") -> tuple[list[Shown], list[str]]:
    """The columns that fit, and the headings of those that don't.

    Args:
        columns: the first of which names the row: it is never cut.
        width: letters of the terminal.
        mark: what stands for what was cut.
    """
    if width_of(columns) <= width:
        return [*columns], []
    first, *others = (column for column in columns if any(cell != _EMPTY for cell in column.cells))
    if width_of([first, *others]) > width:
        others = [_cut(column, mark) for column in others]
    left = [first, *others]
    dropped: list[str] = []
    while width_of(left) > width and len(left) > _KEPT:
        dropped.insert(0, left.pop().heading)
    return left, dropped


def width_of(columns: Sequence[Shown]) -> int:
    """Letters that they take, with what is between them."""
    return sum(column.width for column in columns) + BETWEEN * max(0, len(columns) - 1)


def _cut(column: Shown, mark: str) -> Shown:
    """A column whose long words are cut; a sentence stays, and is broken."""
    cells = tuple(f"{cell[:_HEAD]}{mark}" if len(cell) > _LONG and " " not in cell else cell for cell in column.cells)
    return replace(column, cells=cells)
