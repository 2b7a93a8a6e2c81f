"""Amounts and durations: what is refused, and that text and base units are each other's exact inverse."""

import decimal
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosana_chain.errors import AmountError
from nosana_chain.units import (
    I64_MAX,
    NOS_SUPPLY,
    U8_MAX,
    U64_MAX,
    U128_MAX,
    format_nos,
    format_sol,
    i64,
    nos,
    seconds,
    sol,
    u8,
    u64,
    u128,
)

U64 = st.integers(0, U64_MAX)


def named(value: object) -> str:
    """A test's name for a value of any size."""
    return type(value).__name__


@pytest.fixture
def coarse_decimals() -> Iterator[None]:
    """Decimal arithmetic as a program around us may have set it for its own use."""
    with decimal.localcontext(decimal.Context(prec=3)):
        yield


@pytest.mark.parametrize("parse", [nos, sol])
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-1",
        "-0.5",
        "+1",
        ".5",
        "1.",
        "1e3",
        "1e999999999",
        "nan",
        "inf",
        "0x1",
        "1_000",
        "1,5",
        "1 5",
        "\N{FULLWIDTH DIGIT ONE}",
        "9" * 5000,
    ],
)
def test_what_is_no_amount_is_refused(parse: Callable[[str], int], text: str) -> None:
    with pytest.raises(AmountError, match=r"is not an amount of (NOS|SOL); write for example 1\.5") as caught:
        parse(text)
    assert len(caught.value.message) < 200


@pytest.mark.parametrize(("parse", "unit"), [(nos, "NOS"), (sol, "SOL"), (seconds, "a duration")])
@pytest.mark.parametrize(
    "value", [1.5, None, 5, True, b"1", ["1"], 10**5000, object()], ids=lambda value: type(value).__name__
)
def test_what_is_no_text_is_refused(parse: Callable[[object], int], unit: str, value: object) -> None:
    with pytest.raises(AmountError, match=rf"{unit} is given as text, such as {parse.__name__}\('1'\), not ") as caught:
        parse(value)
    assert type(value).__name__ in caught.value.message
    assert len(caught.value.message) < 250


@pytest.mark.parametrize(
    ("parse", "text", "decimals"),
    [(nos, "1.0000001", 6), (nos, "0.00000010", 6), (sol, "0.0000000001", 9), (nos, "0." + "0" * 39 + "1", 6)],
)
def test_what_is_finer_than_a_base_unit_is_refused(parse: Callable[[str], int], text: str, decimals: int) -> None:
    with pytest.raises(AmountError, match=f"has more than {decimals} decimals"):
        parse(text)


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (nos, "18446744073709.551616"),
        (sol, "18446744073.709551616"),
        (nos, "99999999999999999999"),
        (sol, "10000000000000000000.0000000000"),
    ],
)
def test_what_no_field_holds_is_refused(parse: Callable[[str], int], text: str) -> None:
    with pytest.raises(AmountError, match=f"it must be from 0 to {U64_MAX}"):
        parse(text)


@pytest.mark.parametrize(
    "text",
    ["", "s", "-1", "1.5h", "1 h", "30m1h", "1h1h", "1h30", "1y", "1e3", "\N{ARABIC-INDIC DIGIT THREE}m", "9" * 5000],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(AmountError, match="is not a duration; write for example 90, 90s, 15m, 2h30m or 14d") as caught:
        seconds(text)
    assert len(caught.value.message) < 200


@pytest.mark.parametrize("text", [str(I64_MAX + 1), f"{I64_MAX // 60 + 1}m", "9" * 20])
def test_a_duration_beyond_its_field_is_refused(text: str) -> None:
    with pytest.raises(AmountError, match=f"duration is .* it must be from 0 to {I64_MAX}"):
        seconds(text)


@pytest.mark.parametrize(("check", "maximum"), [(u8, U8_MAX), (u64, U64_MAX), (u128, U128_MAX), (i64, I64_MAX)])
def test_fields_refuse_what_is_outside_them(check: Callable[[int, str], int], maximum: int) -> None:
    for value in (-1, maximum + 1, 10**5000):
        with pytest.raises(AmountError, match=f"price is .*; it must be from 0 to {maximum}") as caught:
            check(value, "price")
        assert caught.value.facts == {"name": "price", "value": value}
    assert [check(value, "price") for value in (0, maximum)] == [0, maximum]


@pytest.mark.parametrize(
    "value", [True, 1.0, "1", None, b"x", object(), "x" * 10**6], ids=lambda value: type(value).__name__
)
def test_fields_take_whole_numbers_alone(value: object) -> None:
    with pytest.raises(AmountError, match="price must be a whole number of base units, not ") as caught:
        u64(value, "price")  # type: ignore[arg-type]
    assert type(value).__name__ in caught.value.message
    assert len(caught.value.message) < 250


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("duration", "30d", r"of seconds, not '30d' \(str\); seconds\('30d'\) makes seconds of it"),
        ("job_timeout", "90", r"of seconds, not '90' \(str\); int\('90'\) is one"),
        ("new timeout", 1.5, r"of seconds, not 1\.5 \(float\)"),
        ("end_ts", None, r"of Unix seconds, not None \(NoneType\)"),
        ("max_priority_lamports", "1", "of lamports, not '1'"),
        ("amount", "1.5", r"of base units, not '1\.5' \(str\); nos\('1\.5'\) makes base units of NOS of it"),
        ("version", "x", r"a whole number, not 'x' \(str\)$"),
    ],
)
def test_a_field_of_the_wrong_type_names_its_unit_and_the_way_out(name: str, value: object, says: str) -> None:
    with pytest.raises(AmountError, match=f"{name} must be a whole number.*{says}" if "of " in says else says):
        i64(value, name)  # type: ignore[arg-type]


def test_a_field_may_begin_above_or_below_zero() -> None:
    with pytest.raises(AmountError, match="it must be from 1 to"):
        i64(0, "timeout", 1)
    assert i64(-5, "shift", -10) == -5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("1", 1_000_000),
        (" 1.5 ", 1_500_000),
        ("0.000001", 1),
        ("01.50", 1_500_000),
        ("1.0000000000", 1_000_000),
    ],
)
def test_nos_in_base_units(text: str, expected: int) -> None:
    assert nos(text) == expected


def test_the_supply_is_100_million_nos() -> None:
    assert nos("100000000") == NOS_SUPPLY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("90", 90),
        ("90s", 90),
        ("15m", 900),
        (" 2H ", 7200),
        ("14d", 1209600),
        ("2w", 1209600),
        ("2h30m", 9000),
        ("1d1s", 86401),
        ("1w2d3h4m5s", 788645),
        ("0h", 0),
    ],
)
def test_durations_in_seconds(text: str, expected: int) -> None:
    assert seconds(text) == expected


@given(U64)
def test_nos_and_sol_come_back_from_their_text(units: int) -> None:
    assert nos(format_nos(units)) == units
    assert sol(format_sol(units)) == units


def test_no_decimal_context_changes_an_amount(coarse_decimals: None) -> None:
    assert nos("123456.789012") == 123_456_789_012
    assert format_nos(123_456_789_012) == "123456.789012"


@given(U64)
def test_a_negative_difference_is_written_with_its_sign(units: int) -> None:
    assert format_nos(-units) == (f"-{format_nos(units)}" if units else "0.000000")
