"""What stands at an address, in a word: for errors about an address of the wrong kind."""

from __future__ import annotations

from solders.account import Account
from solders.system_program import ID as SYSTEM_PROGRAM
from solders.token import ID as TOKEN_PROGRAM

from nosana_chain.bindings._runtime.layout import DISCRIMINATOR_SIZE
from nosana_chain.bindings.layouts.jobs import JOB_ACCOUNT, MARKET_ACCOUNT, RUN_ACCOUNT
from nosana_chain.bindings.layouts.nodes import NODE_ACCOUNT
from nosana_chain.bindings.layouts.pools import POOL_ACCOUNT
from nosana_chain.bindings.layouts.rewards import REFLECTION_ACCOUNT, REWARD_ACCOUNT
from nosana_chain.bindings.layouts.staking import SETTINGS_ACCOUNT, STAKE_ACCOUNT
from nosana_chain.models.nonce import NONCE_BYTES
from nosana_chain.networks import Network

_NAMES: dict[tuple[str, bytes], str] = {
    (program, kind.discriminator): name
    for program, kind, name in (
        ("jobs", MARKET_ACCOUNT, "a market"),
        ("jobs", JOB_ACCOUNT, "a job"),
        ("jobs", RUN_ACCOUNT, "a run"),
        ("nodes", NODE_ACCOUNT, "a node"),
        ("pools", POOL_ACCOUNT, "a pool"),
        ("rewards", REFLECTION_ACCOUNT, "the rewards pool"),
        ("rewards", REWARD_ACCOUNT, "a place in the rewards pool"),
        ("staking", STAKE_ACCOUNT, "a stake"),
        ("staking", SETTINGS_ACCOUNT, "the staking settings"),
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
    head = bytes(account.data[:DISCRIMINATOR_SIZE])
    named = (name for (program, start), name in _NAMES.items() if _is(network, program, account) and start == head)
    return by_length or next(named, None)


def _is(network: Network, program: str, account: Account) -> bool:
    return bool(getattr(network.programs, program) == account.owner)
