"""Recorded cases are read and written without loss, so that a difference found anywhere can be replayed."""

from dataclasses import replace
from pathlib import Path

import pytest
from behaviour.builds import BUILDS
from behaviour.call import InnerCall, Trace
from behaviour.interface import instructions
from behaviour.vectors import FOLDER, ODD_FOLDER, folders, read_cases, recorded_builds, write_cases
from solders.pubkey import Pubkey


def test_a_folder_without_cases_has_no_builds(tmp_path: Path) -> None:
    assert recorded_builds(tmp_path) == []


@pytest.mark.parametrize("build", recorded_builds(FOLDER))
def test_every_case_is_of_an_instruction_in_the_interface(build: str) -> None:
    declared = instructions(BUILDS[build].interface)
    assert {case.instruction for case in read_cases(FOLDER, build)} <= set(declared)


WITH_A_WAY = InnerCall(2, Pubkey(b"p" * 32), (Pubkey(b"a" * 32),), b"\3\1")


def test_a_plain_file_is_of_the_program_that_it_names(tmp_path: Path) -> None:
    (tmp_path / "what-somebody-found.json").write_bytes((ODD_FOLDER / "nosana_staking.json").read_bytes())
    (tmp_path / "nosana_jobs.json").write_bytes((ODD_FOLDER / "nosana_jobs.json").read_bytes())
    (tmp_path / "no-cases.json").write_text('{"program": "nosana_pools"}')
    assert recorded_builds(tmp_path) == ["nosana_jobs", "nosana_staking"]
    assert read_cases(tmp_path, "nosana_staking") == read_cases(ODD_FOLDER, "nosana_staking")


def test_all_folders_of_the_repository_are_run_unless_one_is_chosen(tmp_path: Path) -> None:
    assert folders(None) == (FOLDER, ODD_FOLDER)
    assert folders(tmp_path) == (tmp_path,)


@pytest.mark.parametrize("trace", [Trace(), Trace((WITH_A_WAY,)), Trace((WITH_A_WAY, WITH_A_WAY), ("5", "7"))])
@pytest.mark.parametrize("recorded", [0, -1])
def test_the_way_of_a_case_is_kept(recorded: int, trace: Trace, tmp_path: Path) -> None:
    case = read_cases(FOLDER, "nosana_pools")[recorded]
    case = replace(case, expected=replace(case.expected, trace=trace))
    write_cases(tmp_path, "nosana_pools", [case])
    assert read_cases(tmp_path, "nosana_pools") == (case,)


@pytest.mark.parametrize("build", recorded_builds(FOLDER))
def test_written_cases_are_read_as_they_were(build: str, tmp_path: Path) -> None:
    cases = read_cases(FOLDER, build)
    write_cases(tmp_path, build, cases)
    assert recorded_builds(tmp_path) == [build]
    assert read_cases(tmp_path, build) == cases
