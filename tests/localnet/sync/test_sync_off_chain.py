"""The way off the chain without `async`: pinned, posted, delivered to the host, fetched and verified."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from harness.fake_host import FakeHost, fake_host
from solders.pubkey import Pubkey
from stage import PRICE

from nosana_chain import (
    Gateways,
    HostRefusedError,
    Kubo,
    LocalIpfs,
    MarketTerms,
    SyncClient,
    SyncLocalnet,
    cid_of,
    confidential_stub,
    make_job_definition,
    nos,
)
from nosana_chain.sync.loop import BackgroundLoop
from nosana_chain.units import DAY

DEFINITION = make_job_definition(
    {"version": "0.1", "type": "container", "ops": [{"type": "container/run", "id": "a", "args": {"image": "b"}}]}
)
RESULT = b'{"status": "success", "opStates": []}'


@pytest.fixture(scope="module")
def net() -> Iterator[SyncLocalnet]:
    with SyncLocalnet.start(slot_ms=50) as running:
        yield running


@pytest.fixture(scope="module")
def market(net: SyncLocalnet) -> Pubkey:
    with SyncClient(net.network, net.wallets["host"]) as host:
        host.stakes.stake(nos("1000"), duration=14 * DAY)
    with SyncClient(net.network, net.wallets["operator"]) as operator:
        return operator.markets.open_market(MarketTerms(job_price=PRICE)).market


@pytest.fixture
def loop() -> Iterator[BackgroundLoop]:
    elsewhere = BackgroundLoop("services")
    yield elsewhere
    elsewhere.close()


def test_a_job_and_its_result(net: SyncLocalnet, market: Pubkey, loop: BackgroundLoop) -> None:
    ipfs = loop.enter(LocalIpfs.start())
    gateways = Gateways([ipfs.gateway_url])
    with (
        SyncClient(net.network, net.wallets["builder"]) as client,
        SyncClient(net.network, net.wallets["host"]) as host,
    ):
        jobs = client.jobs
        posted = jobs.post_definition(market, definition=DEFINITION, pinning=Kubo(ipfs.url), timeout=60)
        assert jobs.fetch_definition(posted.job, gateways=gateways).content == DEFINITION.content
        host.hosts.join_queue(market)
        host.hosts.finish_job(posted.job, result_cid=ipfs.add(RESULT))
        result = jobs.fetch_result(posted.job, gateways=gateways)
    assert (result.content, result.cid) == (RESULT, cid_of(RESULT))


def test_a_confidential_job(net: SyncLocalnet, market: Pubkey, loop: BackgroundLoop) -> None:
    ipfs = loop.enter(LocalIpfs.start())
    running: FakeHost = loop.enter(fake_host(net.wallets["builder"].address))
    running.events = [b'data: {"status": "running"}\n\n']
    with SyncClient(net.network, net.wallets["builder"]) as client:
        jobs = client.jobs
        posted = jobs.post_definition(market, definition=confidential_stub(), pinning=Kubo(ipfs.url), timeout=60)
        running.job = posted.job
        host = jobs.reach_host(net.wallets["host"].address, url=running.url)
        assert host.fetch_info()["state"] == "RUNNING_JOB"
        assert [flow.status for flow in host.watch_flow(posted.job)] == ["running"]
        host.send_definition(posted.job, DEFINITION)
        assert host.fetch_results(posted.job).status == "waiting-for-result"
        with pytest.raises(HostRefusedError):
            host.fetch_results(posted.job, within=0)
        jobs.stop_job(posted.job)
    assert running.definition == DEFINITION.content
