"""idl/ against the facts of the programs, of which interface/ holds a copy without prose."""

import json
from pathlib import Path
from typing import Any

import pytest

IDL = Path(__file__).parents[3] / "idl"
FACTS = sorted((Path(__file__).parent / "interface").glob("*.json"))
PROSE = {"docs", "msg"}


def load(file: Path) -> Any:
    return json.loads(file.read_text())


def without_prose(node: Any) -> Any:
    if isinstance(node, dict):
        return [(key, without_prose(value)) for key, value in node.items() if key not in PROSE]
    return [without_prose(item) for item in node] if isinstance(node, list) else node


def described(interface: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything of an IDL that must have docs."""
    instructions = interface["instructions"]
    parts = [part for instruction in instructions for part in instruction["accounts"] + instruction["args"]]
    fields = [field for account in interface["accounts"] for field in account["type"]["fields"]]
    return [*instructions, *parts, *interface["accounts"], *fields]


def messages() -> list[tuple[str, str]]:
    shared = load(IDL / "common_errors.json")
    errors = [*shared["common"], *shared["anchor"]]
    for facts in FACTS:
        errors += load(IDL / facts.name)["errors"]
    return [(error["name"], error["msg"]) for error in errors]


def test_there_is_one_idl_for_each_program() -> None:
    assert len(FACTS) == 6
    assert {file.name for file in IDL.glob("*.json")} == {*(file.name for file in FACTS), "common_errors.json"}


@pytest.mark.parametrize("facts", FACTS, ids=lambda file: file.stem)
def test_names_types_order_flags_and_codes_are_the_programs(facts: Path) -> None:
    assert without_prose(load(IDL / facts.name)) == without_prose(load(facts))


@pytest.mark.parametrize("facts", FACTS, ids=lambda file: file.stem)
def test_everything_is_described_in_whole_sentences(facts: Path) -> None:
    for item in described(load(IDL / facts.name)):
        assert item["docs"], item["name"]
        assert all(line.endswith(".") for line in item["docs"]), item["name"]


@pytest.mark.parametrize(("name", "text"), messages())
def test_a_message_is_a_fact_and_a_way_out(name: str, text: str) -> None:
    fact, way_out = text.split("; ")  # the generator makes a docstring of the two
    assert fact[0].isupper(), name
    assert way_out[0].islower(), name
    assert text.isascii(), name  # C sources hold it too
    assert not text.endswith("."), name  # Anchor puts the full stop


def test_common_errors_are_numbered_from_6000() -> None:
    assert [error["code"] for error in load(IDL / "common_errors.json")["common"]] == list(range(6000, 6012))


def test_a_name_means_one_error_within_a_nosana_program() -> None:
    shared = load(IDL / "common_errors.json")
    names = [error["name"] for error in shared["common"] + shared["anchor"]]
    for facts in FACTS:
        if facts.stem.startswith("nosana_"):
            names += [error["name"] for error in load(facts)["errors"]]
    assert len(names) == len(set(names))
