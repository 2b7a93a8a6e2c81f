"""Instructions as the official packages build them, against ours: the same bytes, accounts and flags."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from calls import Call, every_call
from official import PROGRAMS, Official, camel
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from spl.token.constants import ASSOCIATED_TOKEN_PROGRAM_ID

from nosana_chain.bindings.program_errors.distributor import DistributorError
from nosana_chain.bindings.program_errors.jobs import JobsError
from nosana_chain.bindings.program_errors.staking import StakingError
from nosana_chain.errors import ProgramError
from nosana_chain.networks import DEVNET, MAINNET
from nosana_chain.programs.jobs.instructions import close_market_admin_ix, close_market_ix

CALLS = [call for seed in range(3) for call in every_call(seed) if call.program in PROGRAMS]
MARKET, OPERATOR, PURSE = (Pubkey(letter * 32) for letter in (b"m", b"o", b"p"))

#: Accounts that our binding fills in and the official builder has to be told.
TOLD = {"newDistributor": {"associatedTokenProgram": ASSOCIATED_TOKEN_PROGRAM_ID}}


def parts(instruction: Instruction) -> tuple[str, str, list[tuple[str, bool, bool]]]:
    """An instruction in a form whose differences can be read."""
    metas = [(str(meta.pubkey), meta.is_signer, meta.is_writable) for meta in instruction.accounts]
    return str(instruction.program_id), instruction.data.hex(), metas


def named(values: Mapping[str, Any]) -> dict[str, Any]:
    return {camel(name): value for name, value in values.items()}


def screaming(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper()


def test_the_official_builder_leaves_a_program_out(official: Official) -> None:
    """A deviation: where it is not told the associated token program, it passes the distributor program instead."""
    call = next(call for call in CALLS if call.name == "newDistributor")
    theirs = official.build(
        call.program,
        call.name,
        accounts=named(call.accounts),
        args=named(call.args),
        address=MAINNET.programs.distributor,
    )
    at = call.roles.index("associated_token_program")
    assert theirs.accounts[at].pubkey == MAINNET.programs.distributor
    assert call.instruction.accounts[at].pubkey == ASSOCIATED_TOKEN_PROGRAM_ID


@pytest.mark.parametrize(("build", "name"), [(close_market_ix, "close"), (close_market_admin_ix, "closeAdmin")])
def test_official_closes_leave_the_authority_read_only(official: Official, build: Any, name: str) -> None:
    """A deviation: the rent goes there, so a program that is passed these flags fails (specification, section 12)."""
    ours = build(market=MARKET, authority=OPERATOR, user=PURSE, network=DEVNET)
    theirs = official.rebuild(ours, "jobs", name)
    unlike = [pair for pair in zip(theirs.accounts, ours.accounts, strict=True) if pair[0] != pair[1]]
    assert unlike == [(AccountMeta(OPERATOR, True, False), AccountMeta(OPERATOR, True, True))]  # signer, writable
    assert theirs.data == ours.data


@pytest.mark.parametrize(
    ("program", "name", "family"),
    [
        ("jobs", "NOSANA_JOBS", JobsError),
        ("staking", "NOSANA_STAKING", StakingError),
        ("distributor", "MERKLE_DISTRIBUTOR", DistributorError),
    ],
)
def test_addresses_and_error_codes_are_the_same(
    official: Official, program: str, name: str, family: type[ProgramError]
) -> None:
    constants = official.constants(program)
    theirs = {key: value for key, value in constants.items() if key.startswith(f"{name}_ERROR__")}
    ours = {f"{name}_ERROR__{screaming(error.name)}": error.number for error in family.__subclasses__()}
    assert theirs == ours
    assert constants[f"{name}_PROGRAM_ADDRESS"] == str(getattr(MAINNET.programs, program))


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_official_package_has_the_same_instructions(official: Official, program: str) -> None:
    (theirs,) = [value for key, value in official.constants(program).items() if key.endswith("Instruction")]
    assert set(theirs) == {call.pascal for call in CALLS if call.program == program}


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.label)
def test_instructions_are_built_alike(official: Official, call: Call) -> None:
    theirs = official.build(
        call.program,
        call.name,
        accounts=named(call.accounts) | TOLD.get(call.name, {}),
        args=named(call.args),
        address=call.instruction.program_id,
    )
    assert parts(theirs) == parts(call.instruction)
