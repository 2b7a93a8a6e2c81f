"""The table of replayed cases: a row for each build and instruction."""

from collections.abc import Iterator, Sequence
from statistics import median_low

from behaviour.call import Outcome
from behaviour.vectors import Case

PROPERTY = "replayed"  # under this name a test hands its row over, also from a worker process
COLUMNS = ("build", "instruction", "cases", "agreed", "CU min", "median", "max")

Row = Sequence[str | int]


def row(build: str, cases: Sequence[Case], outcomes: Sequence[Outcome], agreed: int) -> Row:
    """Tell in one row how many cases agreed, and how many compute units they took."""
    units = [outcome.compute_units or 0 for outcome in outcomes]
    return [build, cases[0].instruction, len(cases), agreed, min(units), median_low(units), max(units)]


def _by_name(row: Row) -> tuple[str, str]:
    return str(row[0]), str(row[1])


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """Lay the rows out in columns, with the sum of cases below them."""
    total = ["all", "", sum(int(row[2]) for row in rows), sum(int(row[3]) for row in rows)]
    for build, instruction, *numbers in (COLUMNS, *sorted(rows, key=_by_name), total):
        yield f"{build:16} {instruction:18}" + "".join(f"{number:>8}" for number in numbers)
