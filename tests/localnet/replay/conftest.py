"""Parametrises the replay: one test for each build and instruction of the vectors folder."""

from collections.abc import Callable
from functools import cache

import pytest
from behaviour.builds import LANDED
from behaviour.machine import Machine
from behaviour.vectors import Case, read_cases, recorded_builds


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "cases" in metafunc.fixturenames:
        groups = _groups(metafunc.config)
        ids = [f"{build}-{cases[0].instruction}" for build, cases in groups]
        metafunc.parametrize(("build", "cases"), groups, ids=ids)


def _groups(config: pytest.Config) -> list[tuple[str, list[Case]]]:
    folder, wanted = config.getoption("--vectors"), config.getoption("--case")
    groups: dict[tuple[str, str], list[Case]] = {}
    for build in recorded_builds(folder):
        for case in read_cases(folder, build) if build in LANDED else ():
            if wanted in (None, case.name):
                groups.setdefault((build, case.instruction), []).append(case)
    if not groups:
        raise pytest.UsageError(f"no case to replay: {folder} has none of {', '.join(LANDED)}, or none is {wanted}")
    return [(build, cases) for (build, _), cases in groups.items()]


@pytest.fixture(scope="session")
def machine_of() -> Callable[[str], Machine]:
    """A machine for a build, made once: every replayed case leaves it empty."""
    return cache(Machine.of)
