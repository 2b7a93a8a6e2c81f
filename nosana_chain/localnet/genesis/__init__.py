"""The state that a local network starts from. Pure: bytes in memory, no process, no network call.

`standard_genesis()` is a network at work; `blank_genesis()` is one where nothing has happened. Either takes further
accounts, programs and wallets: docs/localnet-genesis.md.
"""

from nosana_chain.localnet.genesis.blank import blank_genesis
from nosana_chain.localnet.genesis.standard import STAKED, STAKED_SECONDS, standard_genesis
from nosana_chain.localnet.genesis.state import Genesis
from nosana_chain.localnet.genesis.wallets import (
    AUTHORITY,
    BUILDER,
    FAUCET,
    HOST,
    OPERATOR,
    PURSES,
    STAKER,
    Purse,
    local_wallet,
)

__all__ = [
    "AUTHORITY",
    "BUILDER",
    "FAUCET",
    "HOST",
    "OPERATOR",
    "PURSES",
    "STAKED",
    "STAKED_SECONDS",
    "STAKER",
    "Genesis",
    "Purse",
    "blank_genesis",
    "local_wallet",
    "standard_genesis",
]
