"""The executable model does what the recorded cases of all programs say."""

import pytest
from behaviour.builds import BUILDS
from behaviour.call import first_difference
from behaviour.vectors import Case, read_cases, recorded_builds
from model import simulate

SHOWN_DIFFERENCES = 10


def test_every_program_has_recorded_cases(pytestconfig: pytest.Config) -> None:
    assert set(recorded_builds(pytestconfig.getoption("--vectors"))) <= set(BUILDS)


@pytest.mark.parametrize("build", sorted(BUILDS))
def test_the_model_ends_every_case_as_recorded(build: str, pytestconfig: pytest.Config) -> None:
    cases = read_cases(pytestconfig.getoption("--vectors"), build)
    differing = list(filter(None, (_difference(build, case) for case in cases)))
    if differing:
        pytest.fail("\n".join([f"{len(differing)} of {len(cases)} differ", *differing[:SHOWN_DIFFERENCES]]))


def _difference(build: str, case: Case) -> str | None:
    got = simulate(case.call, case.before, BUILDS[build].fee_divisor)
    difference = first_difference(case.expected, got, case.before)
    return difference and f"{case.name}: {difference}"
