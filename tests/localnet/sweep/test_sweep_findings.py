"""Each kind of finding: what is told of it, what its action brings at that very second, and what is only remarked."""

from __future__ import annotations

import pytest
from harness.in_process_stage import EXPIRATION, Stage
from solders.account import Account
from solders.pubkey import Pubkey
from stage import CID, PRICE, RESULT, TIMEOUT
from sweeping import lamports, own, vesting

from nosana_chain import pda
from nosana_chain.client import NosanaClient
from nosana_chain.errors import ConfigError, InputError, WrongStateError
from nosana_chain.localnet.accounts import token_account
from nosana_chain.programs.distributor.merkle import Leaf, MerkleTree
from nosana_chain.programs.distributor.terms import DistributorTerms
from nosana_chain.programs.distributor.votes import Vote
from nosana_chain.programs.pools.terms import PoolTerms
from nosana_chain.sweep import Finding, FindingKind, Sweep
from nosana_chain.sweep.findings import ON_REQUEST
from nosana_chain.units import DAY, nos

DEPOSIT = PRICE * TIMEOUT


async def only(client: NosanaClient, kind: FindingKind) -> Finding:
    """The one finding of a kind; whether it is on request is as `ON_REQUEST` says."""
    found = await Sweep(client).find()
    [finding] = [one for one in (*found.ready, *found.on_request) if one.kind is kind]
    assert (finding in found.on_request) == (kind in ON_REQUEST)
    return finding


async def brings_what_it_says(client: NosanaClient, finding: Finding, *, nos_account: bool = True) -> None:
    """Carried out in the same second, it brings what was told, and is found no more."""
    before = [await client.fetch_nos_balance(), await client.fetch_sol_balance()]
    quote = await finding.action.quote()
    await finding.action
    after = [await client.fetch_nos_balance() if nos_account else before[0], await client.fetch_sol_balance()]
    assert [now - then for now, then in zip(after, before, strict=True)] == [
        finding.nos,
        finding.lamports - quote.transaction_fee - quote.priority_fee,
    ]
    found = await Sweep(client).find()
    assert (finding.kind, finding.address) not in [(one.kind, one.address) for one in (*found, *found.on_request)]


async def nothing_but(client: NosanaClient, *whys: str) -> None:
    """Nothing is ready, and so much is remarked."""
    found = await Sweep(client).find()
    assert list(found) == []
    assert len(found.remarks) == len(whys), found.remarks
    for remark, why in zip(found.remarks, whys, strict=True):
        assert why in remark.why


# ------------------------------------------------------------ nothing to sweep


async def test_a_client_that_only_reads_has_nothing_to_sweep(stage: Stage) -> None:
    async with stage.chain.client(None) as client:
        with pytest.raises(ConfigError, match="for a wallet"):
            Sweep(client)


async def test_what_is_no_address_or_no_result(stage: Stage) -> None:
    with pytest.raises(InputError, match="jobs is"):
        Sweep(stage.host, jobs=["x"])
    with pytest.raises(InputError, match="CID"):
        Sweep(stage.host, results={stage.market: "x"})
    with pytest.raises(InputError, match="'close' is no kind of finding; what is done on request is close_market"):
        Sweep(stage.host, also=["close"])  # type: ignore[list-item]


async def test_a_job_that_waits_or_runs_is_left_alone(stage: Stage) -> None:
    await stage.running_job()
    await stage.waiting_job()
    found = await Sweep(stage.builder).find()
    assert (found.ready, found.on_request, found.remarks, found.unseen) == ((), (), (), ())
    assert [one.kind for one in (await Sweep(stage.host).find()).on_request] == []
    assert str(found) == ""


# ------------------------------------------------------------ jobs


async def test_a_finished_job_is_cleaned_at_the_second_at_which_that_works(stage: Stage) -> None:
    job = await stage.running_job()
    await stage.host.hosts.finish_job(job, result_cid=RESULT)
    await nothing_but(stage.builder, "can be cleaned at")
    [remark] = (await Sweep(stage.builder).find()).remarks
    assert remark.due_at
    assert (remark.address, remark.lamports) == (job, lamports(stage, job))
    stage.chain.at(remark.due_at - 1)
    await nothing_but(stage.builder, "can be cleaned at")
    stage.chain.at(remark.due_at)
    finding = await only(stage.builder, FindingKind.CLEAN_JOB)
    assert (finding.address, finding.nos, finding.lamports) == (job, 0, lamports(stage, job))
    await brings_what_it_says(stage.builder, finding)


async def test_a_job_that_somebody_else_posted_comes_back_to_who_paid(stage: Stage) -> None:
    payer = stage.operator.wallet
    posted = await stage.builder.jobs.post_job(stage.market, definition_cid=CID, timeout=TIMEOUT, payer=payer)
    await stage.host.hosts.join_queue(stage.market)
    await stage.host.hosts.finish_job(posted.job, result_cid=RESULT)
    stage.chain.wait(EXPIRATION + 1)
    await nothing_but(stage.builder)
    await brings_what_it_says(stage.operator, await only(stage.operator, FindingKind.CLEAN_JOB))


async def test_a_job_that_was_given_up_is_recovered_by_its_project_alone(stage: Stage) -> None:
    job = await stage.running_job()
    await stage.host.hosts.quit_job(job)
    finding = await only(stage.builder, FindingKind.RECOVER_JOB)
    assert (finding.address, finding.nos, finding.lamports) == (job, DEPOSIT, lamports(stage, job))
    await brings_what_it_says(stage.builder, finding)
    payer = stage.operator.wallet
    await stage.builder.jobs.post_job(stage.market, definition_cid=CID, timeout=TIMEOUT, payer=payer)
    [run] = [(await stage.host.hosts.join_queue(stage.market)).run]
    [running] = await stage.host.hosts.find_runs()
    await stage.host.hosts.quit_job(running.job, run=run)
    await nothing_but(stage.operator, "has to recover it")


async def test_a_job_that_another_host_claimed_is_not_recovered(stage: Stage) -> None:
    job = await stage.running_job()
    await stage.host.hosts.quit_job(job)
    await stage.host.hosts.claim_job(job)
    await nothing_but(stage.builder)


async def test_a_job_whose_timeout_is_over_is_ended_if_asked(stage: Stage) -> None:
    await stage.host.hosts.join_queue(stage.market)
    job = await stage.waiting_job()  # a host waited: the builder paid the rent of the run
    stage.chain.wait(TIMEOUT - 1)
    await nothing_but(stage.builder)
    stage.chain.wait(1)
    finding = await only(stage.builder, FindingKind.END_JOB)
    [run] = await stage.host.hosts.find_runs()
    assert (finding.address, finding.nos, finding.lamports) == (job, 0, lamports(stage, run.address))
    await brings_what_it_says(stage.builder, finding)


async def test_a_host_hands_in_the_result_that_it_has(stage: Stage) -> None:
    job = await stage.running_job()
    stage.chain.wait(TIMEOUT)
    await nothing_but(stage.host, "hand in its result")
    [remark] = (await Sweep(stage.host).find()).remarks
    assert remark.nos == DEPOSIT
    [finding] = await Sweep(stage.host, results={job: RESULT}).find()
    [run] = await stage.host.hosts.find_runs()
    assert (finding.kind, finding.nos, finding.lamports) == (
        FindingKind.FINISH_JOB,
        DEPOSIT,
        lamports(stage, run.address),
    )
    await brings_what_it_says(stage.host, finding)


async def test_a_job_that_the_wallet_itself_runs_is_finished_and_not_ended(stage: Stage) -> None:
    posted = await stage.host.jobs.post_job(stage.market, definition_cid=CID, timeout=TIMEOUT)
    await stage.host.hosts.join_queue(stage.market)
    stage.chain.wait(TIMEOUT)
    found = await Sweep(stage.host, results={posted.job: RESULT}).find()
    assert [one.kind for one in (*found.ready, *found.on_request)] == [FindingKind.FINISH_JOB]
    assert [one.kind for one in (await Sweep(stage.host).find()).on_request] == [FindingKind.END_JOB]


async def test_a_job_that_another_run_of_the_wallet_is_left_of_is_cleaned(stage: Stage) -> None:
    posted = await stage.host.jobs.post_job(stage.market, definition_cid=CID, timeout=TIMEOUT)
    await stage.host.hosts.join_queue(stage.market)
    await stage.host.hosts.quit_job(posted.job)
    runs = [(await stage.host.hosts.claim_job(posted.job)).run for _ in range(2)]
    await stage.host.hosts.finish_job(posted.job, result_cid=RESULT, run=runs[0])
    stage.chain.wait(EXPIRATION + 1)
    found = await Sweep(stage.host, results={posted.job: RESULT}).find()
    assert [one.kind for one in (*found.ready, *found.on_request)] == [FindingKind.CLEAN_JOB]
    assert [remark.address for remark in found.remarks] == [runs[1]]


async def test_who_paid_for_the_run_of_a_host_is_told_to_wait_for_it(stage: Stage) -> None:
    await stage.waiting_job()
    await stage.host.hosts.join_queue(stage.market, payer=stage.operator.wallet)
    stage.chain.wait(TIMEOUT)
    await nothing_but(stage.operator, "has to end it")


async def test_a_stranded_job_and_its_closed_market(stage: Stage) -> None:
    job = await stage.running_job()
    await stage.authority.hosts.evict_host(job)
    await nothing_but(stage.builder, "neither waits nor runs")
    await stage.operator.markets.close_market(stage.market, force=True)
    await nothing_but(stage.builder, "is closed")


async def test_a_run_whose_job_is_gone_stays(stage: Stage) -> None:
    job = await stage.running_job()
    await stage.host.hosts.quit_job(job)
    await stage.host.hosts.claim_job(job)
    await stage.builder.jobs.recover_job(job)
    await nothing_but(stage.host, "is gone")


# ------------------------------------------------------------ stake and rewards


async def test_what_unlocks_is_withdrawn_and_the_empty_stake_closed(stage: Stage) -> None:
    await stage.host.stakes.unstake()
    await nothing_but(stage.host, "unlocks at")
    stage.chain.wait(7 * DAY)
    finding = await only(stage.host, FindingKind.WITHDRAW_STAKE)
    assert finding.nos == nos("500")
    await brings_what_it_says(stage.host, finding)
    stage.chain.wait(7 * DAY)
    await brings_what_it_says(stage.host, await only(stage.host, FindingKind.WITHDRAW_STAKE))
    await nothing_but(stage.host, "can be closed at")
    stage.chain.wait(1)
    finding = await only(stage.host, FindingKind.CLOSE_STAKE)
    vault = pda.stake_vault_address(own(stage.host), network=stage.chain.network)
    assert finding.lamports == lamports(stage, finding.address, vault)
    await brings_what_it_says(stage.host, finding)
    await nothing_but(stage.host)


async def test_rewards_are_claimed(stage: Stage) -> None:
    await stage.host.rewards.enter_pool()
    await nothing_but(stage.host)
    await stage.operator.rewards.add_fee(nos("10"))
    finding = await only(stage.host, FindingKind.CLAIM_REWARDS)
    assert finding.nos == await stage.host.rewards.fetch_pending() > 0
    await brings_what_it_says(stage.host, finding)


async def test_a_slashed_member_is_brought_up_to_date_first(stage: Stage) -> None:
    await stage.host.rewards.enter_pool()
    await stage.operator.rewards.add_fee(nos("10"))
    await stage.authority.staking_authority.slash(own(stage.host), amount=1)
    pending = await stage.host.rewards.fetch_pending()
    finding = await only(stage.host, FindingKind.SYNC_REWARDS)
    assert finding.nos == pending
    swept = await Sweep(stage.host).run()
    assert [one.kind for one in swept.done] == [FindingKind.SYNC_REWARDS, FindingKind.CLAIM_REWARDS]
    assert swept.nos == pending


async def test_leaving_the_rewards_pool_is_done_if_asked_and_claims_first(stage: Stage) -> None:
    await stage.host.rewards.enter_pool()
    stage.chain.wait(DAY)
    foreseen = await stage.host.rewards.fetch_pending(with_fee_pool=True)
    finding = await only(stage.host, FindingKind.LEAVE_REWARDS)
    rent = lamports(stage, finding.address)
    assert finding.lamports == rent
    swept = await Sweep(stage.host, also=[FindingKind.LEAVE_REWARDS, FindingKind.SHARE_FEES]).run()
    assert [one.kind for one in swept.done] == [FindingKind.SHARE_FEES, FindingKind.LEAVE_REWARDS]
    assert (swept.nos, swept.lamports) == (foreseen, rent)


async def test_fees_that_nobody_shares_yet(stage: Stage) -> None:
    await nothing_but(stage.host)
    await stage.host.rewards.enter_pool()
    finding = await only(stage.host, FindingKind.SHARE_FEES)
    await finding.action
    assert await stage.host.rewards.fetch_pending() == finding.nos > 0


# ------------------------------------------------------------ pools


async def test_a_pool_that_pays_the_wallet_is_claimed(stage: Stage) -> None:
    pool = await vesting(stage)
    await nothing_but(stage.builder, "pays next at")
    stage.chain.wait(7)
    finding = await only(stage.builder, FindingKind.CLAIM_POOL)
    assert (finding.address, finding.nos, finding.lamports) == (pool, 70, 0)
    await brings_what_it_says(stage.builder, finding)


async def test_a_pool_is_closed_by_who_opened_it_if_asked(stage: Stage) -> None:
    pool = await vesting(stage)
    finding = await only(stage.operator, FindingKind.CLOSE_POOL)
    vault = pda.pool_vault_address(pool, network=stage.chain.network)
    assert (finding.address, finding.nos, finding.lamports) == (pool, 1_000, lamports(stage, pool, vault))
    await brings_what_it_says(stage.operator, finding)
    await vesting(stage, closeable=False)
    await nothing_but(stage.operator, "once its vault is empty")


async def test_a_pool_pays_before_it_is_closed(stage: Stage) -> None:
    terms = PoolTerms(emission=10, start_time=stage.chain.now, closeable=True)
    await stage.builder.pools.open_vesting_pool(terms, beneficiary=own(stage.builder), deposit=1_000)
    stage.chain.wait(7)
    swept = await Sweep(stage.builder, also=[FindingKind.CLOSE_POOL]).run()
    assert [(one.kind, one.nos) for one in swept.done] == [(FindingKind.CLAIM_POOL, 70), (FindingKind.CLOSE_POOL, 930)]


async def test_tokens_of_another_mint_are_told_as_that(stage: Stage) -> None:
    mint = Pubkey(b"other".ljust(32, b"."))
    pool, client = await vesting(stage), stage.builder
    purse = pda.token_account_address(own(client), mint=mint)
    vault = pda.pool_vault_address(pool, network=stage.chain.network)
    stage.chain.svm.set_account(purse, token_account(own(client), mint=mint, amount=1))
    stage.chain.svm.set_account(vault, token_account(vault, mint=mint, amount=1_000))
    found = stage.chain.account(pool)
    assert found
    beneficiary = bytes(pda.nos_account_address(own(client), network=stage.chain.network))
    data = found.data.replace(beneficiary, bytes(purse))
    stage.chain.svm.set_account(pool, Account(found.lamports, data, found.owner))
    stage.chain.wait(5)
    finding = await only(client, FindingKind.CLAIM_POOL)
    assert (finding.nos, finding.tokens, finding.mint) == (0, 50, mint)
    assert f"50 base units of {mint}" in str(finding)
    assert finding.is_worth_it(nos_per_sol=1)
    await finding.action
    [held] = [one for one in await client.tokens.find_token_accounts() if one.mint == mint]
    assert held.amount == 51


# ------------------------------------------------------------ token accounts, nonces, markets


async def test_an_empty_token_account_is_closed_and_the_nos_account_only_if_asked(stage: Stage) -> None:
    client, mint = stage.builder, Pubkey(b"other".ljust(32, b"."))
    other, purse = pda.token_account_address(own(client), mint=mint), client.network.nos_mint
    stage.chain.svm.set_account(other, token_account(own(client), mint=mint, amount=0))
    finding = await only(client, FindingKind.CLOSE_TOKEN_ACCOUNT)
    assert (finding.address, finding.lamports) == (other, lamports(stage, other))
    await brings_what_it_says(client, finding)
    purse = pda.nos_account_address(own(client), network=client.network)
    stage.chain.svm.set_account(purse, token_account(own(client), mint=client.network.nos_mint, amount=0))
    await brings_what_it_says(client, await only(client, FindingKind.CLOSE_NOS_ACCOUNT))


async def test_the_nos_account_is_closed_last_and_not_if_something_came_into_it(stage: Stage) -> None:
    client = stage.builder
    job = await stage.running_job()
    await stage.host.hosts.quit_job(job)
    purse = pda.nos_account_address(own(client), network=client.network)
    stage.chain.svm.set_account(purse, token_account(own(client), mint=client.network.nos_mint, amount=0))
    swept = await Sweep(client, also=FindingKind).run()
    assert [one.kind for one in swept.done] == [FindingKind.RECOVER_JOB]
    assert swept.failed == ()
    assert swept.nos == DEPOSIT


async def test_an_empty_account_that_others_pay_to_is_kept(stage: Stage) -> None:
    client = stage.builder
    await vesting(stage)
    purse = pda.nos_account_address(own(client), network=client.network)
    stage.chain.svm.set_account(purse, token_account(own(client), mint=client.network.nos_mint, amount=0))
    found = await Sweep(client, also=FindingKind).find()
    assert [one.kind for one in found.on_request] == []
    assert any("pays to it" in remark.why for remark in found.remarks)


async def test_a_nonce_is_withdrawn_if_asked(stage: Stage) -> None:
    made = await stage.builder.nonces.create_nonce()
    finding = await only(stage.builder, FindingKind.WITHDRAW_NONCE)
    assert (finding.address, finding.lamports) == (made.nonce, lamports(stage, made.nonce))
    await brings_what_it_says(stage.builder, finding)


async def test_an_idle_market_is_closed_if_asked(stage: Stage) -> None:
    job = await stage.waiting_job()
    assert [one.kind for one in (await Sweep(stage.operator).find()).on_request] == []
    await stage.builder.jobs.stop_job(job)
    finding = await only(stage.operator, FindingKind.CLOSE_MARKET)
    vault = pda.market_vault_address(stage.market, network=stage.chain.network)
    assert (finding.nos, finding.lamports) == (0, lamports(stage, stage.market, vault))
    await brings_what_it_says(stage.operator, finding)


# ------------------------------------------------------------ distributors


async def test_what_has_vested_of_a_locked_part_is_claimed(stage: Stage) -> None:
    client, start = stage.builder, stage.chain.now
    tree = MerkleTree([Leaf(claimant=own(client), unlocked_amount=0, locked_amount=1_000)])
    terms = DistributorTerms.for_tree(
        tree, version=1, start_ts=start, end_ts=start + 100, clawback_start_ts=start + 9 * DAY, closable=True
    )
    mint = stage.chain.network.nos_mint
    made = await stage.operator.distributor_admin.create_distributor(terms, mint=mint, deposit=tree.total)
    await client.distributors.claim_unlocked(made.distributor, proof=tree.prove(own(client)), vote=Vote.YES)
    await nothing_but(client, "vests at")
    stage.chain.wait(25)
    finding = await only(client, FindingKind.CLAIM_LOCKED)
    assert (finding.address, finding.nos) == (made.distributor, 250)
    await brings_what_it_says(client, finding)
    stage.chain.wait(75)
    await brings_what_it_says(client, await only(client, FindingKind.CLAIM_LOCKED))
    await nothing_but(client)


# ------------------------------------------------------------ what is odd


async def test_a_rewards_pool_that_can_never_pay_again_is_left(stage: Stage) -> None:
    """A state that the programs lead to: a fee was added while nobody was in the pool."""
    await stage.host.rewards.enter_pool()
    address = pda.reflection_address(network=stage.chain.network)
    found = stage.chain.account(address)
    assert found
    dead = found.data[:8] + bytes(16) + found.data[24:]  # the rate is its first field
    stage.chain.svm.set_account(address, Account(found.lamports, dead, found.owner))
    [finding] = await Sweep(stage.host).find()
    assert (finding.kind, finding.nos) == (FindingKind.LEAVE_REWARDS, 0)
    await brings_what_it_says(stage.host, finding)


async def test_a_pool_that_pays_into_an_account_that_is_gone(stage: Stage) -> None:
    await vesting(stage)
    stage.chain.wait(7)
    purse = pda.nos_account_address(own(stage.builder), network=stage.chain.network)
    stage.chain.svm.set_account(purse, Account(0, b"", Pubkey.default()))
    await nothing_but(stage.builder, "isn't there: make it first")


async def test_an_account_that_somebody_else_closes(stage: Stage) -> None:
    client, mint = stage.builder, Pubkey(b"other".ljust(32, b"."))
    address = pda.token_account_address(own(client), mint=mint)
    made = token_account(own(client), mint=mint, amount=0)
    closer = (1).to_bytes(4, "little") + bytes(own(stage.host))
    stage.chain.svm.set_account(address, Account(made.lamports, made.data[:129] + closer, made.owner))
    await nothing_but(client, "has to close it")
    with pytest.raises(WrongStateError, match="is closed by"):
        await client.tokens.close_token_account(address)
