"""JSON as JavaScript writes it, where it differs from Python's."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosana_chain.errors import InputError
from nosana_chain.job_definition.json_text import json_text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (1e21, "1e+21"),
        (1e20, "100000000000000000000"),
        (1.5e300, "1.5e+300"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (-1.25e-9, "-1.25e-9"),
        (123.456, "123.456"),
        (2**53, "9007199254740992"),
        (2**53 + 1, "9007199254740992"),
        (-(2**63), "-9223372036854776000"),
        (10**25, "1e+25"),
        (True, "true"),
        (None, "null"),
        ("\x7f\x1b\u2028/", '"\x7f\\u001b\u2028/"'),
        ("\ud83d\ude00", '"\U0001f600"'),  # two halves that are a pair
        ("\ud83d", '"\\ud83d"'),
        ({"b": 1, "10": 2, "9": 3, "4294967294": 4, "4294967295": 5, "01": 6, "-1": 7}, None),
    ],
)
def test_what_is_written(value: Any, written: str | None) -> None:
    expected = written or '{"9":3,"10":2,"4294967294":4,"b":1,"4294967295":5,"01":6,"-1":7}'
    assert json_text(value).decode() == expected


@pytest.mark.parametrize("value", [{"a": {1}}, {1: "a"}, float("nan"), float("inf"), 10**400, b"bytes"])
def test_what_json_does_not_hold(value: Any) -> None:
    with pytest.raises(InputError):
        json_text(value)


def test_what_holds_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(InputError, match="nested too deeply"):
        json_text(endless)


NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.none() | st.booleans() | NUMBERS | st.text()


@given(st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20))
def test_it_reads_back_as_the_same(value: Any) -> None:
    assert json.loads(json_text(value), parse_int=float) == value  # as JavaScript reads it
