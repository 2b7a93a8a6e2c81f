"""How scripts/generate-bindings makes the tables of fields."""

import importlib
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).parents[3] / "scripts"


@pytest.fixture
def layouts(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(SCRIPTS)
    return importlib.import_module("bindings.layouts")


def account(**fields: Any) -> dict[str, Any]:
    return {"name": "ShopAccount", "type": {"fields": [{"name": name, "type": of} for name, of in fields.items()]}}


def test_what_varies_in_length_is_refused_before_a_field_that_needs_its_place(layouts: Any) -> None:
    with pytest.raises(ValueError, match="ShopAccount: what varies in length must come last"):
        layouts.module("shop", [account(title="string", price="u64")])


@pytest.mark.parametrize(
    ("kind", "name", "size"),
    [
        ("publicKey", "publicKey", 32),
        ({"array": ["u8", 32]}, "[u8; 32]", 32),
        ({"array": ["u64", 3]}, "[u64; 3]", 24),
        ({"vec": {"array": ["u8", 32]}}, "vec<[u8; 32]>", 32),
    ],
)
def test_types_by_their_names(layouts: Any, kind: Any, name: str, size: int) -> None:
    assert layouts.type_of(kind)[:2] == (name, size)


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [(["u8"], 9), (["u8", "u64"], 24), (["u128", "u8"], 32), (["publicKey", "u16"], 42), ([{"vec": "u8"}, "u8"], 40)],
)
def test_space_is_that_of_the_rust_structure(layouts: Any, kinds: list[Any], expected: int) -> None:
    assert layouts.space([layouts.type_of(kind) for kind in kinds]) == expected


def test_a_table_tells_the_place_of_each_field(layouts: Any) -> None:
    table: dict[str, Any] = {}
    exec(layouts.module("shop", [account(sellerKey="publicKey", price="u64", title="string")]), table)  # noqa: S102
    (shop,) = table["ACCOUNTS"]
    assert table["SHOP_ACCOUNT"] is shop
    assert [(field.name, field.offset, field.size) for field in shop.fields] == [
        ("seller_key", 8, 32),
        ("price", 40, 8),
    ]
    assert [(part.name, part.type, part.item_size) for part in shop.tail] == [("title", "string", 1)]
    assert (shop.tail_offset, shop.items_offset, shop.space) == (48, 52, 72)
