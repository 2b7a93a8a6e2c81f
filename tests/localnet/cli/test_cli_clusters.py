"""A network given as a URL alone: whose addresses it has is found by asking it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.command_line import Home, LocalWorld, local_world
from harness.proxy import changed, proxy_to

from nosana_chain.cli.clusters import find_network
from nosana_chain.errors import ConfigError
from nosana_chain.localnet.genesis import standard_genesis
from nosana_chain.networks import DEVNET, LOCALNET, MAINNET, Network


def at(url: str) -> Network:
    return LOCALNET.at(url)


@pytest.fixture(scope="module")
def copy_of_mainnet() -> Iterator[LocalWorld]:
    with local_world(genesis=standard_genesis(network=MAINNET)) as running:
        yield running


def test_a_local_network_has_devnets_addresses(world: LocalWorld) -> None:
    found = asyncio.run(find_network(at(world.url)))
    assert (found.name, found.programs, found.rpc_url) == ("localnet", DEVNET.programs, world.url)


def test_a_copy_of_mainnet_has_its_addresses(copy_of_mainnet: LocalWorld, tmp_path: Path) -> None:
    found = asyncio.run(find_network(at(copy_of_mainnet.url)))
    assert (found.programs, found.nos_mint, found.genesis_hash) == (MAINNET.programs, MAINNET.nos_mint, None)
    staker = Home(tmp_path, copy_of_mainnet, "staker")
    assert staker.json("stake topup 1")["fee_lamports"] == 5000
    assert staker.json("stake topup 1").keys().isdisjoint({"explorer"})


@pytest.mark.parametrize("known", [MAINNET, DEVNET], ids=["mainnet", "devnet"])
async def test_the_real_clusters_are_known_by_their_genesis(world: LocalWorld, known: Network) -> None:
    async with proxy_to(world.url) as proxy:
        proxy.rules["getGenesisHash"] = changed(lambda _hash: known.genesis_hash)
        found = await find_network(at(proxy.url))
    assert (found.name, found.genesis_hash) == (known.name, known.genesis_hash)
    assert found.rpc_url == proxy.url


async def test_a_cluster_without_nosana_is_refused(world: LocalWorld) -> None:
    async with proxy_to(world.url) as proxy:
        proxy.rules["getMultipleAccounts"] = changed(lambda result: {**result, "value": [None] * len(result["value"])})
        with pytest.raises(ConfigError, match="without Nosana's jobs program"):
            await find_network(at(proxy.url))
