"""The wallets of a local network: keys that everybody has, and what is in them at genesis."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import NamedTuple

from solders.keypair import Keypair

from nosana_chain.units import Lamports, NosUnits, nos, sol
from nosana_chain.wallet import Wallet

FAUCET = "faucet"  #: may mint NOS
AUTHORITY = "authority"  #: may do what on the real clusters only the slashing authority and the market admin may
STAKER = "staker"  #: is in the rewards pool from the start
OPERATOR, HOST, BUILDER = "operator", "host", "builder"  #: who open markets, run jobs and pay for jobs


class Purse(NamedTuple):
    """What a wallet has at genesis.

    Attributes:
        lamports: its SOL.
        nos_units: NOS base units in its NOS account, which it has wherever there is a NOS mint.
    """

    lamports: Lamports = sol("100")
    nos_units: NosUnits = nos("0")


#: Wallets of the standard genesis.
PURSES: Mapping[str, Purse] = MappingProxyType(
    {
        FAUCET: Purse(sol("1000000"), nos("0")),
        AUTHORITY: Purse(sol("100"), nos("0")),
        OPERATOR: Purse(sol("100"), nos("10000")),
        HOST: Purse(sol("100"), nos("10000")),
        BUILDER: Purse(sol("100"), nos("10000")),
        STAKER: Purse(sol("100"), nos("10000")),
    }
)


def local_wallet(name: str) -> Wallet:
    """The key of a local network's wallet: the same on every machine, and so no secret. Never fund it elsewhere."""
    return Wallet.from_seed(_seed(name))


def local_secret_key(name: str) -> bytes:
    """The same key as Solana's tools write it: 64 bytes, the seed and the address."""
    return bytes(Keypair.from_seed(_seed(name)))


def _seed(name: str) -> bytes:
    return sha256(f"nosana-chain local network, public test key: {name}".encode()).digest()
