"""Python toolkit for Nosana's GPU market on Solana.

The names below are the everyday ones; each is imported when it is first used, so that `import nosana_chain` costs
next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nosana_chain.client import NosanaClient
    from nosana_chain.errors import NosanaError
    from nosana_chain.job_definition import read_job_definition
    from nosana_chain.localnet.genesis import Genesis, Purse, blank_genesis, standard_genesis
    from nosana_chain.localnet.network import Localnet
    from nosana_chain.networks import DEVNET, MAINNET, Network
    from nosana_chain.programs.jobs.terms import MarketTerms
    from nosana_chain.units import format_nos, format_sol, nos, seconds, sol
    from nosana_chain.wallet import Wallet

_HOMES = {
    "DEVNET": "networks",
    "Genesis": "localnet.genesis",
    "Localnet": "localnet.network",
    "MAINNET": "networks",
    "MarketTerms": "programs.jobs.terms",
    "Network": "networks",
    "NosanaClient": "client",
    "NosanaError": "errors",
    "Purse": "localnet.genesis",
    "Wallet": "wallet",
    "blank_genesis": "localnet.genesis",
    "format_nos": "units",
    "format_sol": "units",
    "nos": "units",
    "read_job_definition": "job_definition",
    "seconds": "units",
    "sol": "units",
    "standard_genesis": "localnet.genesis",
}

__all__ = [
    "DEVNET",
    "MAINNET",
    "Genesis",
    "Localnet",
    "MarketTerms",
    "Network",
    "NosanaClient",
    "NosanaError",
    "Purse",
    "Wallet",
    "blank_genesis",
    "format_nos",
    "format_sol",
    "nos",
    "read_job_definition",
    "seconds",
    "sol",
    "standard_genesis",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
