"""The tables of fields, against what AnchorPy encoded and what the generated classes say."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from model.layouts import ALLOCATED
from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime import AccountInvalidDiscriminator, DecodeError
from nosana_chain.bindings._runtime.layout import AccountLayout, Field, key, u128
from nosana_chain.bindings.layouts import LAYOUTS
from nosana_chain.bindings.layouts.jobs import JOB_ACCOUNT, MARKET_ACCOUNT, RUN_ACCOUNT
from nosana_chain.bindings.layouts.nodes import NODE_ACCOUNT
from nosana_chain.bindings.layouts.rewards import REWARD_ACCOUNT

RECORDED = json.loads((Path(__file__).parents[2] / "interop" / "anchorpy" / "recorded.json").read_text())
EVERY = [(program, layout) for program, layouts in LAYOUTS.items() for layout in layouts]
each_kind = pytest.mark.parametrize(("program", "layout"), EVERY, ids=[layout.name for _, layout in EVERY])
KEY = Pubkey(b"k" * 32)
REWARD = REWARD_ACCOUNT.build(authority=KEY, bump=255, reflection=2**128 - 1, xnos=3)


def thawed(value: Any) -> Any:
    """A recorded value as a layout reads it."""
    match value:
        case {"key": text}:
            return Pubkey.from_string(text)
        case {"bytes": text}:
            return bytes.fromhex(text)
        case list():
            return tuple(map(thawed, value))
    return value


def made(field: Field, held: Any) -> Any:
    """The value of a field that a reader gave."""
    return {"publicKey": key, "u128": u128}.get(field.type, lambda value: value)(held)


def cases(program: str, layout: AccountLayout) -> list[tuple[bytes, dict[str, Any]]]:
    recorded = RECORDED[f"{program}/accounts/{layout.name}"]
    return [(bytes.fromhex(case["data"]), {k: thawed(v) for k, v in case["fields"].items()}) for case in recorded]


@pytest.mark.parametrize("data", [b"", REWARD[:7], b"\0" + REWARD[1:]], ids=["empty", "seven", "another"])
def test_data_of_another_kind_is_refused(data: bytes) -> None:
    with pytest.raises(AccountInvalidDiscriminator, match="no RewardAccount"):
        REWARD_ACCOUNT.reader("xnos")(data)


@pytest.mark.parametrize("wanted", ["authority", "xnos"])
def test_data_that_ends_early_is_refused_whichever_field_is_wanted(wanted: str) -> None:
    read = REWARD_ACCOUNT.reader(wanted)
    assert read(REWARD[:73])
    with pytest.raises(DecodeError, match=r"these 72 bytes can't be decoded .* at least 73"):
        read(REWARD[:72])


@pytest.mark.parametrize("names", [("xnos", "authority"), ("authority", "name"), ("xnos", "xnos")])
def test_fields_are_named_in_their_order(names: tuple[str, ...]) -> None:
    with pytest.raises((ValueError, KeyError)):
        REWARD_ACCOUNT.reader(*names)


@pytest.mark.parametrize("cut", [1, 3, 40, 151 + 64 - 148], ids=str)
def test_a_queue_that_ends_early_is_refused(cut: int) -> None:
    data = MARKET_ACCOUNT.build(**{field.name: bytes(field.size) for field in MARKET_ACCOUNT.fields})[:147]
    whole = data + (2).to_bytes(4, "little") + bytes(64)
    assert MARKET_ACCOUNT.read_tail(whole) == [(Pubkey.default(),) * 2]
    with pytest.raises(DecodeError, match="queue"):
        MARKET_ACCOUNT.read_tail(whole[:-cut])


def test_a_text_that_is_not_utf_8_is_refused() -> None:
    head = bytes(NODE_ACCOUNT.tail_offset)
    with pytest.raises(DecodeError, match="icon is no UTF-8"):
        NODE_ACCOUNT.read_tail(head + bytes(4) + b"\1\0\0\0\xff" + bytes(4))


@pytest.mark.parametrize(("field", "value"), [("state", 256), ("state", -1), ("time", 2**63), ("time", -(2**63) - 1)])
def test_a_number_that_a_field_can_not_hold(field: str, value: int) -> None:
    with pytest.raises(OverflowError):
        RUN_ACCOUNT.field(field).encode(value)


def test_bytes_that_are_not_as_long_as_their_field() -> None:
    with pytest.raises(ValueError, match="ipfs_job has 32 bytes, not 31"):
        JOB_ACCOUNT.field("ipfs_job").encode(bytes(31))


@pytest.mark.parametrize("values", [{}, {"xnos": 1}, {"authority": KEY, "bump": 1, "reflection": 1, "name": 1}])
def test_an_account_is_built_from_all_of_its_fields(values: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="RewardAccount has the fields authority, bump, reflection, xnos"):
        REWARD_ACCOUNT.build(**values)


@pytest.mark.parametrize("name", ["queue", "price"])
def test_a_field_without_a_fixed_place_is_not_found(name: str) -> None:
    with pytest.raises(KeyError, match=f"MarketAccount has no field '{name}'"):
        MARKET_ACCOUNT.field(name)


@each_kind
def test_every_field_is_read_where_anchorpy_wrote_it(program: str, layout: AccountLayout) -> None:
    names = [field.name for field in layout.fields]
    for data, fields in cases(program, layout):
        found = {
            field.name: made(field, held)
            for field, held in zip(layout.fields, layout.reader(*names)(data), strict=True)
        }
        found |= dict(zip((part.name for part in layout.tail), layout.read_tail(data), strict=True))
        assert found == {name: value if value != [] else () for name, value in fields.items()}


@each_kind
def test_each_field_can_be_read_alone_and_written_back(program: str, layout: AccountLayout) -> None:
    for data, fields in cases(program, layout):
        for field in layout.fields:
            (held,) = layout.reader(field.name)(data)
            assert made(field, held) == fields[field.name]
            assert field.encode(fields[field.name]) == data[field.offset : field.offset + field.size]


@each_kind
def test_what_is_built_is_what_anchorpy_builds(program: str, layout: AccountLayout) -> None:
    for data, fields in cases(program, layout):
        built = layout.build(**{field.name: fields[field.name] for field in layout.fields})
        assert built == data[: layout.tail_offset].ljust(layout.space, b"\0")


@each_kind
def test_a_kind_is_told_as_by_its_generated_class(program: str, layout: AccountLayout) -> None:
    kind = getattr(import_module(f"nosana_chain.bindings.{program}.accounts"), layout.name)
    assert layout.discriminator == kind.discriminator
    parts = [one.name for one in kind.layout.subcons]
    assert [*(field.name for field in layout.fields), *(part.name for part in layout.tail)] == parts


@each_kind
def test_the_space_is_what_the_real_programs_allocate(program: str, layout: AccountLayout) -> None:
    """The model has it from recorded calls; a new market has room for 314 keys besides."""
    allocated = ALLOCATED[layout.name.removesuffix("Account")]
    assert layout.space == (allocated - 314 * 32 if layout is MARKET_ACCOUNT else allocated)


@pytest.mark.parametrize(
    ("field", "largest"),
    [(Field("a", "u8", 0, 1), 255), (Field("a", "i64", 0, 8), 2**63 - 1), (Field("a", "u128", 0, 16), 2**128 - 1)],
)
def test_the_largest_number_of_a_field(field: Field, largest: int) -> None:
    assert field.largest == largest
    assert int.from_bytes(field.encode(largest), "little") == largest
    with pytest.raises(OverflowError):
        field.encode(largest + 1)
