"""A network on a copy of a live cluster, for which another local network stands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from harness.networks import local_network
from stage import CID, PRICE

from nosana_chain import (
    ConfigError,
    InputError,
    Localnet,
    MarketTerms,
    NosanaClient,
    NotFoundError,
    RpcError,
    blank_genesis,
    nos,
)
from nosana_chain.localnet.up import UpNetwork, UpSettings

Up = Callable[..., AbstractAsyncContextManager[UpNetwork]]


def builder_on(network: UpNetwork) -> NosanaClient:
    return NosanaClient(network.summary.network, network.net.wallets["builder"])


async def test_it_has_the_clusters_markets_and_money_of_its_own(up: Up) -> None:
    async with local_network() as live, NosanaClient(live.network, live.wallets["operator"]) as operator:
        theirs = (await operator.markets.open_market(MarketTerms(job_price=PRICE))).market
        async with up(fork=live.network.rpc_url) as network, builder_on(network) as client:
            assert network.summary.is_fork
            posted = await client.jobs.post_job(theirs, definition_cid=CID, timeout=60)
            await network.net.mint_nos(network.summary.host, nos("5"))
            market = await client.markets.fetch_market(network.summary.market)
            assert market.queue == (network.summary.host,)
            assert [job.address for job in await operator.jobs.find_jobs()] == []
        # what was done on the copy is kept, and the rest is still read from the cluster
        mine = await operator.markets.open_market(MarketTerms(job_price=PRICE))
        async with up(fork=live.network.rpc_url) as network, builder_on(network) as client:
            assert [job.address for job in await client.jobs.find_jobs(market=theirs)] == [posted.job]
            assert (await client.markets.fetch_market(mine.market)).address == mine.market


async def test_a_cluster_that_does_not_answer_or_has_no_nosana(up: Up) -> None:
    with pytest.raises(RpcError, match="can't be reached"):
        async with up(fork="http://127.0.0.1:9"):
            pass
    async with Localnet.start(genesis=blank_genesis(), slot_ms=50) as empty:
        with pytest.raises(NotFoundError, match="on that cluster: fork one that Nosana is on"):
            async with up(fork=empty.network.rpc_url):
                pass


def test_what_can_not_be_forked(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="a fork is of devnet, of mainnet, or of an endpoint's URL"):
        UpSettings(fork="testnet")
    with pytest.raises(ConfigError, match="needs an endpoint of yours"):
        UpSettings(fork="mainnet")
    with pytest.raises(InputError, match="leave out the fee"):
        UpSettings(fork="devnet", jobs_fee=True)
    token = UpSettings(fork="https://example.com/?key=secret")
    assert "secret" not in repr(token)
