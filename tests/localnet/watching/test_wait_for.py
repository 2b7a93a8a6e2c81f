"""Waiting for a job, through every end that it can have, and on endpoints that refuse this or that."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from fault.wire import failure
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from stage import CID, RESULT, TIMEOUT, Scene

from nosana_chain.client import NosanaClient
from nosana_chain.errors import InputError, WaitTimeoutError
from nosana_chain.models.job import JobState
from nosana_chain.programs.jobs.standing import JobStanding
from nosana_chain.wire.transport import HttpTransport, RpcRequest

LIMIT = 40.0  # seconds; only a failure takes so long

Act = Callable[[Scene, Pubkey], Awaitable[object]]


async def post(scene: Scene, market: Pubkey) -> Pubkey:
    return (await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)).job


async def run(scene: Scene, job: Pubkey) -> None:
    await scene.host.hosts.join_queue((await scene.builder.jobs.fetch_job(job)).market)


async def finish(scene: Scene, job: Pubkey) -> None:
    await run(scene, job)
    await scene.host.hosts.finish_job(job, result_cid=RESULT)


async def end(scene: Scene, job: Pubkey) -> None:
    await run(scene, job)
    await scene.builder.jobs.stop_job(job)


async def delist(scene: Scene, job: Pubkey) -> None:
    await scene.builder.jobs.stop_job(job)


async def leave(scene: Scene, job: Pubkey) -> None:
    await run(scene, job)
    await scene.host.hosts.quit_job(job)


async def claim(scene: Scene, job: Pubkey) -> None:
    await leave(scene, job)
    await scene.host.hosts.claim_job(job)


async def recover(scene: Scene, job: Pubkey) -> None:
    await leave(scene, job)
    await scene.builder.jobs.recover_job(job)


async def evict(scene: Scene, job: Pubkey) -> None:
    await run(scene, job)
    await scene.authority.hosts.evict_host(job)


async def clean(scene: Scene, job: Pubkey) -> None:
    await finish(scene, job)
    await scene.authority.jobs.clean_job_as_admin(job)


async def nothing(_scene: Scene, _job: Pubkey) -> None:
    pass


ENDS: list[tuple[str, Act, JobStanding]] = [
    ("queued", nothing, JobStanding.QUEUED),
    ("running", run, JobStanding.RUNNING),
    ("running", claim, JobStanding.RUNNING),
    ("running", finish, JobStanding.DONE),
    ("done", finish, JobStanding.DONE),
    ("done", end, JobStanding.DONE),
    ("done", delist, JobStanding.DELISTED),
    ("done", recover, JobStanding.RECOVERED),
    ("done", clean, JobStanding.CLEANED),
    ("done", evict, JobStanding.STRANDED),
    ("stopped", leave, JobStanding.STOPPED),
    ("gone", clean, JobStanding.CLEANED),
]


async def test_every_end_is_told_as_it_comes(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    assert staked_host
    for until, act, standing in ENDS:
        job = await post(scene, market)
        waiting = asyncio.create_task(scene.authority.jobs.wait_for(job, until=until, within=LIMIT))
        await act(scene, job)
        waited = await waiting
        assert (waited.address, waited.awaited) == (job, until)
        if until == "running" and standing is JobStanding.DONE:
            assert waited.standing in (JobStanding.RUNNING, JobStanding.DONE)
        elif until in {"done", "gone"}:
            assert waited.standing in (standing, JobStanding.DONE), (until, act)
        else:
            assert waited.standing is standing, (until, act)
        late = await scene.authority.jobs.wait_for(job, until=until, within=LIMIT)
        assert late.standing is standing, (until, act)
        assert late.is_as_awaited is (standing.value in (until, "done", "running") or until == "gone")
        assert (late.signature is None) is (standing.value not in ("delisted", "recovered", "cleaned"))
        if standing in (JobStanding.QUEUED, JobStanding.RUNNING, JobStanding.STOPPED):
            await tidy(scene, job)


async def tidy(scene: Scene, job: Pubkey) -> None:
    found = await scene.builder.jobs.fetch_job(job)
    if found.state is JobState.STOPPED and found.run is None:
        await scene.builder.jobs.recover_job(job)
    else:
        await scene.builder.jobs.stop_job(job)


async def test_what_was_running_is_told_with_its_run(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    assert staked_host
    job = await post(scene, market)
    await run(scene, job)
    waited = await scene.builder.jobs.wait_for(job, until="running", within=LIMIT)
    assert waited.job == await scene.builder.jobs.fetch_job(job)
    assert waited.job.run is not None


async def test_at_its_limit_it_says_what_is_known(scene: Scene, market: Pubkey) -> None:
    job = await post(scene, market)
    with pytest.raises(WaitTimeoutError, match=f"job {job} is not running after 1 s: it is queued") as error:
        await scene.builder.jobs.wait_for(job, until="running", within=1)
    assert error.value.seen == await scene.builder.jobs.fetch_job(job)
    strange = Keypair().pubkey()
    with pytest.raises(WaitTimeoutError, match="it was never seen"):
        await scene.builder.jobs.wait_for(strange, until="done", within=0.5)
    with pytest.raises(InputError, match="nobody can wait for 'finished': what can be waited for is queued, running"):
        await scene.builder.jobs.wait_for(job, until="finished", within=1)


class Refusing:
    """A node that doesn't serve some methods."""

    def __init__(self, url: str, methods: set[str]) -> None:
        self._inner, self._methods = HttpTransport(url), methods

    @property
    def endpoint(self) -> str:
        return self._inner.endpoint

    async def send(self, request: RpcRequest) -> bytes:
        return failure(-32601) if request.method in self._methods else await self._inner.send(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


@asynccontextmanager
async def refusing(scene: Scene, *methods: str):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """A reader of a node that refuses these methods, and has no socket."""
    line = Refusing(str(scene.net.network.rpc_url), set(methods))
    async with NosanaClient(scene.net.network, transport=line) as reader:
        yield reader.jobs


async def test_on_endpoints_that_refuse(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    assert staked_host
    job, other = await post(scene, market), await post(scene, market)
    async with (
        refusing(scene, "getProgramAccounts") as unsearched,
        refusing(scene, "getProgramAccounts", "getSignaturesForAddress") as blind,
    ):
        for jobs in (unsearched, blind):
            assert (await jobs.wait_for(job, until="queued", within=LIMIT)).is_as_awaited
        waiting = [
            asyncio.create_task(jobs.wait_for(job, until="running", within=LIMIT)) for jobs in (unsearched, blind)
        ]
        await run(scene, job)
        for waited in await asyncio.gather(*waiting):
            assert waited.standing is JobStanding.RUNNING
            assert waited.job is not None
            assert waited.job.state is JobState.RUNNING
        await scene.builder.jobs.stop_job(other)
        told = await unsearched.wait_for(other, until="running", within=LIMIT)
        assert (told.standing, told.signature is None) == (JobStanding.DELISTED, False)
        with pytest.raises(WaitTimeoutError, match="never seen"):
            await blind.wait_for(other, until="running", within=1)
        ending = asyncio.create_task(blind.wait_for(job, until="gone", within=LIMIT))
        await scene.host.hosts.finish_job(job, result_cid=RESULT)
        await scene.authority.jobs.clean_job_as_admin(job)
        assert (await ending).standing is JobStanding.GONE
