"""The table of all instructions: nothing of it is missing, and every name in it exists."""

import ast
import importlib
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from nosana_chain.bindings.interfaces import PROGRAMS, instructions_of
from nosana_chain.client import NosanaClient
from nosana_chain.networks import LOCALNET

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Imports a module of scripts/instruction_coverage by its name."""
    monkeypatch.syspath_prepend(ROOT / "scripts")
    return lambda name: importlib.import_module(f"instruction_coverage.{name}")


@pytest.fixture
def one_each(part: Any) -> Any:
    """Numbers without a replay: one case of each instruction."""
    numbers = part("measured").Measured(cases=1, compute_units=1)
    return lambda program: dict.fromkeys((interface.function for interface in instructions_of(program)), numbers)


@pytest.fixture
def rows(part: Any, one_each: Any) -> Any:
    return list(part("rows").rows(one_each))


@cache
def functions_of(module: Path) -> set[str]:
    tree = ast.parse(module.read_text())
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_an_instruction_without_an_exercise_is_named(part: Any, one_each: Any) -> None:
    declared = dict(part("exercised").EXERCISES)
    declared["nodes"] = {name: row for name, row in declared["nodes"].items() if name != "audit"}
    with pytest.raises(part("errors").CoverageError, match="nodes: audit: instruction without exercise"):
        list(part("rows").rows(one_each, declared))


def test_an_exercise_of_no_instruction_is_named(part: Any, one_each: Any) -> None:
    declared = dict(part("exercised").EXERCISES)
    declared["jobs"] = declared["jobs"] | {"gone": declared["jobs"]["open"]}
    with pytest.raises(part("errors").CoverageError, match="jobs: gone"):
        list(part("rows").rows(one_each, declared))


def test_an_instruction_without_numbers_is_named(part: Any) -> None:
    with pytest.raises(part("errors").CoverageError, match=r"jobs: .*, work: instruction without numbers"):
        list(part("rows").rows(lambda _program: {}))


def test_a_page_without_a_place_for_the_table(part: Any) -> None:
    with pytest.raises(part("errors").CoverageError, match="no place for the table"):
        part("page").with_table("# Programs\n", [])


def test_only_the_table_of_a_page_changes(part: Any, rows: Any) -> None:
    page = part("page")
    fresh = page.with_table(f"before\n{page.BEGIN}old\n{page.END}after\n", rows[:1])
    assert fresh.startswith(f"before\n{page.BEGIN}| program |")
    assert fresh.endswith(f"{page.END}after\n")
    assert "old" not in fresh
    assert page.with_table(fresh, rows[:1]) == fresh


def test_every_instruction_has_a_builder_of_its_own(rows: Any) -> None:
    every = [(program, interface.function) for program in PROGRAMS for interface in instructions_of(program)]
    assert [(row.program, row.instruction) for row in rows] == every
    assert len({(row.program, row.builder) for row in rows}) == len(every)


async def test_every_action_exists(rows: Any) -> None:
    async with NosanaClient(LOCALNET.at("http://127.0.0.1:1")) as client:
        assert all(callable(attrgetter(row.action)(client)) for row in rows)


def test_every_test_exists_beside_a_call_of_its_action(part: Any, rows: Any) -> None:
    for row in rows:
        module, _, test = row.test.partition("::")
        file = ROOT / part("exercised").TESTS / f"{module}.py"
        called = row.action.rpartition(".")[2]
        assert test in functions_of(file), row
        assert f".{called}(" in file.read_text(), row


def test_every_local_program_exists(rows: Any) -> None:
    folder = ROOT / "nosana_chain" / "localnet" / "programs"
    assert all((folder / row.local_program).is_file() for row in rows)


def test_the_page_shows_every_row_and_no_empty_cell(part: Any, rows: Any) -> None:
    page = part("page")
    table = page.PAGE.read_text().partition(page.BEGIN)[2].partition(page.END)[0]
    lines = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    assert all(map(all, lines))
    shown = [tuple(line[:5]) for line in lines]
    assert shown == [(row.program, row.instruction, row.builder, row.action, row.local_program) for row in rows]
