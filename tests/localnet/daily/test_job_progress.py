"""How a job stands, against what the programs do at the same second."""

from __future__ import annotations

from random import Random

import pytest
from harness.in_process_stage import Stage
from stage import PRICE, RESULT, TIMEOUT

from nosana_chain.bindings.program_errors.jobs import MarketInWrongState
from nosana_chain.errors import NotFoundError
from nosana_chain.models.job import JobState
from nosana_chain.units import DAY, nos
from nosana_chain.wallet import Wallet


async def test_a_job_that_is_gone(stage: Stage) -> None:
    job = await stage.waiting_job()
    await stage.builder.jobs.stop_job(job)
    with pytest.raises(NotFoundError):
        await stage.builder.jobs.fetch_progress(job)


async def test_a_host_that_does_not_wait(stage: Stage) -> None:
    with pytest.raises(NotFoundError, match="doesn't wait in market"):
        await stage.host.hosts.fetch_place(stage.market)
    assert await stage.host.hosts.find_places() == []


async def test_a_stranded_job_gives_nothing_back(stage: Stage) -> None:
    job = await stage.running_job()
    async with stage.chain.client("authority") as admin:
        await admin.hosts.evict_host(job)
    progress = await stage.builder.jobs.fetch_progress(job)
    assert (progress.is_stranded, progress.refund, progress.cost, progress.time_left) == (True, 0, 0, None)
    with pytest.raises(MarketInWrongState):
        await stage.builder.jobs.stop_job(job)


async def test_jobs_wait_in_the_order_in_which_they_are_served(stage: Stage) -> None:
    jobs = [await stage.waiting_job() for _ in range(3)]
    progresses = [await stage.builder.jobs.fetch_progress(job) for job in jobs]
    assert [(one.place.position, one.place.ahead, one.place.waiting) for one in progresses if one.place] == [
        (1, 0, 3),
        (2, 1, 3),
        (3, 2, 3),
    ]
    assert {(one.time_left, one.ends_at, one.cost, one.refund) for one in progresses} == {
        (None, None, 0, TIMEOUT * PRICE)
    }
    joined = await stage.host.hosts.join_queue(stage.market)
    assert joined.run
    first, second, _ = [await stage.builder.jobs.fetch_progress(job) for job in jobs]
    assert (first.job.state, first.place) == (JobState.RUNNING, None)
    assert second.place
    assert second.place.position == 1


async def test_hosts_wait_in_the_order_in_which_they_are_served(stage: Stage) -> None:
    second = stage.operator
    await second.stakes.stake(nos("1000"), duration=14 * DAY)
    for host in (stage.host, second):
        await host.hosts.join_queue(stage.market)
    places = [await one.hosts.fetch_place(stage.market) for one in (stage.host, second)]
    assert [(place.position, place.ahead, place.waiting) for place in places] == [(1, 0, 2), (2, 1, 2)]
    assert await second.hosts.find_places() == [places[1]]
    assert await stage.waiting_job()
    assert (await second.hosts.fetch_place(stage.market)).position == 1
    assert [run.node for run in await stage.host.hosts.find_runs()] == [places[0].address]


@pytest.mark.parametrize("seconds", [0, 1, 299, TIMEOUT - 1, TIMEOUT, TIMEOUT + 1, 10 * TIMEOUT])
@pytest.mark.parametrize("way", ["finish", "end"])
async def test_what_it_costs_is_what_the_host_is_paid_at_that_second(stage: Stage, seconds: int, way: str) -> None:
    job = await stage.running_job()
    stage.chain.wait(seconds)
    before = await stage.host.fetch_nos_balance(), await stage.builder.fetch_nos_balance()
    progress = await stage.builder.jobs.fetch_progress(job)
    if way == "finish":
        await stage.host.hosts.finish_job(job, result_cid=RESULT)
    else:
        await stage.builder.jobs.stop_job(job)
    after = await stage.host.fetch_nos_balance(), await stage.builder.fetch_nos_balance()
    assert after == (before[0] + progress.cost, before[1] + progress.refund)
    over = await stage.builder.jobs.fetch_progress(job)
    assert (over.cost, over.refund, over.elapsed, over.time_left) == (progress.cost, progress.refund, seconds, 0)


async def test_time_left_runs_out_at_the_second_at_which_the_host_earns_no_more(stage: Stage) -> None:
    job = await stage.running_job()
    progress = await stage.builder.jobs.fetch_progress(job)
    assert progress.ends_at
    assert progress.time_left == TIMEOUT
    costs = []
    for moment in (-1, 0, 1):
        stage.chain.at(progress.ends_at + moment)
        then = await stage.builder.jobs.fetch_progress(job)
        costs.append((then.time_left, then.is_overdue, then.cost))
    whole = TIMEOUT * PRICE
    assert costs == [(1, False, whole - PRICE), (0, True, whole), (0, True, whole)]


async def test_an_extension_counts(stage: Stage) -> None:
    job = await stage.running_job()
    stage.chain.wait(TIMEOUT)
    await stage.builder.jobs.extend_job(job, by=100)
    stage.chain.wait(50)
    progress = await stage.builder.jobs.fetch_progress(job)
    assert (progress.time_left, progress.cost, progress.refund) == (50, (TIMEOUT + 50) * PRICE, 50 * PRICE)


async def test_a_job_that_was_given_up_and_one_that_was_claimed_again(stage: Stage) -> None:
    job = await stage.running_job()
    stage.chain.wait(100)
    await stage.host.hosts.quit_job(job)
    given_up = await stage.builder.jobs.fetch_progress(job)
    assert (given_up.job.state, given_up.cost, given_up.refund) == (JobState.STOPPED, 0, TIMEOUT * PRICE)
    await stage.host.hosts.claim_job(job)
    stage.chain.wait(10)
    claimed = await stage.builder.jobs.fetch_progress(job)
    assert (claimed.job.state, claimed.cost, claimed.time_left) == (JobState.STOPPED, 10 * PRICE, TIMEOUT - 10)
    finished = await stage.host.hosts.finish_job(job, result_cid=RESULT)
    assert (finished.paid, finished.refunded) == (claimed.cost, claimed.refund)


async def test_a_known_run_need_not_be_searched_for(stage: Stage) -> None:
    job = await stage.waiting_job()
    run = (await stage.host.hosts.join_queue(stage.market)).run
    assert run
    stage.chain.refuses = {"getProgramAccounts"}
    progress = await stage.builder.jobs.fetch_progress(job, run=run)
    assert (progress.job.state, progress.time_left) == (JobState.RUNNING, TIMEOUT)


async def test_earnings_and_spending_are_what_was_paid(stage: Stage) -> None:
    """Random jobs, some finished, some running, some waiting or given up, against the balances."""
    draw = Random(9)
    before, moments = await stage.host.fetch_nos_balance(), [stage.chain.now]
    locked = 0
    for _ in range(20):
        timeout = draw.randrange(1, TIMEOUT)
        job = await stage.running_job(timeout)
        stage.chain.wait(draw.randrange(2 * TIMEOUT))
        ending = draw.choice(["finish", "end", "quit", "run"])
        if ending == "finish":
            await stage.host.hosts.finish_job(job, result_cid=RESULT)
        if ending == "end":
            await stage.builder.jobs.stop_job(job)
        if ending == "quit":
            await stage.host.hosts.quit_job(job)
        locked += timeout * PRICE if ending in ("quit", "run") else 0
        moments.append(stage.chain.now)
    stage.chain.wait(7)
    earned = await stage.host.hosts.fetch_earnings()
    spent = await stage.builder.jobs.fetch_spending()
    assert earned.paid == spent.paid == await stage.host.fetch_nos_balance() - before > 0
    assert earned.accruing == spent.accruing > 0
    assert spent.locked == locked
    assert 0 < spent.recoverable < locked
    parts = [earned.paid_between(a, b) for a, b in zip(moments, [*moments[1:], moments[-1] + 1], strict=True)]
    assert sum(parts) == earned.paid == spent.paid_between(0, stage.chain.now)
    assert await stage.operator.jobs.fetch_spending(payer=spent.jobs[0].payer) == spent
    for job in earned.running:
        await stage.host.hosts.finish_job(job.address, result_cid=RESULT)
    assert await stage.host.fetch_nos_balance() - before == earned.paid + earned.accruing


async def test_nobody_earned_or_spent(stage: Stage) -> None:
    stranger = Wallet.generate().address
    earned, spent = await stage.host.hosts.fetch_earnings(host=stranger), await stage.host.jobs.fetch_spending()
    assert (earned.paid, earned.accruing, earned.finished) == (0, 0, ())
    assert (spent.paid, spent.locked, spent.jobs) == (0, 0, ())


async def test_a_job_that_two_runs_were_made_of_is_earned_once(stage: Stage) -> None:
    """The program lets a job that was given up be claimed twice; the second run stays when the first one is paid."""
    job = await stage.running_job()
    await stage.host.hosts.quit_job(job)
    runs = [(await stage.host.hosts.claim_job(job)).run for _ in range(2)]
    stage.chain.wait(10)
    await stage.host.hosts.finish_job(job, result_cid=RESULT, run=runs[0])
    earned = await stage.host.hosts.fetch_earnings()
    assert (earned.paid, earned.accruing, len(await stage.host.hosts.find_runs())) == (10 * PRICE, 0, 1)
