"""What a host may say about its machine: by hand, and as every recorded registration and update ended on chain."""

from dataclasses import replace
from typing import Any

import pytest
from behaviour import vectors
from behaviour.vectors import Case
from model.nodes import COUNTRIES
from solders.pubkey import Pubkey

from nosana_chain.bindings.nodes.accounts import NodeAccount
from nosana_chain.bindings.nodes.instructions.register import layout
from nosana_chain.errors import AmountError, InputError
from nosana_chain.models.node import Node
from nosana_chain.programs.nodes.countries import ACCEPTED_COUNTRIES, ISO_3166_1
from nosana_chain.programs.nodes.terms import NodeSpec

HOST = Pubkey(b"h" * 32)
SPEC = NodeSpec(architecture=0, country=528, cpu=1, gpu=0, memory=1, iops=1, storage=1)
ETHIOPIA = 231

#: Errors of the program that a spec foresees, AccountDidNotSerialize being the one of texts that don't fit.
FORESEEN = {
    "ArchitectureUnknown",
    "CountryCodeUnknown",
    "CpuInvalid",
    "MemoryInvalid",
    "IopsInvalid",
    "StorageInvalid",
    "AccountDidNotSerialize",
}


@pytest.mark.parametrize("field", ["architecture", "cpu", "gpu", "memory", "iops", "storage"])
@pytest.mark.parametrize("value", [-1, 2**16, True, "1", None])
def test_figures_that_no_field_holds(field: str, value: Any) -> None:
    with pytest.raises(AmountError, match=field):
        replace(SPEC, **{field: value})


@pytest.mark.parametrize("change", [{"architecture": 10}, {"cpu": 0}, {"memory": 0}, {"iops": 0}, {"storage": 0}])
def test_figures_that_the_program_refuses(change: dict[str, int]) -> None:
    with pytest.raises(AmountError):
        replace(SPEC, **change)


@pytest.mark.parametrize("code", [0, 1, 230, ETHIOPIA, 999, 65_535, -4])
def test_countries_that_the_program_refuses(code: int) -> None:
    with pytest.raises(AmountError, match=str(code)):
        replace(SPEC, country=code)


def test_texts_of_more_than_62_bytes() -> None:
    with pytest.raises(InputError, match="63 bytes"):
        replace(SPEC, endpoint="e" * 30, icon="é" * 15, version="v" * 3)


def test_a_text_that_is_not_utf8() -> None:
    with pytest.raises(InputError, match="UTF-8"):
        replace(SPEC, icon="\ud800")


def test_texts_of_exactly_62_bytes() -> None:
    assert replace(SPEC, endpoint="e" * 30, icon="é" * 15, version="v" * 2).icon == "é" * 15


def test_only_ethiopia_is_refused_of_all_countries() -> None:
    refused = ISO_3166_1 - ACCEPTED_COUNTRIES
    assert refused == {ETHIOPIA}


def test_countries_are_those_of_the_executable_model() -> None:
    assert ISO_3166_1 == COUNTRIES


@pytest.mark.parametrize("change", [{"architecture": 9}, {"gpu": 65_535}, {"storage": 65_535}, {"country": 4}])
def test_figures_at_their_limits(change: dict[str, int]) -> None:
    assert replace(SPEC, **change) != SPEC


def recorded_descriptions() -> list[tuple[Case, dict[str, Any]]]:
    """Recorded cases that reached the handler's checks or passed them, with their arguments as a spec's fields."""
    cases = vectors.read_cases(vectors.FOLDER, "nosana_nodes")
    named = [case for case in cases if case.instruction in ("register", "update") and judged(case)]
    return [(case, fields_of(case)) for case in named]


def judged(case: Case) -> bool:
    return case.expected.error is None or (case.expected.anchor is not None and case.expected.anchor.name in FORESEEN)


def fields_of(case: Case) -> dict[str, Any]:
    found = layout.parse(case.call.data[8:])
    renamed = {"architecture_type": "architecture", "country_code": "country"}
    return {renamed.get(name, name): value for name, value in found.items() if not name.startswith("_")}


def accepts(fields: dict[str, Any]) -> bool:
    try:
        NodeSpec(**fields)
    except InputError:
        return False
    return True


def test_recorded_descriptions_are_judged_as_the_program_did() -> None:
    described = recorded_descriptions()
    assert {case.expected.anchor.name for case, _ in described if case.expected.anchor} == FORESEEN
    wrong = [case.name for case, fields in described if accepts(fields) != (case.expected.error is None)]
    assert wrong == []


def test_a_spec_is_what_a_recorded_node_says() -> None:
    succeeded = [(case, fields) for case, fields in recorded_descriptions() if case.expected.error is None]
    assert succeeded
    for case, fields in succeeded:
        address = case.call.accounts[0].address
        account = {**case.before, **case.expected.after}[address]
        assert account.data.startswith(NodeAccount.discriminator)
        assert NodeSpec.of(Node.decode(address, account.data)) == NodeSpec(**fields), case.name
