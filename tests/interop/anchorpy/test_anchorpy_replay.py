"""Our bindings against what AnchorPy itself encoded and decoded; recorded by scripts/generate-bindings."""

import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey

RECORDED = json.loads(Path(__file__).with_name("recorded.json").read_text())
ROOT = Path(__file__).parents[3]


def thaw(value: Any) -> Any:
    """The Python value that `freeze` of the recorder wrote as JSON."""
    match value:
        case {"key": text}:
            return Pubkey.from_string(text)
        case {"bytes": text}:
            return list(bytes.fromhex(text))
        case list():
            return [thaw(item) for item in value]
    return value


def thaw_fields(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: thaw(value) for name, value in fields.items()}


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def binding(program: str, part: str, name: str) -> Any:
    return getattr(importlib.import_module(f"nosana_chain.bindings.{program}.{part}"), name)


def recorded(part: str) -> list[Any]:
    """(program, name, case) for every recorded case of instructions or accounts."""
    keys = [key.split("/") for key in RECORDED]
    return [
        pytest.param(program, name, case, id=f"{program}-{name}-{number}")
        for program, kind, name in keys
        if kind == part
        for number, case in enumerate(RECORDED[f"{program}/{part}/{name}"])
    ]


def build(program: str, name: str, case: dict[str, Any]) -> Any:
    """Call the generated function with the recorded values."""
    named = {"from_" if key == "from" else key: Pubkey.from_string(text) for key, text in case["accounts"].items()}
    wanted = binding(program, "instructions", f"{name[0].upper()}{name[1:]}Accounts").__annotations__
    accounts = {key: named[key] for key in wanted}  # it fills in the well-known programs by itself
    args = [thaw_fields(case["args"])] if case["args"] else []
    function = binding(program, "instructions", snake(name))
    return function(*args, accounts, program_id=Pubkey.from_string(case["program_id"]))


@pytest.mark.parametrize(("program", "name", "case"), recorded("instructions"))
def test_instructions_encode_as_anchorpy_does(program: str, name: str, case: dict[str, Any]) -> None:
    instruction = build(program, name, case)
    assert instruction.data.hex() == case["data"]
    assert [[str(meta.pubkey), meta.is_signer, meta.is_writable] for meta in instruction.accounts] == case["metas"]
    assert str(instruction.program_id) == case["program_id"]


@pytest.mark.parametrize(("program", "name", "case"), recorded("accounts"))
def test_accounts_encode_as_anchorpy_does(program: str, name: str, case: dict[str, Any]) -> None:
    kind = binding(program, "accounts", name)
    assert (kind.discriminator + kind.layout.build(thaw_fields(case["fields"]))).hex() == case["data"]


@pytest.mark.parametrize("padding", [0, 5], ids=["exact", "allocated-longer"])
@pytest.mark.parametrize(("program", "name", "case"), recorded("accounts"))
def test_accounts_decode_as_anchorpy_does(program: str, name: str, case: dict[str, Any], padding: int) -> None:
    decoded = binding(program, "accounts", name).decode(bytes.fromhex(case["data"]) + bytes(padding))
    assert vars(decoded) == thaw_fields(case["fields"])


def test_every_instruction_and_account_is_recorded() -> None:
    interfaces = [
        json.loads(file.read_text()) for file in (ROOT / "idl").glob("*.json") if file.stem != "common_errors"
    ]
    listed = [
        item["name"] for interface in interfaces for part in ("instructions", "accounts") for item in interface[part]
    ]
    assert sorted(key.split("/")[2] for key in RECORDED) == sorted(listed)
