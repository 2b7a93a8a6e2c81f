"""Recorded cases are read and written without loss, so that a difference found anywhere can be replayed."""

from pathlib import Path

import pytest
from behaviour.builds import BUILDS
from behaviour.interface import instructions
from behaviour.vectors import FOLDER, read_cases, recorded_builds, write_cases


def test_a_folder_without_cases_has_no_builds(tmp_path: Path) -> None:
    assert recorded_builds(tmp_path) == []


@pytest.mark.parametrize("build", recorded_builds(FOLDER))
def test_every_case_is_of_an_instruction_in_the_interface(build: str) -> None:
    declared = instructions(BUILDS[build].interface)
    assert {case.instruction for case in read_cases(FOLDER, build)} <= set(declared)


@pytest.mark.parametrize("build", recorded_builds(FOLDER))
def test_written_cases_are_read_as_they_were(build: str, tmp_path: Path) -> None:
    cases = read_cases(FOLDER, build)
    write_cases(tmp_path, build, cases)
    assert recorded_builds(tmp_path) == [build]
    assert read_cases(tmp_path, build) == cases
