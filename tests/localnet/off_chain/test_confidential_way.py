"""A confidential job: its stub is public; its real definition and result stay between its owner and its host."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from harness.fake_host import fake_host
from solders.pubkey import Pubkey
from stage import TIMEOUT, Scene

from nosana_chain.errors import HostRefusedError
from nosana_chain.ipfs.gateways import Gateways
from nosana_chain.ipfs.pinning import Kubo
from nosana_chain.job_definition import make_job_definition
from nosana_chain.job_definition.confidential import confidential_stub
from nosana_chain.localnet.ipfs import LocalIpfs

REAL = make_job_definition(
    {
        "version": "0.1",
        "type": "container",
        "ops": [{"type": "container/run", "id": "secret", "args": {"image": "nginx", "expose": 80}}],
    }
)


@pytest.fixture
async def ipfs() -> AsyncIterator[LocalIpfs]:
    async with LocalIpfs.start() as local:
        yield local


@pytest.mark.usefixtures("staked_host")
async def test_nobody_but_the_host_sees_the_definition(scene: Scene, market: Pubkey, ipfs: LocalIpfs) -> None:
    jobs = scene.builder.jobs
    async with Kubo(ipfs.url) as kubo:
        posted = await jobs.post_definition(market, definition=confidential_stub(), pinning=kubo, timeout=TIMEOUT)
    async with Gateways([ipfs.gateway_url]) as gateways:
        assert (await jobs.fetch_definition(posted.job, gateways=gateways)).content == confidential_stub().content
    await scene.host.hosts.join_queue(market)
    run = (await jobs.fetch_job(posted.job)).run
    assert run is not None
    builder = scene.net.wallets["builder"].address
    async with fake_host(builder, posted.job) as running, jobs.reach_host(run.node, url=running.url) as host:
        async with scene.operator.jobs.reach_host(run.node, url=running.url) as stranger:
            with pytest.raises(HostRefusedError, match="Unauthorized"):
                await stranger.send_definition(posted.job, REAL, within=0)
        await host.send_definition(posted.job, REAL, within=10)
        assert running.definition == REAL.content
        flow = await host.fetch_results(posted.job, within=10)
        assert flow.status == "waiting-for-result"
    assert ipfs.pins == (confidential_stub().cid,)
    [service] = (await jobs.fetch_services(posted.job, definition=REAL)).services
    assert service.op_id == "secret"
