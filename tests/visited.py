"""A local network as JavaScript clients want it: a key that can be handed to them, and WebSocket on the next port."""

from __future__ import annotations

import errno
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from solders.keypair import Keypair

from nosana_chain.localnet import Localnet, Purse, standard_genesis
from nosana_chain.units import nos, sol
from nosana_chain.wallet import Wallet

#: Of whoever visits with a client that is not ours. A `Wallet` gives its key to nobody, so the test has it itself.
VISITORS = {name: Keypair.from_seed(name.encode().ljust(32)) for name in ("visitor", "visiting host")}
PURSE = Purse(sol("10"), nos("5000"))


@asynccontextmanager
async def visited_network() -> AsyncIterator[Localnet]:
    """The standard network, with the visitors among its wallets."""
    genesis = standard_genesis()
    for name, key in VISITORS.items():
        genesis = genesis.with_wallet(name, wallet=Wallet(key), purse=PURSE)
    rpc_port = free_pair()
    async with Localnet.start(genesis=genesis, rpc_port=rpc_port, ws_port=rpc_port + 1) as net:
        yield net


def free_pair() -> int:
    """A free port whose successor is free too: @solana/web3.js 1 asks for WebSocket there."""
    return next(port for port in _free_ports() if _is_free(port + 1))


def _free_ports() -> Iterator[int]:
    while True:
        with socket.create_server(("127.0.0.1", 0)) as server:
            yield server.getsockname()[1]


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        return False
    return True
