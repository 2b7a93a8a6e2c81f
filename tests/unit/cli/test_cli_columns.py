"""Facts with their units, as people read them and as programs do."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from enum import Enum
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from nosana_chain.cli import columns
from nosana_chain.cli.columns import Column, columns_of, format_moment, format_span
from nosana_chain.cli.render import Lines, Look, one_text, rows_text
from nosana_chain.units import NosUnits, UnixSeconds, seconds

ADDRESS = Pubkey.from_string("nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7")
ROW = SimpleNamespace(
    owner=ADDRESS, amount=1_500_000, rent=5_000, due=1_800_000_000, length=9_000, share=1234, open=True, count=1_234_567
)
ALL = (
    columns.text("owner"),
    columns.nos("amount"),
    columns.sol("rent"),
    columns.moment("due"),
    columns.span("length"),
    columns.percent("share"),
    columns.flag("open"),
    columns.number("count"),
    columns.base_units("total", "count"),
    columns.xnos("weight", lambda row: row.amount),
    columns.text("nothing", lambda _row: None),
)
PLAIN = {
    "owner": str(ADDRESS),
    "amount_units": 1_500_000,
    "rent_lamports": 5_000,
    "due_unix": 1_800_000_000,
    "length_seconds": 9_000,
    "share_basis_points": 1234,
    "open": True,
    "count": 1_234_567,
    "total_base_units": 1_234_567,
    "weight_units": 1_500_000,
    "nothing": None,
}
READ = {
    "owner": str(ADDRESS),
    "amount (NOS)": "1.500000",
    "rent (SOL)": "0.000005000",
    "due": "2027-01-15 08:00:00Z",
    "length": "2h30m",
    "share (%)": "12.34",
    "open": "yes",
    "count": "1,234,567",
    "total (base units)": "1,234,567",
    "weight (xNOS)": "1.500000",
    "nothing": "-",
}


def test_programs_get_plain_values_named_with_their_units() -> None:
    assert json.loads(one_text(ALL, ROW, kind="json", look=Look())) == PLAIN
    assert json.loads(one_text(ALL, ROW, kind="jsonl", look=Look())) == PLAIN
    assert json.loads(rows_text(ALL, [ROW, ROW], kind="json", look=Look(), empty="")) == [PLAIN, PLAIN]
    lines = rows_text(ALL, [ROW, ROW], kind="jsonl", look=Look(), empty="").splitlines()
    assert [json.loads(line) for line in lines] == [PLAIN, PLAIN]


def test_people_get_a_line_for_each_fact() -> None:
    lines = one_text(ALL, ROW, kind="table", look=Look()).splitlines()
    assert {line[:19].strip(): line[19:].strip() for line in lines} == READ


def test_csv_has_the_same_values() -> None:
    [row] = csv.DictReader(io.StringIO(rows_text(ALL, [ROW], kind="csv", look=Look(), empty="")))
    assert row == {name: _cell(value) for name, value in PLAIN.items()}


def _cell(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def test_no_rows() -> None:
    assert rows_text(ALL, [], kind="table", look=Look(), empty="nobody") == "nobody"
    assert rows_text(ALL, [], kind="json", look=Look(), empty="nobody") == "[]"
    assert rows_text(ALL, [], kind="jsonl", look=Look(), empty="nobody") == ""
    assert rows_text(ALL, [], kind="csv", look=Look(), empty="nobody") == ",".join(PLAIN)


@pytest.mark.parametrize("width", [30, 60, 80, 200])
def test_a_table_never_leaves_its_terminal_and_loses_nothing(width: int) -> None:
    shown = ALL[:4]
    drawn = rows_text(shown, [ROW, ROW], kind="table", look=Look(width=width), empty="")
    assert max(map(len, drawn.splitlines())) <= width
    assert "\x1b" not in drawn
    if width == 200:
        assert drawn.count(str(ADDRESS)) == 2


def test_colours_are_there_only_where_they_are_wanted() -> None:
    assert "\x1b[1m" in rows_text(ALL[:2], [ROW], kind="table", look=Look(color=True), empty="")
    assert "\x1b[1m" in one_text(ALL[:2], ROW, kind="table", look=Look(color=True))


def test_a_terminal_of_narrow_letters_gets_ascii() -> None:
    drawn = rows_text(ALL[:2], [ROW], kind="table", look=Look(narrow_letters=True), empty="")
    assert drawn.isascii()


def test_markup_in_a_value_is_text() -> None:
    row = SimpleNamespace(endpoint="[red]x[/red] [link=http://a]b[/link] :smile:")
    drawn = rows_text((columns.text("endpoint"),), [row], kind="table", look=Look(), empty="")
    assert row.endpoint in drawn


@pytest.mark.parametrize("kind", ["row", "one", "line"])
def test_what_stands_on_chain_sends_a_terminal_no_command(kind: str) -> None:
    row, column = SimpleNamespace(endpoint="\x1b]0;owned\x07\x1b[2J\nnext\u202e"), columns.text("endpoint")
    told = {
        "row": rows_text((column,), [row], kind="table", look=Look(), empty=""),
        "one": one_text((column,), row, kind="table", look=Look()),
        "line": "".join(Lines((column,), kind="table").of(row)),
    }[kind]
    assert "\\x1b]0;owned\\x07\\x1b[2J\\nnext\\u202e" in told
    assert "\x1b" not in told


@pytest.mark.parametrize("kind", ["table", "json", "jsonl", "csv"])
def test_rows_that_come_one_by_one(kind: str) -> None:
    lines = Lines(ALL[:2], kind=kind)
    first, second = list(lines.of(ROW)), list(lines.of(ROW))
    assert len(second) == 1
    assert len(first) == (2 if kind in ("table", "csv") else 1)
    assert str(ADDRESS) in second[0]


@pytest.mark.parametrize(
    ("length", "shown"),
    [(0, "0s"), (59, "59s"), (3_600, "1h"), (90_061, "1d1h1m1s"), (-60, "-1m"), (31_536_000, "365d")],
)
def test_lengths_of_time(length: int, shown: str) -> None:
    assert format_span(length) == shown


@given(st.integers(0, 10**9))
def test_a_length_of_time_reads_back(length: int) -> None:
    assert seconds(format_span(length)) == length


@pytest.mark.parametrize(("unix", "shown"), [(0, "1970-01-01 00:00:00Z"), (2**63 - 1, str(2**63 - 1))])
def test_moments(unix: int, shown: str) -> None:
    assert format_moment(unix) == shown


class Colour(Enum):
    RED = 1


@dataclass
class Thing:
    owner: Pubkey
    amount: NosUnits
    start_ts: UnixSeconds
    colour: Colour
    root: bytes
    late: UnixSeconds | None = None


def test_columns_of_a_dataclass_have_the_units_of_its_annotations() -> None:
    found = columns_of(Thing, shown=("amount", "owner"))
    thing = Thing(ADDRESS, NosUnits(5), UnixSeconds(7), Colour.RED, b"\x01\xff")
    assert {column.name: column.value(thing) for column in found} == {
        "amount_units": 5,
        "owner": str(ADDRESS),
        "start_unix": 7,
        "colour": "red",
        "root": "01ff",
        "late_unix": None,
    }
    assert [column.name for column in found if not column.wide] == ["amount_units", "owner"]
    drawn = rows_text(found, [thing], kind="table", look=Look(), empty="")
    assert "root" not in drawn
    assert "01ff" in rows_text(found, [thing], kind="csv", look=Look(), empty="")
    assert [column.name for column in columns_of(Thing, shown=(), without=("owner", "root", "late"))] == [
        "amount_units",
        "start_unix",
        "colour",
    ]


def test_words_replace_a_value_for_people_alone() -> None:
    column = Column("facts", "facts", lambda row: {"n": row}, words=lambda row: f"n is {row}").within(1)
    assert (column.value(("x", 3)), column.shown(("x", 3))) == ({"n": 3}, "n is 3")
