"""A sweep over a real wire, and what an endpoint refuses there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from harness.networks import local_network
from stage import CID, PRICE, RESULT, TIMEOUT, Scene, scene_on

from nosana_chain.client import NosanaClient
from nosana_chain.errors import RpcResponseError
from nosana_chain.networks import Network
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.sweep import FindingKind, Sweep
from nosana_chain.units import DAY, nos
from nosana_chain.wire.transport import HttpTransport, RpcRequest


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with local_network() as net, scene_on(net) as everybody:
        yield everybody


class Stingy(HttpTransport):
    """An endpoint that lists nothing."""

    def __init__(self, network: Network) -> None:
        super().__init__(str(network.rpc_url))

    async def send(self, request: RpcRequest) -> bytes:
        if request.method in ("getProgramAccounts", "getTokenAccountsByOwner"):
            raise RpcResponseError("not served", endpoint=self.endpoint, method=request.method, rpc_code=-32601)
        return await super().send(request)


async def test_a_sweep_of_a_wallet_that_builds_and_stakes(scene: Scene) -> None:
    client = scene.builder
    start = await client.fetch_nos_balance()
    terms = MarketTerms(job_price=PRICE, job_expiration=DAY)
    market = (await scene.operator.markets.open_market(terms)).market
    await scene.host.stakes.stake(nos("1000"), duration=14 * DAY)
    posts = [client.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT) for _ in range(4)]
    jobs = [posted.job for posted in await client.send_all(posts)]
    for _ in jobs:
        await scene.host.hosts.join_queue(market)
    for job in jobs[:2]:
        await scene.host.hosts.finish_job(job, result_cid=RESULT)
    for job in jobs[2:]:
        await scene.host.hosts.quit_job(job)
    paid = (await client.jobs.fetch_spending()).paid
    await client.stakes.stake(nos("100"), duration=14 * DAY)
    await client.stakes.unstake()
    nonce = (await client.nonces.create_nonce()).nonce
    await scene.net.warp(14 * DAY + 2)

    async with NosanaClient(client.network, client.wallet, transport=Stingy(client.network), journal=None) as poor:
        found = await Sweep(poor, jobs=jobs).find()
        kinds = [one.kind for one in (*found.ready, *found.on_request)]
        assert sorted(kinds) == ["clean_job", "clean_job", "recover_job", "recover_job", "withdraw_stake"]
        assert len(found.unseen) == 7

    before = await client.fetch_sol_balance()
    swept = await Sweep(client).run()
    assert sorted(one.kind for one in swept.done) == [
        "clean_job",
        "clean_job",
        "close_stake",
        "recover_job",
        "recover_job",
        "withdraw_stake",
    ]
    assert (swept.failed, swept.left.ready, swept.left.unseen) == ((), (), ())
    assert [(one.kind, one.address) for one in swept.left.on_request] == [(FindingKind.WITHDRAW_NONCE, nonce)]
    assert await client.fetch_nos_balance() == start - paid
    assert await client.fetch_sol_balance() == before + swept.lamports - swept.fees
    assert len(swept.receipts) < len(swept.done)
