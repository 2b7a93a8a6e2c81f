"""Setting merkle distributors up and winding them down on a chain: who may, when, and where the tokens go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from grant import LENGTH, UNLOCKED, Grant, grant
from stage import Scene

from nosana_chain import pda
from nosana_chain.bindings.program_errors.anchor import ConstraintHasOne
from nosana_chain.bindings.program_errors.distributor import (
    CannotCloseClaimStatus,
    CannotCloseDistributor,
    ClaimExpired,
    ClawbackAlreadyClaimed,
    ClawbackBeforeStart,
    SameAdmin,
    SameClawbackReceiver,
    TimestampsNotInFuture,
    Unauthorized,
)
from nosana_chain.errors import (
    AlreadyExistsError,
    AmountError,
    InsufficientFundsError,
    NotFoundError,
    TransactionFailedError,
)
from nosana_chain.programs.distributor.votes import Vote
from nosana_chain.units import DAY, nos
from nosana_chain.wallet import Wallet

NEVER = 2**64 - 1  # a slot
DISTRIBUTOR_BYTES = 352


@pytest.fixture
async def running(scene: Scene, tmp_path: Path) -> Grant:
    return await grant(scene, tmp_path)


async def test_making_one_that_is_over(scene: Scene, tmp_path: Path) -> None:
    with pytest.raises(TimestampsNotInFuture):
        await grant(scene, tmp_path, started=LENGTH + 1)


async def test_making_one_with_a_clawback_in_less_than_a_day(scene: Scene, running: Grant, tmp_path: Path) -> None:
    with pytest.raises(AmountError, match="clawback_start_ts"):
        await grant(scene, tmp_path, clawback_start_ts=running.terms.end_ts + DAY - 1)


async def test_making_one_beyond_ones_means_makes_nothing(scene: Scene, tmp_path: Path) -> None:
    with pytest.raises(InsufficientFundsError):
        await grant(scene, tmp_path, deposit=nos("10001"))
    assert await scene.operator.distributors.find_distributors() == []


async def test_making_a_version_twice(scene: Scene, running: Grant, tmp_path: Path) -> None:
    with pytest.raises(AlreadyExistsError, match="another version"):
        await grant(scene, tmp_path)


async def test_changes_by_who_is_no_admin(scene: Scene, running: Grant) -> None:
    stranger, builder = scene.builder.distributor_admin, scene.net.wallets["builder"].address
    with pytest.raises(ConstraintHasOne):
        await stranger.set_enable_slot(running.address, slot=NEVER)
    with pytest.raises(Unauthorized):
        await stranger.set_clawback_receiver(running.address, to=builder)
    with pytest.raises(Unauthorized):
        await stranger.set_admin(running.address, to=builder)
    with pytest.raises(ConstraintHasOne):
        await stranger.close_distributor(running.address)
    found = await running.fetch()
    assert (found.admin, found.enable_slot) == (scene.net.wallets["operator"].address, 0)


async def test_changes_that_change_nothing(scene: Scene, running: Grant) -> None:
    admin, operator = scene.operator.distributor_admin, scene.net.wallets["operator"].address
    with pytest.raises(SameClawbackReceiver):
        await admin.set_clawback_receiver(running.address, to=operator)
    with pytest.raises(SameAdmin):
        await admin.set_admin(running.address, to=operator)


async def test_clawing_back_too_early_and_twice(scene: Scene, running: Grant) -> None:
    with pytest.raises(ClawbackBeforeStart):
        await scene.operator.distributor_admin.claw_back(running.address)
    await scene.net.warp(LENGTH + DAY)
    await scene.operator.distributor_admin.claw_back(running.address)
    with pytest.raises(ClawbackAlreadyClaimed):
        await scene.operator.distributor_admin.claw_back(running.address)


async def test_claiming_what_was_clawed_back(scene: Scene, running: Grant) -> None:
    await running.claim(scene.builder, "builder", max_forgone=2 * UNLOCKED)
    await scene.net.warp(LENGTH + DAY)
    await scene.host.distributor_admin.claw_back(running.address)
    with pytest.raises(ClaimExpired):
        await running.claim(scene.host, "host")
    with pytest.raises(ClaimExpired):
        await scene.builder.distributors.claim_locked(running.address)


async def test_closing_one_that_was_made_to_stay(scene: Scene, tmp_path: Path) -> None:
    lasting = await grant(scene, tmp_path, closable=False)
    with pytest.raises(CannotCloseDistributor):
        await scene.operator.distributor_admin.close_distributor(lasting.address)
    await lasting.claim(scene.host, "host", max_forgone=UNLOCKED)
    with pytest.raises(CannotCloseClaimStatus):
        await scene.operator.distributor_admin.close_claim_status(
            lasting.address, claimant=scene.net.wallets["host"].address
        )


async def test_closing_the_record_of_a_claim_aborts(scene: Scene, running: Grant) -> None:
    host = scene.net.wallets["host"].address
    await running.claim(scene.host, "host", max_forgone=UNLOCKED)
    with pytest.raises(TransactionFailedError) as caught:
        await scene.operator.distributor_admin.close_claim_status(running.address, claimant=host)
    assert not isinstance(caught.value, CannotCloseClaimStatus)
    assert (await scene.host.distributors.fetch_claim_status(running.address)).claimant == host


async def test_a_new_distributor_shows_its_terms_and_holds_its_tokens(scene: Scene, running: Grant) -> None:
    found, terms = await running.fetch(), running.terms
    operator = scene.net.wallets["operator"].address
    assert (found.version, found.root, found.max_num_nodes) == (terms.version, running.tree.root, 3)
    assert (found.start_ts, found.end_ts, found.clawback_start_ts) == (
        terms.start_ts,
        terms.end_ts,
        terms.clawback_start_ts,
    )
    assert (found.admin, found.mint, found.closable) == (operator, scene.net.network.nos_mint, True)
    assert found.clawback_receiver == pda.nos_account_address(operator, network=scene.net.network)
    assert await running.fetch_held() == found.max_total_claim == running.tree.total


async def test_versions_of_a_mint_stand_beside_each_other(scene: Scene, running: Grant) -> None:
    host, network = scene.net.wallets["host"].address, scene.net.network
    created = await scene.operator.distributor_admin.create_distributor(
        replace(running.terms, version=8), mint=network.nos_mint, deposit=5, clawback_to=host
    )
    found = await scene.host.distributors.fetch_distributor(created.distributor)
    assert (found.version, found.root) == (8, running.tree.root)
    assert found.clawback_receiver == pda.nos_account_address(host, network=network)
    assert await scene.host.fetch_nos_balance(owner=created.distributor) == 5
    assert await running.fetch_held() == running.tree.total


async def test_finding_distributors_by_mint_and_admin(scene: Scene, running: Grant) -> None:
    operator, host = (scene.net.wallets[name].address for name in ("operator", "host"))
    find = scene.host.distributors.find_distributors
    assert [found.address for found in await find(mint=scene.net.network.nos_mint)] == [running.address]
    assert [found.address for found in await find(admin=operator)] == [running.address]
    assert await find(admin=host) == []


async def test_a_slot_opens_and_shuts_claims(scene: Scene, running: Grant) -> None:
    await scene.operator.distributor_admin.set_enable_slot(running.address, slot=NEVER)
    assert not (await running.fetch_eligibility("host")).is_open
    await scene.operator.distributor_admin.set_enable_slot(running.address, slot=0)
    await running.claim(scene.host, "host", max_forgone=UNLOCKED)
    assert await running.fetch_votes(Vote.YES) > UNLOCKED // 2


async def test_anybody_claws_back_for_the_receiver(scene: Scene, running: Grant) -> None:
    heir = Wallet.generate().address
    await running.claim(scene.host, "host", max_forgone=UNLOCKED)
    await scene.operator.distributor_admin.set_clawback_receiver(running.address, to=heir)
    left = await running.fetch_held()
    await scene.net.warp(LENGTH + DAY)
    clawed_back = await scene.host.distributor_admin.claw_back(running.address)
    assert await scene.host.fetch_nos_balance(owner=heir) == left == clawed_back.amount
    assert left == running.tree.total - await running.fetch_votes(Vote.YES)
    assert (await running.fetch()).clawed_back


async def test_a_new_admin_takes_over(scene: Scene, running: Grant) -> None:
    await scene.operator.distributor_admin.set_admin(running.address, to=scene.net.wallets["builder"].address)
    with pytest.raises(ConstraintHasOne):
        await scene.operator.distributor_admin.close_distributor(running.address)
    await scene.builder.distributor_admin.close_distributor(running.address)
    assert await scene.operator.distributors.find_distributors() == []


async def test_closing_returns_the_tokens_and_the_rent_but_keeps_the_vault(scene: Scene, running: Grant) -> None:
    tokens, lamports = await scene.operator.fetch_nos_balance(), await scene.operator.fetch_sol_balance()
    closed = await scene.operator.distributor_admin.close_distributor(running.address)
    rent = await scene.operator.connection.fetch_rent(DISTRIBUTOR_BYTES)
    assert await scene.operator.fetch_nos_balance() == tokens + running.tree.total
    assert closed.amount == running.tree.total
    assert await scene.operator.fetch_sol_balance() == lamports + rent - closed.receipt.fee
    assert await running.fetch_held() == 0
    with pytest.raises(NotFoundError):
        await running.fetch()
