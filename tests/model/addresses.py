"""Addresses of devnet and the local network, derived addresses, and the sizes that rent is paid for."""

from functools import cache

from behaviour.builds import DISTRIBUTOR, JOBS, NODES, POOLS, REWARDS, STAKING
from behaviour.call import SYSTEM_PROGRAM
from solders.pubkey import Pubkey

TOKEN_PROGRAM = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
ASSOCIATED_TOKEN_PROGRAM = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
METADATA_PROGRAM = Pubkey.from_string("metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s")
RENT_SYSVAR = Pubkey.from_string("SysvarRent111111111111111111111111111111111")
UPGRADEABLE_LOADER = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")
LOADERS = {  # the owners of programs, as LiteSVM has them, where it is not UPGRADEABLE_LOADER
    SYSTEM_PROGRAM: Pubkey.from_string("NativeLoader1111111111111111111111111111111"),
    ASSOCIATED_TOKEN_PROGRAM: Pubkey.from_string("BPFLoader2111111111111111111111111111111111"),
}
SYSVAR_OWNER = Pubkey.from_string("Sysvar1111111111111111111111111111111111111")
NOS = Pubkey.from_string("devr1BGQndEW5k5zfvG5FsLyZv1Ap73vNgAHcQ9sUVP")
AUTHORITY = Pubkey.from_string("XXXxddiNnmoD2h2LbQYaL76Swi21MaQbtBbRynAdQL8")
MARKET_ADMIN = AUTHORITY
SLASH_ACCOUNT = Pubkey.from_string("HLtABkKqsUjb4ECPEnvad6HN7QYf6ANHahAeZQXrAGgV")

PROGRAMS = frozenset(
    (
        SYSTEM_PROGRAM,
        TOKEN_PROGRAM,
        ASSOCIATED_TOKEN_PROGRAM,
        METADATA_PROGRAM,
        JOBS,
        STAKING,
        REWARDS,
        POOLS,
        NODES,
        DISTRIBUTOR,
    )
)
RESERVED = frozenset((SYSTEM_PROGRAM, RENT_SYSVAR))  # no transaction makes these writable

# Solana's default rent: two years of 3,480 lamports a byte, and 128 bytes for the account itself.
RENT_LAMPORTS_PER_BYTE = 6960
RENT_OVERHEAD_BYTES = 128


def rent_minimum(size: int) -> int:
    """The lamports that free an account of `size` bytes from rent."""
    return (RENT_OVERHEAD_BYTES + size) * RENT_LAMPORTS_PER_BYTE


@cache
def derive(program: Pubkey, *seeds: bytes) -> tuple[Pubkey, int]:
    """The program-derived address of these seeds and its bump."""
    return Pubkey.find_program_address(list(seeds), program)


def associated_token_address(owner: Pubkey, mint: Pubkey = NOS) -> Pubkey:
    """The token account that wallets use for `mint`."""
    return derive(ASSOCIATED_TOKEN_PROGRAM, bytes(owner), bytes(TOKEN_PROGRAM), bytes(mint))[0]


def stake_address(authority: Pubkey, mint: Pubkey = NOS) -> Pubkey:
    """Where the stake of a wallet is."""
    return derive(STAKING, b"stake", bytes(mint), bytes(authority))[0]


def stake_vault_address(authority: Pubkey, mint: Pubkey = NOS) -> Pubkey:
    """Where the staked tokens of a wallet are."""
    return derive(STAKING, b"vault", bytes(mint), bytes(authority))[0]


def reward_address(authority: Pubkey) -> Pubkey:
    """Where a wallet's share of the rewards pool is."""
    return derive(REWARDS, b"reward", bytes(authority))[0]


def rewards_vault_address(mint: Pubkey = NOS) -> Pubkey:
    """Where the tokens of the rewards pool are."""
    return derive(REWARDS, bytes(mint))[0]


def market_vault_address(market: Pubkey, mint: Pubkey = NOS) -> Pubkey:
    """Where the deposits of a market's jobs are."""
    return derive(JOBS, bytes(market), bytes(mint))[0]


def pool_vault_address(pool: Pubkey) -> Pubkey:
    """Where the tokens of a pool are."""
    return derive(POOLS, b"vault", bytes(pool))[0]


def node_address(authority: Pubkey) -> Pubkey:
    """Where a host's description of itself is."""
    return derive(NODES, b"node", bytes(authority))[0]


def metadata_address(mint: Pubkey) -> Pubkey:
    """Where Metaplex keeps the metadata of a mint."""
    return derive(METADATA_PROGRAM, b"metadata", bytes(METADATA_PROGRAM), bytes(mint))[0]


SETTINGS = derive(STAKING, b"settings")[0]
REFLECTION = derive(REWARDS, b"reflection")[0]
REWARDS_VAULT = rewards_vault_address()


def distributor_address(mint: Pubkey, version: int) -> Pubkey:
    """Where a distributor of a mint is."""
    return derive(DISTRIBUTOR, b"MerkleDistributor", bytes(mint), version.to_bytes(8, "little"))[0]


def claim_status_address(claimant: Pubkey, distributor: Pubkey) -> Pubkey:
    """Where the claim of a wallet in a distributor is."""
    return derive(DISTRIBUTOR, b"ClaimStatus", bytes(claimant), bytes(distributor))[0]
