"""A Nosana network of one's own: a real Solana runtime with the Nosana programs on it, on this machine.

`Localnet.start()` runs Surfpool as a child process, with JSON-RPC and WebSocket. `InProcess` is the same genesis inside
this process, on LiteSVM: no server, for tests of programs.
"""

from nosana_chain.localnet.accounts import mint_account, rent_exempt, token_account
from nosana_chain.localnet.genesis import Genesis, Purse, blank_genesis, local_wallet, standard_genesis
from nosana_chain.localnet.inprocess import InProcess
from nosana_chain.localnet.network import Localnet
from nosana_chain.localnet.nft import LocalNft, access_nft
from nosana_chain.localnet.toolchain import Toolchain, find_toolchain

__all__ = [
    "Genesis",
    "InProcess",
    "LocalNft",
    "Localnet",
    "Purse",
    "Toolchain",
    "access_nft",
    "blank_genesis",
    "find_toolchain",
    "local_wallet",
    "mint_account",
    "rent_exempt",
    "standard_genesis",
    "token_account",
]
