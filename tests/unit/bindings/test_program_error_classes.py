"""One class for each program error, found by the name in the log."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from nosana_chain.bindings.program_errors import (
    anchor,
    common,
    distributor,
    jobs,
    nodes,
    pools,
    program_error_class,
    staking,
)
from nosana_chain.errors import ProgramError

IDL = Path(__file__).parents[3] / "idl"
MODULES = [anchor, common, distributor, jobs, nodes, pools, staking]
PROGRAMS = {
    "jobs": "nosana_jobs",
    "staking": "nosana_staking",
    "rewards": "nosana_rewards",
    "pools": "nosana_pools",
    "nodes": "nosana_nodes",
    "distributor": "merkle_distributor",
}


def stated() -> list[tuple[str, dict[str, Any]]]:
    """(module, error) for every error of idl/."""
    shared = json.loads((IDL / "common_errors.json").read_text())
    own = {name: json.loads((IDL / f"{file}.json").read_text())["errors"] for name, file in PROGRAMS.items()}
    return [(module, error) for module, errors in {**shared, **own}.items() for error in errors]


def test_an_unknown_program_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        program_error_class("system", "Unauthorized")


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_unknown_name_has_no_class(program: str) -> None:
    assert program_error_class(program, "NoSuchError") is None


@pytest.mark.parametrize(
    ("program", "name", "expected"),
    [
        ("jobs", "NodeNotEnoughStake", jobs.NodeNotEnoughStake),
        ("jobs", "InvalidStakeAccount", staking.InvalidStakeAccount),  # raised by work and claim
        ("rewards", "Decreased", staking.Decreased),
        ("rewards", "InvalidVault", common.InvalidVault),
        ("pools", "NotStarted", pools.NotStarted),
        ("nodes", "CpuInvalid", nodes.CpuInvalid),
        ("nodes", "AccountDidNotSerialize", anchor.AccountDidNotSerialize),
        ("staking", "Unauthorized", common.Unauthorized),
        ("distributor", "Unauthorized", distributor.Unauthorized),
        ("distributor", "InvalidVault", None),
        ("staking", "NodeNotEnoughStake", None),
    ],
)
def test_names_are_looked_up_where_the_program_takes_them_from(
    program: str, name: str, expected: type[ProgramError] | None
) -> None:
    assert program_error_class(program, name) is expected


@pytest.mark.parametrize(
    ("module", "error"), stated(), ids=lambda part: part if isinstance(part, str) else part["name"]
)
def test_every_error_of_the_interfaces_has_its_class(module: str, error: dict[str, Any]) -> None:
    package = importlib.import_module(f"nosana_chain.bindings.program_errors.{module}")
    kind = getattr(package, error["name"])
    assert kind in package.ERRORS
    assert (kind.number, kind.name, kind.summary) == (error["code"], error["name"], error["msg"])


def test_no_two_errors_share_a_code() -> None:
    codes = [kind.code for module in MODULES for kind in module.ERRORS]
    assert len(codes) == len(set(codes)) == len(stated())


def test_codes_are_dotted_words() -> None:
    assert jobs.JobTimeoutNotGreater.code == "program.jobs.job_timeout_not_greater"
    assert common.InvalidATA.code == "program.common.invalid_ata"


def test_a_program_error_carries_its_facts() -> None:
    error = jobs.JobTimeoutNotGreater(
        jobs.JobTimeoutNotGreater.summary,
        signature=None,
        reason="Custom(6008)",
        instruction_index=0,
        logs=(),
        program="jobs",
        instruction="Extend",
        account=None,
    )
    assert isinstance(error, jobs.JobsError)
    assert isinstance(error, ProgramError)
    assert error.as_json()["code"] == "program.jobs.job_timeout_not_greater"
    assert (error.number, error.instruction) == (6008, "Extend")
