"""A table that is wider than the terminal."""

from __future__ import annotations

import pytest

from nosana_chain.cli.columns import number, text
from nosana_chain.cli.fitting import Shown, fitted
from nosana_chain.cli.render import Look, rows_text

ADDRESS = "nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7"
NAME = Shown("job", False, (ADDRESS, ADDRESS))
OTHER = Shown("market", False, (ADDRESS, "-"))
EMPTY = Shown("result", False, ("-", "-"))
COUNT = Shown("jobs waiting", True, ("1", "22"))
WORDS = Shown("why", False, ("a reason of more than 24 letters", "-"))


def headings(columns: list[Shown]) -> list[str]:
    return [column.heading for column in columns]


def test_what_fits_stays() -> None:
    columns = [NAME, OTHER, EMPTY, COUNT]
    assert fitted(columns, 200) == (columns, [])


def test_empty_columns_go_first() -> None:
    left, dropped = fitted([NAME, OTHER, EMPTY, COUNT], 102)
    assert (headings(left), dropped) == (["job", "market", "jobs waiting"], [])
    assert left[1].cells == (ADDRESS, "-")


def test_then_long_words_are_cut_but_for_the_first_column() -> None:
    left, dropped = fitted([NAME, OTHER, EMPTY, COUNT, WORDS], 100)
    assert dropped == []
    assert [column.cells[0] for column in left] == [ADDRESS, "nosXBVoa…", "1", WORDS.cells[0]]


def test_then_the_last_columns_go_and_are_named() -> None:
    left, dropped = fitted([NAME, OTHER, COUNT, WORDS], 60)
    assert (headings(left), dropped) == (["job", "market"], ["jobs waiting", "why"])


@pytest.mark.parametrize("width", [0, 1, 20])
def test_two_columns_stay_however_narrow_it_is(width: int) -> None:
    assert headings(fitted([NAME, OTHER, COUNT], width)[0]) == ["job", "market"]


def test_a_narrow_terminal_is_told_what_it_lacks() -> None:
    rows = [{"a": ADDRESS, "b": ADDRESS, "c": 7, "d": "x" * 30}]
    columns = [text("job", lambda row: row["a"]), text("to", lambda row: row["b"]), number("n", lambda row: row["c"])]
    shown = rows_text(columns, rows, kind="table", look=Look(width=60, narrow_letters=True), empty="")
    assert max(map(len, shown.splitlines())) <= 60
    assert "no room for: n (--output json has all)" in shown
    assert ADDRESS in shown
    assert "nosXBVoa.." in shown
    wide = rows_text(columns, rows, kind="table", look=Look(width=160), empty="")
    assert wide.count(ADDRESS) == 2
