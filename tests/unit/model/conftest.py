"""Parametrises the model's tests: one for each build that the vectors folder has cases of."""

import pytest
from behaviour.vectors import recorded_builds


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "build" in metafunc.fixturenames:
        metafunc.parametrize("build", recorded_builds(metafunc.config.getoption("--vectors")))
