"""The local network in this process, as one starts it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from tempfile import TemporaryDirectory
from typing import Self

from solders.account import Account

from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.localnet.faucets import LocalFaucets
from nosana_chain.localnet.genesis import Genesis, standard_genesis
from nosana_chain.localnet.inprocess import START
from nosana_chain.localnet.litesvm.chain import InProcessChain
from nosana_chain.localnet.litesvm.transport import InProcessTransport
from nosana_chain.units import UnixSeconds, i64
from nosana_chain.wire.connection import Connection

_MEMORY = "/dev/shm"  # noqa: S108  a folder of one's own is made in it


def _in_memory() -> str | None:
    """A folder whose files are in memory, where the system has one: a journal here need not outlive the process."""
    return _MEMORY if os.access(_MEMORY, os.W_OK | os.X_OK) else None


class InProcessLocalnet(LocalFaucets):
    """A local network without a server, for tests that want to be fast. `InProcessLocalnet.start` makes one.

    The same genesis, programs and client as on `Localnet`, on LiteSVM: give `transport` to each client. Time stands
    still unless it is moved, nothing expires, each transaction is final when it lands, and there are no subscriptions:
    a watch looks every 2 s. `nosana_chain.localnet.litesvm.METHODS` lists what it answers.

    Attributes:
        network: addresses, for a `NosanaClient` or a `Connection`.
        wallets: keys with SOL and NOS, by name, as those of `Localnet`.
        genesis: the state that it started from.
        transport: how a client reaches it.
        chain: the state itself, and what landed on it.
    """

    def __init__(self, genesis: Genesis, connection: Connection, *, chain: InProcessChain) -> None:
        super().__init__(genesis, connection)
        self.chain = chain
        self.transport = InProcessTransport(chain)

    def __repr__(self) -> str:
        """What has happened on it."""
        return f"<InProcessLocalnet, {len(self.chain.landed)} transactions>"

    @classmethod
    @asynccontextmanager
    async def start(
        cls, *, genesis: Genesis | None = None, jobs_fee: bool = False, now: UnixSeconds = START
    ) -> AsyncIterator[Self]:
        """Make a chain in this process, for the length of the block. Network: none.

        Args:
            genesis: state to start from; `standard_genesis()` when None.
            jobs_fee: of the standard genesis: take the jobs program that charges a network fee of one tenth.
            now: the time of its clock, which isn't this machine's: 2026-01-01 unless told.

        Raises:
            LocalnetError: a program of the genesis isn't built.
        """
        genesis = (genesis or standard_genesis(jobs_fee=jobs_fee)).starting_at(now)
        chain = InProcessChain(genesis, now=now)
        with TemporaryDirectory(prefix="nosana-localnet-", dir=_in_memory(), ignore_cleanup_errors=True) as folder:
            network = replace(genesis.network, journal_path=f"{folder}/journal.sqlite")
            async with Connection(network, transport=InProcessTransport(chain), commitment="processed") as connection:
                yield cls(genesis, connection, chain=chain)

    async def warp(self, seconds: int) -> UnixSeconds:
        """Move the chain's clock forward, and return its new time. Network: none.

        Args:
            seconds: how far, 1 or more.

        Raises:
            AmountError: less than 1 second: time doesn't go back.

        Safe to retry: no, each call moves the clock.
        """
        self.chain.set_time(self.chain.now + i64(seconds, "seconds", minimum=1))
        return self.chain.now

    async def set_account(self, address: AddressLike, account: Account) -> None:
        """Put `account` at `address`, whatever was there: a cheat, with no transaction.

        Safe to retry: yes. Network: none.
        """
        self.chain.svm.set_account(as_address(address, "address"), account)
