"""How many cases were recorded of each instruction, and how many compute units the local program takes."""

from __future__ import annotations

from collections import defaultdict
from statistics import median_low
from typing import NamedTuple

from behaviour.builds import BUILDS, UNRECORDED, Build
from behaviour.machine import Machine
from behaviour.vectors import FOLDERS, Case, read_cases
from lives.distribution import whole_life

from instruction_coverage.errors import CoverageError
from nosana_chain.networks import LOCALNET


class Measured(NamedTuple):
    """Numbers of one instruction.

    Attributes:
        cases: how many recorded cases are replayed, failures included.
        compute_units: median of the successful ones.
    """

    cases: int
    compute_units: int


def builds_of(program: str) -> list[Build]:
    """The builds of a program, the usual one first."""
    return [build for build in BUILDS.values() if LOCALNET.programs.name_of(build.address) == program]


def measure(program: str) -> dict[str, Measured]:
    """The numbers of each instruction of a program: by replay, or from a life on LiteSVM if nothing was recorded.

    Raises:
        CoverageError: a recorded success fails.
    """
    builds = builds_of(program)
    if all(build.name in UNRECORDED for build in builds):
        return {name: Measured(0, median_low(units)) for name, units in whole_life().units.items()}
    cases, units = defaultdict[str, int](int), defaultdict[str, list[int]](list)
    for build in builds:
        machine = Machine.of(build.name)
        for case in (case for folder in FOLDERS for case in read_cases(folder, build.name)):
            cases[case.instruction] += 1
            if case.expected.error is None:
                units[case.instruction].append(_replayed(machine, case))
    return {name: Measured(count, median_low(units[name])) for name, count in cases.items()}


def _replayed(machine: Machine, case: Case) -> int:
    outcome = machine.replay(case.call, case.before)
    if outcome.error or outcome.compute_units is None:
        raise CoverageError(f"{case.name} is recorded as a success, and fails: see scripts/test tests/localnet/replay")
    return outcome.compute_units
