"""A network where nothing has happened: the programs, what explorers know of them, and two wallets with SOL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.localnet.compiled import load_program
from nosana_chain.localnet.genesis.idl_accounts import idl_accounts
from nosana_chain.localnet.genesis.state import Genesis
from nosana_chain.localnet.genesis.wallets import AUTHORITY, FAUCET, PURSES, local_wallet
from nosana_chain.networks import LOCALNET, PROGRAM_NAMES, Network

#: File of each compiled program, by the program's name.
_COMPILED = {name: f"nosana_{name}" for name in PROGRAM_NAMES} | {"distributor": "merkle_distributor"}


def blank_genesis(*, jobs_fee: bool = False, network: Network = LOCALNET) -> Genesis:
    """The six programs with their IDL accounts, and the wallets `faucet` and `authority`, which have SOL.

    There is no NOS mint, no settings of the staking program, no rewards pool, no market: add what is wanted by the
    `with_*` methods, or make it by the programs' own instructions.

    Args:
        jobs_fee: take the jobs program that charges a network fee of one tenth.
        network: whose addresses everything has: LOCALNET's, which are those of devnet, or MAINNET's.

    Raises:
        LocalnetError: a program isn't built, or never is for these addresses.
    """
    local = _local(network)
    genesis = Genesis(
        network=local,
        accounts=idl_accounts(local),
        programs=_programs(network, _handed_over(network, local), jobs_fee=jobs_fee),
        wallets={},
    )
    for name in (FAUCET, AUTHORITY):
        genesis = genesis.with_wallet(name, purse=PURSES[name])
    return genesis


def _local(network: Network) -> Network:
    """The same addresses on a chain of one's own, where the local authority is the admin."""
    authority = local_wallet(AUTHORITY).address
    return replace(
        LOCALNET,
        programs=network.programs,
        nos_mint=network.nos_mint,
        slash_account=pda.nos_account_address(authority, network=network),
        reward_fee_pool=network.reward_fee_pool,
        authority=authority,
        market_admin=authority,
    )


def _handed_over(network: Network, local: Network) -> dict[Pubkey, Pubkey]:
    """For each address in the programs' code that nobody here has a key for, the one in its place."""
    return {getattr(network, name): getattr(local, name) for name in ("authority", "market_admin", "slash_account")}


def _programs(network: Network, handed_over: Mapping[Pubkey, Pubkey], *, jobs_fee: bool) -> dict[Pubkey, bytes]:
    files = _COMPILED | ({"jobs": "nosana_jobs_fee"} if jobs_fee else {})
    return {
        getattr(network.programs, name): load_program(file, network=network, handed_over=handed_over)
        for name, file in files.items()
    }
