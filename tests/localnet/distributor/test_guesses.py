"""What is guessed about the deployed distributor can be built otherwise: each constant, with another value."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lives.distribution import UNLOCKED, Distribution

from nosana_chain.bindings.program_errors.anchor import ConstraintAddress, ConstraintTokenOwner
from nosana_chain.localnet import Genesis, standard_genesis
from nosana_chain.localnet.build.compiler import Compiler
from nosana_chain.localnet.build.programs import PROGRAMS, PROGRAMS_FOLDER, build_program
from nosana_chain.localnet.compiled import load_program
from nosana_chain.networks import DEVNET, LOCALNET

ROOT = Path(__file__).resolve().parents[3]
(AS_BUILT,) = (program for program in PROGRAMS if program.interface == "merkle_distributor")

pytest.importorskip("ziglang", reason="needs the compiler of the local programs")


@pytest.fixture
def genesis_with(tmp_path: Path) -> Callable[..., Genesis]:
    """Give a genesis whose distributor is built with other constants."""

    def build(**constants: int) -> Genesis:
        folder = shutil.copytree(ROOT / PROGRAMS_FOLDER, tmp_path / "programs")
        program = replace(AS_BUILT, defines={**AS_BUILT.defines, **constants})
        compiler = Compiler.pinned_by(ROOT / "pyproject.toml")
        (folder / program.file_name).write_bytes(build_program(compiler, program, folder, DEVNET))
        genesis = standard_genesis()
        handed_over = {DEVNET.authority: genesis.network.authority}
        loaded = load_program(program.name, network=LOCALNET, handed_over=handed_over, folder=folder)
        return replace(genesis, programs={**genesis.programs, LOCALNET.programs.distributor: loaded})

    return build


def test_with_a_fixed_admin_nobody_else_makes_distributors(genesis_with: Callable[..., Genesis]) -> None:
    genesis = genesis_with(FIXED_ADMIN=1)
    with pytest.raises(ConstraintAddress):
        Distribution(genesis)
    assert Distribution(genesis, admin="authority").distributor.admin == genesis.network.authority


def test_without_votes_a_claimant_claims_for_itself(genesis_with: Callable[..., Genesis]) -> None:
    distribution = Distribution(genesis_with(VOTE_CHECK=0))
    with pytest.raises(ConstraintTokenOwner):
        distribution.claim_unlocked("host")
    assert distribution.claim_unlocked("host", distribution.wallet("host").address) == UNLOCKED // 2


@pytest.mark.parametrize("millionths", [0, 700_000, 1_000_000])
def test_the_share_at_the_start(genesis_with: Callable[..., Genesis], millionths: int) -> None:
    distribution = Distribution(genesis_with(START_MILLIONTHS=millionths))
    assert distribution.claim_unlocked("host") == UNLOCKED * millionths // 1_000_000


def test_where_claims_can_be_closed_the_rent_returns_to_the_claimant(genesis_with: Callable[..., Genesis]) -> None:
    distribution = Distribution(genesis_with(CLOSE_CLAIM_STATUS_ABORTS=0))
    distribution.claim_unlocked("host")
    before = lamports(distribution, "host")
    distribution.close_status("host")
    assert lamports(distribution, "host") - before == 1_670_400


def lamports(distribution: Distribution, name: str) -> int:
    account = distribution.chain.account(distribution.wallet(name).address)
    assert account is not None
    return account.lamports
