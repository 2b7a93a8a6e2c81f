"""Whose addresses an endpoint has that was given as a URL alone."""

from __future__ import annotations

from typing import Final

from nosana_chain.errors import ConfigError
from nosana_chain.networks import DEVNET, LOCALNET, MAINNET, Network
from nosana_chain.wire.connection import Connection

_KNOWN: Final = (MAINNET, DEVNET)


async def find_network(given: Network) -> Network:
    """The network that the endpoint of `given` serves.

    Mainnet and devnet are known by their genesis hash. Any other cluster is a local one, or a fork: it has the
    addresses whose jobs program it has, and they differ in nothing else that could be mistaken. Network: 2 calls.

    Raises:
        ConfigError: no jobs program of Nosana's is there.
    """
    url = given.rpc_url or ""
    async with Connection(given) as connection:
        genesis = await connection.fetch_genesis_hash()
        for network in _KNOWN:
            if genesis == network.genesis_hash:
                return network.at(url, given.ws_url)
        sight = await connection.look([DEVNET.programs.jobs, MAINNET.programs.jobs])
    if sight.accounts.get(DEVNET.programs.jobs):
        return LOCALNET.at(url, given.ws_url)
    if sight.accounts.get(MAINNET.programs.jobs):
        from dataclasses import replace

        return replace(MAINNET, name="local copy of mainnet", genesis_hash=None).at(url, given.ws_url)
    raise ConfigError(
        "the endpoint serves a cluster without Nosana's jobs program; is it the one that you meant? A cluster of your "
        'own with programs elsewhere goes into the configuration file, as [networks.NAME] with like = "devnet"'
    )
