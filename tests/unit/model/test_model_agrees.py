"""The executable model does what the recorded cases of all programs say."""

from pathlib import Path

import pytest
from behaviour.builds import BUILDS, UNRECORDED
from behaviour.call import first_difference
from behaviour.vectors import FOLDER, ODD_FOLDER, Case, read_cases, recorded_builds
from model import simulate

SHOWN_DIFFERENCES = 10
RECORDED_CASES, ODD_CASES = 5_671, 18  # all that this repository has


def test_the_repository_has_cases_of_every_build() -> None:
    recorded = set(BUILDS) - UNRECORDED
    assert set(recorded_builds(FOLDER)) == recorded
    assert sum(len(read_cases(FOLDER, build)) for build in recorded) == RECORDED_CASES
    assert sum(len(read_cases(ODD_FOLDER, build)) for build in recorded) == ODD_CASES


def test_the_model_ends_every_case_as_recorded(folder: Path, build: str) -> None:
    cases = read_cases(folder, build)
    differing = list(filter(None, (_difference(build, case) for case in cases)))
    if differing:
        pytest.fail("\n".join([f"{len(differing)} of {len(cases)} differ", *differing[:SHOWN_DIFFERENCES]]))


def _difference(build: str, case: Case) -> str | None:
    got = simulate(case.call, case.before, BUILDS[build].fee_divisor)
    difference = first_difference(case.expected, got, case.before)
    return difference and f"{case.name}: {difference}"
