"""The programs' .so files do what the recorded cases say, in every byte, lamport and error line.

What a recording leaves out, the inner calls and the values that a refusal compares, they do as the model does.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from behaviour import table
from behaviour.builds import BUILDS
from behaviour.call import Outcome, first_difference
from behaviour.machine import Machine
from behaviour.vectors import Case
from model import simulate

SHOWN_DIFFERENCES = 10


def test_every_case_ends_as_recorded(
    build: str,
    cases: list[Case],
    machine_of: Callable[[str], Machine],
    record_property: Callable[[str, object], None],
) -> None:
    machine = machine_of(build)
    outcomes = [machine.replay(case.call, case.before) for case in cases]
    expected = [_with_trace(case.expected, case, build) for case in cases]
    differing = list(filter(None, map(_difference, cases, expected, outcomes)))
    record_property(table.PROPERTY, table.row(build, cases, outcomes, len(cases) - len(differing)))
    if differing:
        pytest.fail("\n".join([f"{len(differing)} of {len(cases)} differ", *differing[:SHOWN_DIFFERENCES]]))


def _with_trace(recorded: Outcome, case: Case, build: str) -> Outcome:
    if recorded.trace is not None:
        return recorded
    return replace(recorded, trace=simulate(case.call, case.before, BUILDS[build].fee_divisor).trace)


def _difference(case: Case, expected: Outcome, got: Outcome) -> str | None:
    difference = first_difference(expected, got, case.before)
    return difference and f"{case.name}: {difference}"
