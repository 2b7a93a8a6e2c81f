"""The programs' .so files do what the recorded cases say, in every byte, lamport and error line."""

from collections.abc import Callable

import pytest
from behaviour import table
from behaviour.call import Outcome, first_difference
from behaviour.machine import Machine
from behaviour.vectors import Case

SHOWN_DIFFERENCES = 10


def test_every_case_ends_as_recorded(
    build: str,
    cases: list[Case],
    machine_of: Callable[[str], Machine],
    record_property: Callable[[str, object], None],
) -> None:
    machine = machine_of(build)
    outcomes = [machine.replay(case.call, case.before) for case in cases]
    differing = list(filter(None, map(_difference, cases, outcomes)))
    record_property(table.PROPERTY, table.row(build, cases, outcomes, len(cases) - len(differing)))
    if differing:
        pytest.fail("\n".join([f"{len(differing)} of {len(cases)} differ", *differing[:SHOWN_DIFFERENCES]]))


def _difference(case: Case, got: Outcome) -> str | None:
    difference = first_difference(case.expected, got, case.before)
    return difference and f"{case.name}: {difference}"
