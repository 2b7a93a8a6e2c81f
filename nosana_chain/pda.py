"""Program-derived addresses of the Nosana programs and of SPL Token.

Pure: no network call. Each address depends on the cluster's program ids and mint, so each takes the network. Addresses
are given as Pubkey or as base58 text; InputError names a parameter that is neither.
Source of the seeds: the programs' public sources (idl/README.md says which).
"""

from __future__ import annotations

from functools import lru_cache

from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM
from solders.token.associated import get_associated_token_address

from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.networks import Network
from nosana_chain.units import u64

_KEPT = 4_096  # addresses; finding one takes a hundred hashes and a check on the curve


@lru_cache(maxsize=_KEPT)
def _derive(program: Pubkey, *seeds: bytes | Pubkey) -> Pubkey:
    return Pubkey.find_program_address([bytes(seed) for seed in seeds], program)[0]


def token_account_address(owner: AddressLike, *, mint: AddressLike) -> Pubkey:
    """Associated token account of `owner` for `mint` (SPL Token program)."""
    return _associated(as_address(owner, "owner"), as_address(mint, "mint"))


@lru_cache(maxsize=_KEPT)
def _associated(owner: Pubkey, mint: Pubkey) -> Pubkey:
    return get_associated_token_address(owner, mint, TOKEN_PROGRAM)


def nos_account_address(owner: AddressLike, *, network: Network) -> Pubkey:
    """Associated token account of `owner` for NOS."""
    return token_account_address(owner, mint=network.nos_mint)


def market_vault_address(market: AddressLike, *, network: Network) -> Pubkey:
    """NOS token account that holds the deposits of a market's jobs; it is its own authority."""
    return _derive(network.programs.jobs, as_address(market, "market"), network.nos_mint)


def stake_address(authority: AddressLike, *, network: Network) -> Pubkey:
    """Stake account of a staker: one per wallet."""
    return _derive(network.programs.staking, b"stake", network.nos_mint, as_address(authority, "authority"))


def stake_vault_address(authority: AddressLike, *, network: Network) -> Pubkey:
    """NOS token account that holds a staker's tokens."""
    return _derive(network.programs.staking, b"vault", network.nos_mint, as_address(authority, "authority"))


def settings_address(*, network: Network) -> Pubkey:
    """Settings of the staking program: who may slash, and where the slashed tokens go."""
    return _derive(network.programs.staking, b"settings")


def reflection_address(*, network: Network) -> Pubkey:
    """State of the rewards pool."""
    return _derive(network.programs.rewards, b"reflection")


def rewards_vault_address(*, network: Network) -> Pubkey:
    """NOS token account of the rewards pool."""
    return _derive(network.programs.rewards, network.nos_mint)


def reward_address(authority: AddressLike, *, network: Network) -> Pubkey:
    """A staker's membership in the rewards pool."""
    return _derive(network.programs.rewards, b"reward", as_address(authority, "authority"))


def pool_vault_address(pool: AddressLike, *, network: Network) -> Pubkey:
    """Token account of a vesting or fee pool."""
    return _derive(network.programs.pools, b"vault", as_address(pool, "pool"))


def node_address(authority: AddressLike, *, network: Network) -> Pubkey:
    """A host's entry in the nodes registry."""
    return _derive(network.programs.nodes, b"node", as_address(authority, "authority"))


def metadata_address(mint: AddressLike, *, network: Network) -> Pubkey:
    """Metaplex metadata of an NFT, which access-key markets look at."""
    program = network.programs.token_metadata
    return _derive(program, b"metadata", program, as_address(mint, "mint"))


def distributor_address(mint: AddressLike, *, version: int, network: Network) -> Pubkey:
    """A merkle distributor; `version` tells several of one mint apart.

    Raises:
        AmountError: `version` is not from 0 to 2**64-1.
    """
    seed = u64(version, "version").to_bytes(8, "little")
    return _derive(network.programs.distributor, b"MerkleDistributor", as_address(mint, "mint"), seed)


def claim_status_address(claimant: AddressLike, *, distributor: AddressLike, network: Network) -> Pubkey:
    """Record of what a claimant took from a distributor."""
    claimed = as_address(claimant, "claimant"), as_address(distributor, "distributor")
    return _derive(network.programs.distributor, b"ClaimStatus", *claimed)
