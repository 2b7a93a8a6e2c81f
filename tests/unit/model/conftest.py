"""Parametrises the model's tests: one for each build that the vectors folder has cases of."""

import pytest
from behaviour.vectors import folders, recorded_builds


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "build" in metafunc.fixturenames:
        chosen = folders(metafunc.config.getoption("--vectors"))
        rows = [(folder, build) for folder in chosen for build in recorded_builds(folder)]
        metafunc.parametrize(("folder", "build"), rows, ids=[f"{folder.name}-{build}" for folder, build in rows])
