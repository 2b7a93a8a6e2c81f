"""The Borsh layouts under the generated code."""

from typing import Any

import pytest
from construct import Construct
from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime import BorshPubkey, DecodeError, EncodeError, borsh
from nosana_chain.errors import InputError

KEY = Pubkey(bytes(range(32)))

RANGES = [
    (borsh.U8, 0, 2**8 - 1),
    (borsh.U16, 0, 2**16 - 1),
    (borsh.U32, 0, 2**32 - 1),
    (borsh.U64, 0, 2**64 - 1),
    (borsh.U128, 0, 2**128 - 1),
    (borsh.I64, -(2**63), 2**63 - 1),
]

#: type, value, bytes written out by hand from the Borsh specification
KNOWN = [
    (borsh.U16, 258, b"\x02\x01"),
    (borsh.U128, 1, b"\x01" + bytes(15)),
    (borsh.I64, -2, b"\xfe" + b"\xff" * 7),
    (borsh.Bool, True, b"\x01"),
    (borsh.String, "\u00e9", b"\x02\x00\x00\x00\xc3\xa9"),
    (borsh.String, "", bytes(4)),
    (borsh.U8[3], [1, 2, 3], b"\x01\x02\x03"),
    (borsh.Vec(borsh.U16), [1, 2], b"\x02\x00\x00\x00\x01\x00\x02\x00"),
    (borsh.Vec(BorshPubkey), [], bytes(4)),
    (BorshPubkey, KEY, bytes(range(32))),
]

MALFORMED = [
    (borsh.U64, bytes(7), "too short"),
    (BorshPubkey, bytes(31), "too short for an address"),
    (borsh.String, b"\x05\x00\x00\x00abc", "text shorter than its length"),
    (borsh.String, b"\x01\x00\x00\x00\xff", "not UTF-8"),
    (borsh.Vec(BorshPubkey), b"\xff\xff\xff\xff" + bytes(64), "list shorter than its length"),
]


def field(kind: "Construct[Any, Any]") -> borsh.CStruct:
    return borsh.CStruct("field" / kind)


@pytest.mark.parametrize(("kind", "least", "most"), RANGES)
def test_integers_outside_their_range_are_refused(kind: Any, least: int, most: int) -> None:
    for value in (least - 1, most + 1):
        with pytest.raises(EncodeError):
            field(kind).build({"field": value})


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (borsh.U8[32], [0] * 31),
        (borsh.U8, "1"),
        (borsh.U64, None),
        (borsh.U128, 1.5),
        (borsh.String, 1),
        (borsh.Vec(BorshPubkey), [str(KEY)]),
        (BorshPubkey, str(KEY)),
        (BorshPubkey, 32),
    ],
)
def test_values_of_another_type_or_length_are_refused(kind: Any, value: object) -> None:
    with pytest.raises(EncodeError, match="field") as caught:
        field(kind).build({"field": value})
    assert isinstance(caught.value, InputError)


def test_a_list_that_is_none_is_refused() -> None:
    with pytest.raises(EncodeError):
        field(borsh.Vec(borsh.U8)).build({"field": None})


@pytest.mark.parametrize(("kind", "data"), [row[:2] for row in MALFORMED], ids=[row[2] for row in MALFORMED])
def test_malformed_data_is_refused(kind: Any, data: bytes) -> None:
    with pytest.raises(DecodeError, match="can't be decoded") as caught:
        field(kind).parse(data)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("kind", "least", "most"), RANGES)
def test_integers_survive_the_round_trip(kind: Any, least: int, most: int) -> None:
    for value in (least, most):
        assert field(kind).parse(field(kind).build({"field": value})).field == value


@pytest.mark.parametrize(("kind", "value", "data"), KNOWN)
def test_known_bytes(kind: Any, value: object, data: bytes) -> None:
    assert field(kind).build({"field": value}) == data
    assert field(kind).parse(data).field == value
