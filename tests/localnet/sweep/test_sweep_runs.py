"""Carrying a sweep out: what is worth it, what an endpoint refuses to tell, and many findings at once."""

from __future__ import annotations

import pytest
from harness.in_process_stage import EXPIRATION, Stage
from solders.pubkey import Pubkey
from stage import PRICE, RESULT, TIMEOUT
from sweeping import own, vesting

from nosana_chain import pda
from nosana_chain.localnet.accounts import token_account
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.sweep import Finding, FindingKind, Sweep
from nosana_chain.units import DAY, nos

DEPOSIT = PRICE * TIMEOUT


# ------------------------------------------------------------ what is worth it


def finding(nos_units: int = 0, rent: int = 0) -> Finding:
    def never() -> object:
        raise AssertionError("nobody asked for it")

    return Finding(
        kind=FindingKind.CLAIM_POOL,
        address=Pubkey.default(),
        nos=nos_units,  # type: ignore[arg-type]
        lamports=rent,  # type: ignore[arg-type]
        why="of a test",
        make=never,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("nos_units", "rent", "nos_per_sol", "worth"),
    [
        (0, 0, None, False),
        (1, 0, None, True),
        (0, 5_000, None, False),
        (0, 5_001, None, True),
        (500, 0, nos("100"), False),  # 5,000 lamports
        (501, 0, nos("100"), True),
        (1, 0, nos("100"), False),
    ],
)
def test_a_finding_is_worth_it_if_it_brings_more_than_its_fee(
    nos_units: int,
    rent: int,
    nos_per_sol: int | None,
    worth: bool,  # noqa: FBT001  a column of the table
) -> None:
    assert finding(nos_units, rent).is_worth_it(nos_per_sol=nos_per_sol) is worth


async def test_what_is_not_worth_its_fee_is_found_and_left(stage: Stage) -> None:
    await vesting(stage)
    stage.chain.wait(1)
    swept = await Sweep(stage.builder, nos_per_sol=nos("100")).run()
    assert (swept.done, [one.nos for one in swept.left]) == ((), [10])
    swept = await Sweep(stage.builder).run()
    assert [one.nos for one in swept.done] == [10]


# ------------------------------------------------------------ endpoints that refuse


async def test_what_an_endpoint_refuses_to_search_is_told(stage: Stage) -> None:
    await stage.host.stakes.unstake()
    stage.chain.wait(DAY)
    stage.chain.refuses = {"getProgramAccounts"}
    found = await Sweep(stage.host).find()
    assert [one.kind for one in found] == [FindingKind.WITHDRAW_STAKE]
    assert {one.error.method for one in found.unseen} == {"getProgramAccounts"}  # type: ignore[attr-defined]
    assert len(found.unseen) == 6
    assert "jobs that it paid for" in str(found)
    stage.chain.refuses = {"getTokenAccountsByOwner"}
    assert [one.what for one in (await Sweep(stage.host).find()).unseen] == ["token accounts"]


async def test_known_jobs_are_looked_at_where_nothing_can_be_searched(stage: Stage) -> None:
    finished = await stage.running_job()
    await stage.host.hosts.finish_job(finished, result_cid=RESULT)
    given_up = await stage.running_job()
    await stage.host.hosts.quit_job(given_up)
    waiting, gone = await stage.waiting_job(), Pubkey(b"g" * 32)
    stage.chain.wait(EXPIRATION + 1)
    stage.chain.refuses = {"getProgramAccounts"}
    found = await Sweep(stage.builder, jobs=[finished, str(given_up), waiting, gone]).find()
    assert [(one.kind, one.address) for one in found] == [(FindingKind.CLEAN_JOB, finished)]
    assert [(one.kind, one.address) for one in found.on_request] == [(FindingKind.RECOVER_JOB, given_up)]
    assert found.remarks == ()


async def test_known_nonces_are_looked_at_likewise(stage: Stage) -> None:
    own_nonce, other = [(await one.nonces.create_nonce()).nonce for one in (stage.builder, stage.operator)]
    stage.chain.refuses = {"getProgramAccounts"}
    found = await Sweep(stage.builder, nonces=[own_nonce, str(other), stage.market, Pubkey(b"g" * 32)]).find()
    assert [(one.kind, one.address) for one in found.on_request] == [(FindingKind.WITHDRAW_NONCE, own_nonce)]


async def test_token_accounts_are_closed_only_if_asked_where_nobody_tells_who_pays_to_them(stage: Stage) -> None:
    client, mint = stage.builder, Pubkey(b"other".ljust(32, b"."))
    other = pda.token_account_address(own(client), mint=mint)
    stage.chain.svm.set_account(other, token_account(own(client), mint=mint, amount=0))
    stage.chain.refuses = {"getProgramAccounts"}
    found = await Sweep(client).find()
    assert [one.kind for one in found] == []
    assert [one.kind for one in found.on_request] == [FindingKind.CLOSE_TOKEN_ACCOUNT]


# ------------------------------------------------------------ many at once


async def test_many_findings_share_transactions(stage: Stage) -> None:
    jobs = [await stage.running_job() for _ in range(12)]
    for job in jobs[:8]:
        await stage.host.hosts.finish_job(job, result_cid=RESULT)
    for job in jobs[8:]:
        await stage.host.hosts.quit_job(job)
    stage.chain.wait(EXPIRATION + 1)
    found = await Sweep(stage.builder).find()
    assert (len(found), found.nos) == (12, 4 * DEPOSIT)
    told: list[tuple[int, int]] = []
    swept = await Sweep(stage.builder).run(progress=lambda done, of: told.append((done, of)))
    assert (len(swept.done), swept.failed, swept.left.ready) == (12, (), ())
    assert (swept.nos, swept.lamports) == (found.nos, found.lamports)
    assert len(swept.receipts) < 6
    assert swept.fees == 5_000 * len(swept.receipts)
    assert told[-1] == (12, 12)


async def test_the_actions_of_findings_go_through_send_all(stage: Stage) -> None:
    await stage.operator.markets.open_market(MarketTerms(job_price=1))
    for _ in range(2):
        await stage.host.hosts.quit_job(await stage.running_job())
    found = await Sweep(stage.builder).find()
    results = await stage.builder.send_all([one.action for one in found])
    assert [type(one).__name__ for one in results] == ["Receipt", "Receipt"]
    assert list(await Sweep(stage.builder).find()) == []


async def test_what_fails_is_told_and_the_rest_is_done(stage: Stage) -> None:
    first, second = [await stage.running_job() for _ in range(2)]
    for job in (first, second):
        await stage.host.hosts.quit_job(job)

    def overtake(method: str) -> None:
        """Somebody empties the vault but for one deposit, right before the first simulation."""
        if method == "simulateTransaction" and stage.chain.methods.count(method) == 1:
            vault = pda.market_vault_address(stage.market, network=stage.chain.network)
            stage.chain.svm.set_account(vault, token_account(vault, mint=stage.chain.network.nos_mint, amount=DEPOSIT))

    stage.chain.methods.clear()
    stage.chain.before = overtake
    swept = await Sweep(stage.builder).run()
    assert (len(swept.done), len(swept.failed), swept.nos) == (1, 1, DEPOSIT)
    assert [one.kind for one in swept.left] == [FindingKind.RECOVER_JOB]
