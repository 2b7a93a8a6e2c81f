"""Parametrises the replay: one test for each build and instruction of the vectors folder."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from behaviour.builds import BUILDS
from behaviour.machine import Machine
from behaviour.vectors import Case, folders, read_cases, recorded_builds


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "cases" in metafunc.fixturenames:
        groups = _groups(metafunc.config)
        ids = [f"{build}-{cases[0].instruction}" for build, cases in groups]
        metafunc.parametrize(("build", "cases"), groups, ids=ids)


def _groups(config: pytest.Config) -> list[tuple[str, list[Case]]]:
    chosen, wanted = folders(config.getoption("--vectors")), config.getoption("--case")
    groups: dict[tuple[str, str], list[Case]] = {}
    for folder in chosen:
        for build in _replayed_builds(folder):
            for case in read_cases(folder, build):
                if wanted in (None, case.name):
                    groups.setdefault((build, case.instruction), []).append(case)
    if not groups:
        names = ", ".join(map(str, chosen))
        raise pytest.UsageError(f"nothing to replay: there is no case in {names}, or none is {wanted}")
    return [(build, cases) for (build, _), cases in groups.items()]


def _replayed_builds(folder: Path) -> list[str]:
    builds = recorded_builds(folder)
    unknown = sorted(set(builds) - set(BUILDS))
    if unknown:
        raise pytest.UsageError(f"{folder} has cases of {', '.join(unknown)}: no such build")
    return builds


@pytest.fixture(scope="session")
def machine_of() -> Callable[[str], Machine]:
    """A machine for a build, made once: every replayed case leaves it empty."""
    return cache(Machine.of)
