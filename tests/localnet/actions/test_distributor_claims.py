"""Claims from a merkle distributor on a chain, from a published tree: early, late, twice, and with a vote."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from grant import LENGTH, LOCKED, UNLOCKED, Grant, grant
from solders.pubkey import Pubkey
from stage import Scene

from nosana_chain import pda
from nosana_chain.bindings.program_errors.distributor import (
    ClaimingIsNotStarted,
    ExceededMaxClaim,
    InvalidProof,
    InvalidVote,
    MaxNodesExceeded,
)
from nosana_chain.errors import (
    AlreadyExistsError,
    InsufficientFundsError,
    NotFoundError,
    NothingDueError,
    TransactionFailedError,
    WrongStateError,
)
from nosana_chain.programs.distributor.instructions import new_claim_ix
from nosana_chain.programs.distributor.merkle import Proof
from nosana_chain.programs.distributor.votes import Vote
from nosana_chain.programs.token_accounts import create_token_account_ix
from nosana_chain.units import DAY, HOUR

NEVER = 2**64 - 1  # a slot


@pytest.fixture
async def ended(scene: Scene, tmp_path: Path) -> Grant:
    """A distributor of which everything has vested."""
    running = await grant(scene, tmp_path)
    await scene.net.warp(LENGTH)
    return running


async def test_claiming_before_the_start(scene: Scene, tmp_path: Path) -> None:
    future = await grant(scene, tmp_path, started=-HOUR)
    assert not (await future.fetch_eligibility("host")).is_open
    with pytest.raises(ClaimingIsNotStarted):
        await future.claim(scene.host, "host")


async def test_claiming_before_the_slot(scene: Scene, tmp_path: Path) -> None:
    disabled = await grant(scene, tmp_path, enable_slot=NEVER)
    assert (await disabled.fetch_eligibility("host")).unlocked == 0
    with pytest.raises(ClaimingIsNotStarted):
        await disabled.claim(scene.host, "host")


async def test_claiming_without_a_vote(scene: Scene, ended: Grant) -> None:
    with pytest.raises(InvalidVote):
        await scene.host.distributors.claim_unlocked(ended.address, proof=ended.proof("host"))


async def test_claiming_more_than_the_leaf_says(scene: Scene, ended: Grant) -> None:
    true, network, host = ended.proof("host"), scene.net.network, scene.net.wallets["host"].address
    forged = Proof(leaf=replace(true.leaf, unlocked_amount=UNLOCKED + 1), siblings=true.siblings)
    mint, yes = network.nos_mint, Vote.YES.value
    claim = new_claim_ix(
        distributor=ended.address,
        mint=mint,
        proof=forged,
        to=pda.token_account_address(yes, mint=mint),
        network=network,
    )
    with pytest.raises(InvalidProof):
        await scene.host.transactions.send([create_token_account_ix(owner=yes, mint=mint, payer=host), claim])


async def test_claiming_early_loses_tokens_and_is_refused(scene: Scene, tmp_path: Path) -> None:
    running = await grant(scene, tmp_path)
    with pytest.raises(WrongStateError, match="for good"):
        await running.claim(scene.host, "host")
    assert (await running.fetch()).num_nodes_claimed == 0


@pytest.mark.parametrize(
    ("terms", "error"),
    [({"max_total_claim": UNLOCKED - 1}, ExceededMaxClaim), ({"max_num_nodes": 0}, MaxNodesExceeded)],
    ids=["amount", "number"],
)
async def test_claiming_more_than_the_terms_allow(
    scene: Scene, tmp_path: Path, terms: dict[str, int], error: type[TransactionFailedError]
) -> None:
    tight = await grant(scene, tmp_path, **terms)
    with pytest.raises(error):
        await tight.claim(scene.host, "host", max_forgone=UNLOCKED)


async def test_claiming_from_a_vault_that_holds_too_little(scene: Scene, tmp_path: Path) -> None:
    poor = await grant(scene, tmp_path, deposit=1)
    with pytest.raises(InsufficientFundsError):
        await poor.claim(scene.host, "host", max_forgone=UNLOCKED)


async def test_claiming_twice(scene: Scene, ended: Grant) -> None:
    await ended.claim(scene.host, "host")
    with pytest.raises(AlreadyExistsError):
        await ended.claim(scene.host, "host")
    assert await ended.fetch_votes(Vote.YES) == UNLOCKED


async def test_claiming_the_locked_part_first(scene: Scene, ended: Grant) -> None:
    with pytest.raises(NotFoundError, match="claim_unlocked comes first"):
        await scene.host.distributors.claim_locked(ended.address)


async def test_claiming_the_locked_part_when_all_of_it_was_paid(scene: Scene, ended: Grant) -> None:
    await ended.claim(scene.host, "host")
    await scene.host.distributors.claim_locked(ended.address)
    with pytest.raises(NothingDueError, match="all of it was paid"):
        await scene.host.distributors.claim_locked(ended.address)


async def test_who_is_in_no_tree(scene: Scene, ended: Grant) -> None:
    with pytest.raises(NotFoundError, match="nothing in this tree"):
        ended.proof("operator")


async def test_an_early_claim_that_is_allowed_pays_what_was_shown_or_a_little_more(
    scene: Scene, tmp_path: Path
) -> None:
    running = await grant(scene, tmp_path)
    shown = await running.fetch_eligibility("host")
    await running.claim(scene.host, "host", max_forgone=shown.forgone)
    status = await scene.host.distributors.fetch_claim_status(running.address)
    assert UNLOCKED // 2 < shown.unlocked <= status.unlocked_amount_claimed < UNLOCKED
    assert await running.fetch_votes(Vote.YES) == status.unlocked_amount_claimed
    found = await running.fetch()
    assert found.total_amount_claimed == status.unlocked_amount_claimed
    assert found.total_amount_forgone == status.forgone


async def test_late_claims_pay_everything_to_the_vote(scene: Scene, ended: Grant) -> None:
    await ended.claim(scene.host, "host", vote=Vote.YES)
    await ended.claim(scene.builder, "builder", vote=Vote.NO)
    assert (await ended.fetch_votes(Vote.YES), await ended.fetch_votes(Vote.NO)) == (UNLOCKED, 2 * UNLOCKED)
    assert await ended.fetch_held() == ended.tree.total - 3 * UNLOCKED
    assert (await ended.fetch_eligibility("host")).unlocked == 0
    assert (await ended.fetch_eligibility("staker")).unlocked == 3 * UNLOCKED


async def test_the_locked_part_is_paid_as_it_vests(scene: Scene, tmp_path: Path) -> None:
    running, before = await grant(scene, tmp_path), await scene.host.fetch_nos_balance()
    await running.claim(scene.host, "host", max_forgone=UNLOCKED)
    for _quarter in range(3):
        await scene.net.warp(LENGTH // 4)
        shown = await running.fetch_eligibility("host")
        withdrawn = await scene.host.fetch_nos_balance() - before
        await scene.host.distributors.claim_locked(running.address)
        after = await running.fetch_eligibility("host")
        assert after.status is not None
        paid = after.status.locked_amount_withdrawn - withdrawn
        assert LOCKED // 5 < shown.locked <= paid <= shown.locked + LOCKED // 1_000
    await scene.net.warp(LENGTH // 4)
    await scene.host.distributors.claim_locked(running.address)
    assert await scene.host.fetch_nos_balance() - before == LOCKED


async def test_finding_what_was_claimed(scene: Scene, ended: Grant) -> None:
    await ended.claim(scene.host, "host")
    await ended.claim(scene.builder, "builder")
    host, builder = (scene.net.wallets[name].address for name in ("host", "builder"))

    async def found(**filters: Pubkey) -> set[Pubkey]:
        return {status.claimant for status in await scene.host.distributors.find_claim_statuses(**filters)}

    assert await found(distributor=ended.address) == {host, builder}
    assert await found(distributor=ended.address, claimant=host) == {host}
    assert await found(distributor=host) == set()


async def test_claims_go_on_after_the_clawback_time_until_somebody_claws_back(scene: Scene, ended: Grant) -> None:
    await scene.net.warp(2 * DAY)
    await ended.claim(scene.host, "host")
    assert await ended.fetch_votes(Vote.YES) == UNLOCKED
