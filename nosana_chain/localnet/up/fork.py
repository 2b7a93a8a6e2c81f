"""A genesis for a copy of a live cluster: nothing but local money, and a mint that gives more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from solders.account import Account
from solders.token.state import Mint

from nosana_chain.errors import ConfigError, NotFoundError
from nosana_chain.localnet.genesis import FAUCET, PURSES, Genesis, Purse, local_wallet
from nosana_chain.networks import NETWORKS, Network
from nosana_chain.wire.connection import Connection


async def fork_genesis(url: str, *, like: Network, purses: Mapping[str, Purse] = PURSES) -> Genesis:
    """What a fork has that its cluster hasn't: wallets with SOL and NOS, and the faucet as the authority of the mint.

    Args:
        url: endpoint of the cluster.
        like: whose addresses Nosana has there, where the cluster is neither mainnet nor devnet.
        purses: what is in the wallets.

    Raises:
        NotFoundError: there is no NOS mint at its address there.
        ConfigError: the URL is none, or the cluster is mainnet or devnet, and `like` is the other one.
        RpcError: the endpoint doesn't answer.

    Network: 2 calls, to the cluster.
    """
    async with Connection(replace(like, genesis_hash=None).at(url)) as live:
        network = _addresses(await live.fetch_genesis_hash(), like)
        mint = await live.fetch_account(network.nos_mint)
    if mint is None:
        raise NotFoundError(
            f"there is no NOS mint at {network.nos_mint} on that cluster: fork one that Nosana is on",
            address=str(network.nos_mint),
        )
    own = {network.nos_mint: _of_faucet(mint)}
    genesis = Genesis(network=network, accounts=own, programs={}, wallets={})
    for name, purse in purses.items():
        genesis = genesis.with_wallet(name, purse=purse)
    return genesis


def _addresses(genesis_hash: str, like: Network) -> Network:
    known = next((one for one in NETWORKS.values() if one.genesis_hash == genesis_hash), None)
    if known is not None and known.programs != like.programs:
        raise ConfigError(f"that cluster is {known.name}: start the fork with its addresses")
    return replace(like, name="localnet", genesis_hash=None, rpc_url=None, ws_url=None)


def _of_faucet(account: Account) -> Account:
    """The mint as it is, but for who may mint."""
    mint = Mint.from_bytes(account.data)
    given = Mint(
        local_wallet(FAUCET).address,
        mint.supply,
        mint.decimals,
        is_initialized=mint.is_initialized,
        freeze_authority=mint.freeze_authority,
    )
    return Account(account.lamports, bytes(given), account.owner)
