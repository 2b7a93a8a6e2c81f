"""Tuning, auditing and closing markets: an operator must not take builders' deposits by mistake."""

from __future__ import annotations

import pytest
from solders.pubkey import Pubkey
from stage import CID, PRICE, TIMEOUT, Scene

from nosana_chain.bindings.program_errors.common import Unauthorized
from nosana_chain.client import NosanaClient
from nosana_chain.errors import AmountError, NotFoundError, WrongStateError
from nosana_chain.models.job import JobState
from nosana_chain.models.market import JobType

DEPOSIT = PRICE * TIMEOUT


async def post(scene: Scene, market: Pubkey) -> Pubkey:
    return (await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)).job


async def test_updating_somebody_elses_market(scene: Scene, market: Pubkey) -> None:
    with pytest.raises(Unauthorized):
        await scene.builder.markets.update_market(market, job_price=1)


async def test_updating_out_of_range(scene: Scene, market: Pubkey) -> None:
    with pytest.raises(AmountError):
        await scene.operator.markets.update_market(market, job_price=-1)
    assert (await scene.operator.markets.fetch_market(market)).job_price == PRICE


async def test_updating_one_term_keeps_the_rest(scene: Scene, market: Pubkey) -> None:
    before = await scene.operator.markets.fetch_market(market)
    key = Pubkey.new_unique()
    await scene.operator.markets.update_market(market, job_price=7, job_type=JobType.GPU, node_access_key=key)
    after = await scene.operator.markets.fetch_market(market)
    assert (after.job_price, after.job_type, after.node_access_key) == (7, JobType.GPU, key)
    assert (after.job_timeout, after.job_expiration) == (before.job_timeout, before.job_expiration)
    assert after.node_xnos_minimum == before.node_xnos_minimum


async def test_an_update_does_not_change_the_price_of_posted_jobs(scene: Scene, market: Pubkey) -> None:
    job = await post(scene, market)
    await scene.operator.markets.update_market(market, job_price=10 * PRICE)
    assert (await scene.builder.jobs.extend_job(job, by=10)).deposit == 10 * PRICE


async def test_auditing_no_market(scene: Scene) -> None:
    with pytest.raises(NotFoundError):
        await scene.operator.markets.audit_market(Pubkey.new_unique())


async def test_an_audit_finds_a_vault_that_holds_too_little(scene: Scene, market: Pubkey) -> None:
    await post(scene, market)
    vault = (await scene.operator.markets.fetch_market(market)).vault
    account = await scene.operator.connection.fetch_account(vault)
    assert account is not None
    short = bytearray(account.data)
    short[64:72] = (DEPOSIT - 1).to_bytes(8, "little")
    await scene.net.set_account(vault, type(account)(account.lamports, bytes(short), account.owner))
    assert (await scene.operator.markets.audit_market(market)).surplus == -1


async def test_an_audit_counts_waiting_running_and_abandoned_jobs(
    scene: Scene, market: Pubkey, staked_host: NosanaClient
) -> None:
    abandoned, running, waiting = [await post(scene, market) for _ in range(3)]
    await staked_host.hosts.join_queue(market)
    await staked_host.hosts.quit_job(abandoned)
    await staked_host.hosts.join_queue(market)
    audit = await scene.operator.markets.audit_market(market)
    states = {job.address: job.state for job in audit.open_jobs}
    assert states == {abandoned: JobState.STOPPED, running: JobState.RUNNING, waiting: JobState.QUEUED}
    assert (audit.owed, audit.vault_balance, audit.surplus) == (3 * DEPOSIT, 3 * DEPOSIT, 0)


async def test_closing_with_open_jobs_is_refused(scene: Scene, market: Pubkey) -> None:
    await post(scene, market)
    with pytest.raises(WrongStateError, match=r"1 open jobs, which are owed 0\.600000 NOS"):
        await scene.operator.markets.close_market(market)
    assert (await scene.operator.markets.audit_market(market)).surplus == 0


async def test_closing_with_waiting_hosts_is_refused(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    await staked_host.hosts.join_queue(market)
    with pytest.raises(WrongStateError, match="1 waiting hosts"):
        await scene.operator.markets.close_market(market)


async def test_closing_somebody_elses_market(scene: Scene, market: Pubkey) -> None:
    with pytest.raises(Unauthorized):
        await scene.builder.markets.close_market(market)


async def test_closing_an_idle_market_returns_its_rent(scene: Scene, market: Pubkey) -> None:
    job = await post(scene, market)
    await scene.builder.jobs.stop_job(job)
    before = await scene.operator.fetch_sol_balance()
    receipt = await scene.operator.markets.close_market(market)
    returned = await scene.operator.fetch_sol_balance() - before + receipt.fee
    assert returned == sum([await scene.operator.connection.fetch_rent(length) for length in (10_224, 165)])
    with pytest.raises(NotFoundError):
        await scene.operator.markets.fetch_market(market)


async def test_closing_by_force_takes_the_deposits(scene: Scene, market: Pubkey) -> None:
    await post(scene, market)
    before = await scene.operator.fetch_nos_balance()
    await scene.operator.markets.close_market(market, force=True)
    assert await scene.operator.fetch_nos_balance() == before + DEPOSIT


async def test_closing_as_admin(scene: Scene, market: Pubkey) -> None:
    with pytest.raises(Unauthorized):
        await scene.operator.markets.close_market(market, as_admin=True)
    await scene.authority.markets.close_market(market, as_admin=True)
    assert await scene.operator.markets.find_markets() == []
