"""A service that is kept up: through ends of all kinds, up to a moment or an amount, and never paid for twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from harness.in_process import InProcessChain
from harness.in_process_stage import EXPIRATION, Stage, stage_on
from solders.pubkey import Pubkey
from stage import CID, PRICE, RESULT

from nosana_chain.addresses import AddressLike
from nosana_chain.errors import (
    AmountError,
    CidError,
    InputError,
    InsufficientFundsError,
    NotFoundError,
    OutcomeUnknownError,
    RpcUnreachableError,
    TermsDifferError,
    WaitTimeoutError,
)
from nosana_chain.localnet.genesis import standard_genesis
from nosana_chain.models.job import JobState
from nosana_chain.programs.jobs.actions.keeping import KeptJobs
from nosana_chain.programs.jobs.formulas import JobProgress
from nosana_chain.programs.jobs.keeping import Keeper, KeepKind, KeepStep, Service
from nosana_chain.units import NosUnits, Seconds, UnixSeconds

STEP = 600
PLENTY = 100 * STEP * PRICE
Happens = Callable[[Pubkey], Coroutine[Any, Any, Any]]


class World:
    """A stage on which the time passes while a keeper waits, and things happen meanwhile."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.happens: list[Happens] = []  # one for each wait
        self.slept: list[float] = []

    async def wait(self, job: Pubkey, *, until: str, within: float) -> None:
        assert until in ("done", "running")
        if self.happens:
            await self.happens.pop(0)(job)
            return
        self.stage.chain.wait(round(within))
        raise WaitTimeoutError("nothing", address=str(job), awaited=until, within_seconds=within, seen=None)

    def keeper(
        self, *, max_nos: int = PLENTY, lasts: int | None = None, step: int = STEP, jobs: KeptJobs | None = None
    ) -> Keeper:
        until = None if lasts is None else UnixSeconds(self.stage.chain.now + lasts)
        service = Service(
            market=self.stage.market,
            definition_cid=CID,
            name="my-api",
            step=Seconds(step),
            max_nos=NosUnits(max_nos),
            until=until,
        )
        jobs = jobs or self.stage.builder.jobs
        object.__setattr__(jobs._engine, "sleep", self.sleep)  # noqa: SLF001  nobody waits for trouble to pass
        return Keeper(jobs._engine, jobs, service, self.wait)  # noqa: SLF001  as keep_job makes it

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def host_takes(self, _job: Pubkey) -> None:
        await self.stage.host.hosts.join_queue(self.stage.market)

    async def host_finishes(self, job: Pubkey) -> None:
        self.stage.chain.wait(100)
        await self.stage.host.hosts.finish_job(job, result_cid=RESULT)

    async def host_quits(self, job: Pubkey) -> None:
        await self.stage.host.hosts.quit_job(job)

    async def somebody_stops(self, job: Pubkey) -> None:
        await self.stage.builder.jobs.stop_job(job)


@asynccontextmanager
async def world(*, jobs_fee: bool = False) -> AsyncIterator[World]:
    async with stage_on(InProcessChain(standard_genesis(jobs_fee=jobs_fee))) as stage:
        yield World(stage)


async def kinds(keeper: Keeper, most: int = 100) -> list[KeepKind]:
    return [step.kind for step in await steps(keeper, most)]


async def steps(keeper: Keeper, most: int = 100) -> list[KeepStep]:
    found = []
    async for step in keeper.steps():
        found.append(step)
        if len(found) == most:
            break
    return found


@pytest.mark.parametrize("jobs_fee", [False, True])
async def test_up_to_a_moment_and_what_is_left_comes_back(*, jobs_fee: bool) -> None:
    async with world(jobs_fee=jobs_fee) as there:
        before = await there.stage.builder.fetch_nos_balance()
        there.happens = [there.host_takes]
        told = await steps(there.keeper(lasts=2 * STEP))
        assert [one.kind for one in told] == ["posted", "started", "extended", "stopped"]
        paid = before - await there.stage.builder.fetch_nos_balance()
        assert paid <= told[-1].taken
        assert paid <= 2 * STEP * PRICE * (11 if jobs_fee else 10) // 10
        assert (await there.stage.builder.jobs.fetch_job(told[0].job)).state is JobState.DONE


@pytest.mark.parametrize("jobs_fee", [False, True])
async def test_no_more_than_the_amount(*, jobs_fee: bool) -> None:
    async with world(jobs_fee=jobs_fee) as there:
        before = await there.stage.builder.fetch_nos_balance()
        there.happens = [there.host_takes]
        most = STEP * PRICE * 5 // 2
        told = await steps(there.keeper(max_nos=most))
        assert [one.kind for one in told] == ["posted", "started", "extended", "extended", "exhausted"]
        paid = before - await there.stage.builder.fetch_nos_balance()
        assert most - _LEAST_STEP * PRICE <= paid <= most
        assert paid == told[-1].timeout * PRICE * (11 if jobs_fee else 10) // 10


_LEAST_STEP = 60 * 11 // 10 + STEP // 10  # what a fee that isn't charged, and a rest of less than a minute, leave


async def test_an_amount_that_holds_no_job() -> None:
    async with world() as there:
        assert await kinds(there.keeper(max_nos=59 * PRICE)) == ["exhausted"]
        assert await there.stage.builder.jobs.find_jobs() == []


async def test_the_next_job_after_every_end() -> None:
    async with world() as there:
        there.happens = [there.host_takes, there.host_finishes, there.host_takes, there.host_quits]
        there.happens += [there.somebody_stops]
        told = await steps(there.keeper(lasts=2 * STEP))
        assert [one.kind for one in told] == [
            *("posted", "started", "over"),  # finished
            *("posted", "started", "over"),  # its host quit: recovered
            *("posted", "over"),  # somebody took it back
            *("posted", "stopped"),
        ]
        assert len({one.job for one in told}) == 4
        assert told[2].taken == 100 * PRICE
        assert told[5].taken == 100 * PRICE


@pytest.mark.parametrize("at", range(1, 5))
async def test_ended_at_any_step_and_started_again(at: int) -> None:
    async with world() as there:
        there.happens = [there.host_takes]
        before = await there.stage.builder.fetch_nos_balance()
        end = there.stage.chain.now + 3 * STEP
        first = await steps(there.keeper(lasts=3 * STEP), most=at)
        again = await steps(there.keeper(lasts=end - there.stage.chain.now))
        assert [one.kind for one in again if one.kind not in ("posted", "started", "extended")] == ["stopped"]
        assert len({one.job for one in first + again}) == 1
        assert before - await there.stage.builder.fetch_nos_balance() <= 3 * STEP * PRICE


async def test_jobs_that_are_gone_are_passed_over() -> None:
    async with world() as there:
        there.happens = [there.host_takes, there.host_finishes]
        first = await steps(there.keeper(), most=3)
        there.stage.chain.wait(EXPIRATION + 1)
        await there.stage.builder.jobs.clean_job(first[0].job)
        [posted] = await steps(there.keeper(), most=1)
        assert posted.kind == "posted"
        assert posted.job != first[0].job


async def test_a_moment_that_is_over() -> None:
    async with world() as there:
        assert await kinds(there.keeper(lasts=0)) == ["stopped"]
        assert await there.stage.builder.jobs.find_jobs() == []


async def test_a_stranded_job_counts_with_all_that_it_locked() -> None:
    async with world() as there:

        async def evict(job: Pubkey) -> None:
            async with there.stage.chain.client("authority") as admin:
                await admin.hosts.evict_host(job)

        there.happens = [there.host_takes, evict]
        told = await steps(there.keeper(), most=4)
        assert [one.kind for one in told] == ["posted", "started", "over", "posted"]
        assert told[2].taken == STEP * PRICE


class Deaf(KeptJobs):
    """Isn't told of an extension that lands."""

    extensions = 0

    async def extend_job(self, job: AddressLike, **terms: Any) -> Any:  # type: ignore[override]
        done = await super().extend_job(job, **terms)
        self.extensions += 1
        if self.extensions == 1:
            raise OutcomeUnknownError("nobody knows", signature="x")
        return done


async def test_an_extension_that_nobody_told_of_counts_with_its_fee() -> None:
    async with world(jobs_fee=True) as there:
        before = await there.stage.builder.fetch_nos_balance()
        there.happens = [there.host_takes]
        most = STEP * PRICE * 29 // 10
        told = await steps(there.keeper(max_nos=most, jobs=Deaf(there.stage.builder.jobs._engine)))  # noqa: SLF001
        assert [one.kind for one in told] == ["posted", "started", "trouble", "extended", "exhausted"]
        paid = before - await there.stage.builder.fetch_nos_balance()
        assert paid == told[-1].taken <= most


class Blind(KeptJobs):
    """Doesn't see a job for its first looks, as by a node that is behind."""

    looks = 0

    async def fetch_progress(self, address: AddressLike, *, run: AddressLike | None = None) -> JobProgress:
        self.looks -= 1
        if self.looks >= 0:
            raise NotFoundError("there is no job", address=str(address))
        return await super().fetch_progress(address, run=run)


@pytest.mark.parametrize(("looks", "posted"), [(2, 1), (3, 2)])
async def test_a_job_is_gone_once_it_was_missed_often_enough(looks: int, posted: int) -> None:
    async with world() as there:
        jobs = Blind(there.stage.builder.jobs._engine)  # noqa: SLF001  of the same client
        jobs.looks = looks
        told = await kinds(there.keeper(lasts=STEP, jobs=jobs))
        assert told.count(KeepKind.POSTED) == posted
        assert told[-1] == "stopped"


async def test_trouble_is_told_and_tried_again() -> None:
    async with world() as there:
        keeper = there.keeper(lasts=STEP)
        failing = ["getMultipleAccounts"]

        def fail(method: str) -> None:
            if method in failing:
                failing.clear()
                raise RpcUnreachableError("gone", endpoint="x", method=method)

        there.stage.chain.before = fail
        told = await steps(keeper)
        assert [one.kind for one in told] == ["trouble", "posted", "stopped"]
        assert isinstance(told[0].error, RpcUnreachableError)
        assert there.slept


async def test_what_trying_again_does_not_mend_is_raised() -> None:
    async with world() as there:
        dear = there.keeper(max_nos=10**15, step=10**9)
        with pytest.raises(InsufficientFundsError):
            await steps(dear)


async def test_another_definition_under_the_name() -> None:
    async with world() as there:
        await steps(there.keeper(), most=1)
        with pytest.raises(TermsDifferError):
            async for _ in there.stage.builder.jobs.keep_job(
                there.stage.market, definition_cid=RESULT, name="my-api", max_nos=PLENTY
            ):
                pass


@pytest.mark.parametrize(
    ("error", "wrong"),
    [
        (InputError, {"name": ""}),
        (AmountError, {"timeout": 119}),
        (AmountError, {"max_nos": -1}),
        (CidError, {"definition_cid": "x"}),
        (InputError, {"market": "x"}),
    ],
)
async def test_wrong_inputs(error: type[Exception], wrong: dict[str, Any]) -> None:
    async with world() as there:
        given = {"market": there.stage.market, "definition_cid": CID, "name": "a", "max_nos": 1} | wrong
        with pytest.raises(error):
            there.stage.builder.jobs.keep_job(given.pop("market"), **given)
