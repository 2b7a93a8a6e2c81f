"""A row for every instruction of every program."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from instruction_coverage.builders import builders_of
from instruction_coverage.errors import CoverageError
from instruction_coverage.exercised import EXERCISES, Exercise
from instruction_coverage.measured import Measured, builds_of, measure
from nosana_chain.bindings.interfaces import PROGRAMS, instructions_of

Measure = Callable[[str], Mapping[str, Measured]]
Exercises = Mapping[str, Mapping[str, Exercise]]


@dataclass(frozen=True, slots=True)
class Row:
    """An instruction: who builds it, sends it, plays it locally and tests it."""

    program: str
    instruction: str
    builder: str
    action: str
    local_program: str
    cases: int
    compute_units: int
    test: str


def rows(measure: Measure = measure, exercises: Exercises = EXERCISES) -> Iterator[Row]:
    """All rows, in the order of idl/.

    Raises:
        CoverageError: an instruction without builder, numbers or exercise, or an exercise of no instruction.
    """
    for program in PROGRAMS:
        names = [interface.function for interface in instructions_of(program)]
        builders, numbers, used = builders_of(program), measure(program), exercises[program]
        for what, found in (("builder", builders), ("numbers", numbers), ("exercise", used)):
            _require_all(program, what, names, found)
        for name in names:
            yield Row(
                program=program,
                instruction=name,
                builder=builders[name],
                action=used[name].action,
                local_program=builds_of(program)[0].file_name,
                cases=numbers[name].cases,
                compute_units=numbers[name].compute_units,
                test=used[name].test,
            )


def _require_all(program: str, what: str, names: list[str], found: Mapping[str, object]) -> None:
    if odd := sorted({*names} ^ found.keys()):
        raise CoverageError(f"{program}: {', '.join(odd)}: instruction without {what}, or {what} without instruction")
