"""What stands at an address, in a word: for errors about an address of the wrong kind."""

from __future__ import annotations

from solders.account import Account
from solders.system_program import ID as SYSTEM_PROGRAM
from solders.token import ID as TOKEN_PROGRAM

from nosana_chain.bindings.jobs.accounts import JobAccount, MarketAccount, RunAccount
from nosana_chain.bindings.nodes.accounts import NodeAccount
from nosana_chain.bindings.pools.accounts import PoolAccount
from nosana_chain.bindings.rewards.accounts import ReflectionAccount, RewardAccount
from nosana_chain.bindings.staking.accounts import SettingsAccount, StakeAccount
from nosana_chain.models.nonce import NONCE_BYTES
from nosana_chain.networks import Network

_DISCRIMINATOR_BYTES = 8
_NAMES: dict[tuple[str, bytes], str] = {
    (program, bytes(kind.discriminator)): name
    for program, kind, name in (
        ("jobs", MarketAccount, "a market"),
        ("jobs", JobAccount, "a job"),
        ("jobs", RunAccount, "a run"),
        ("nodes", NodeAccount, "a node"),
        ("pools", PoolAccount, "a pool"),
        ("rewards", ReflectionAccount, "the rewards pool"),
        ("rewards", RewardAccount, "a place in the rewards pool"),
        ("staking", StakeAccount, "a stake"),
        ("staking", SettingsAccount, "the staking settings"),
    )
}
#: By owner and length: accounts that have no discriminator (`Account::LEN` and `Mint::LEN` of spl-token).
_LENGTHS = {
    (SYSTEM_PROGRAM, 0): "a wallet",
    (SYSTEM_PROGRAM, NONCE_BYTES): "a nonce",
    (TOKEN_PROGRAM, 165): "a token account",
    (TOKEN_PROGRAM, 82): "a mint",
}


def name_of(account: Account, network: Network) -> str | None:
    """What an account is, such as "a job"; None for one of a kind that isn't known here."""
    if account.executable:
        return "a program"
    by_length = _LENGTHS.get((account.owner, len(account.data)))
    head = bytes(account.data[:_DISCRIMINATOR_BYTES])
    named = (name for (program, start), name in _NAMES.items() if _is(network, program, account) and start == head)
    return by_length or next(named, None)


def _is(network: Network, program: str, account: Account) -> bool:
    return bool(getattr(network.programs, program) == account.owner)
