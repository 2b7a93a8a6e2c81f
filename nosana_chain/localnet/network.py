"""The local network: a validator on a genesis, its clock, and what a faucet does."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from tempfile import TemporaryDirectory
from typing import Any, Self

import msgspec
from solders.account import Account

from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.errors import UnsupportedByValidatorError
from nosana_chain.localnet.faucets import POLL_SECONDS, LocalFaucets
from nosana_chain.localnet.genesis import Genesis, standard_genesis
from nosana_chain.localnet.surfpool_package import TellUser
from nosana_chain.localnet.toolchain import Toolchain
from nosana_chain.localnet.validators import backend_of, chosen_ports, running_validator
from nosana_chain.secret import SecretText
from nosana_chain.units import UnixSeconds, i64
from nosana_chain.wire.connection import Connection

_MILLISECONDS = 1000


class _EpochInfo(msgspec.Struct, rename="camel"):
    """What Surfpool answers to a time travel."""

    absolute_slot: int


class Localnet(LocalFaucets):
    """A running local network. `Localnet.start` makes one.

    Attributes:
        network: addresses and endpoints, for a `NosanaClient` or a `Connection`.
        wallets: keys with SOL and NOS, by name: faucet, authority, operator, host, builder and staker in the
            standard genesis. Everybody knows these keys: never fund them anywhere else.
        genesis: the state that it started from.
        transport: how a client reaches it: None, by the network's endpoints.
    """

    def __init__(self, genesis: Genesis, connection: Connection, *, slot_ms: float, is_surfpool: bool = True) -> None:
        super().__init__(genesis, connection)
        self._slot_ms = slot_ms
        self._is_surfpool = is_surfpool

    def __repr__(self) -> str:
        """Where it listens, and its pace."""
        return f"<Localnet {self.network.rpc_url}, a slot every {self._slot_ms:g} ms>"

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        *,
        genesis: Genesis | None = None,
        jobs_fee: bool = False,
        slot_ms: int | None = None,
        rpc_port: int | None = None,
        ws_port: int | None = None,
        validator: str | os.PathLike[str] | None = None,
        ticks_per_slot: int | None = None,
        toolchain: Toolchain | None = None,
        progress: TellUser | None = None,
        fork_url: str | None = None,
    ) -> AsyncIterator[Self]:
        """Run a local network for the length of the block; it ends with the block and with the process.

        Networks don't know of each other: any number may run at once. It listens on loopback only, and serves programs
        and pages of this machine alone. docs/localnet.md tells where it differs from a validator.

        Args:
            genesis: state to start from; `standard_genesis()` when None. `blank_genesis()` has the programs alone, and
                either takes programs, accounts and wallets of one's own: docs/localnet-genesis.md.
            jobs_fee: of the standard genesis: take the jobs program that charges a network fee of one tenth.
            slot_ms: length of a slot in milliseconds, from 1; 250 when None. It is the network's pace: **a blockhash
                lives for 150 slots**, and so does a transaction that is signed but not sent; an action takes about one
                slot, finality 31. At 250 that is 37 s, 0.25 s and 8 s. Tests, for which nobody waits in a wallet or a
                debugger, do well with 50 (7.5 s, 0.07 s, 1.6 s); mainnet has 400 (60 s); a debugger may want 4000 (10
                minutes).
            rpc_port: fixed port of the JSON-RPC endpoint, 1 to 65535; any free one when None. WebSockets are served on
                it, too.
            ws_port: fixed port of the WebSocket endpoint, likewise; the one after the JSON-RPC endpoint's when None.
            validator: `surfpool`; or `agave`, the official `solana-test-validator` on PATH or in the user's cache; or
                the path of one. When None what NOSANA_VALIDATOR says, or else surfpool. docs/validators.md compares.
            ticks_per_slot: of the official validator, in place of slot_ms (which it takes from 12.5 to 400): length of
                a slot in ticks of 6.25 ms, 2 to 64; 64 (400 ms, as on mainnet) when both are None.
            toolchain: Node.js and Surfpool; looked for, and Surfpool installed if need be, when None.
            progress: is told in one line of anything that takes long (installing Surfpool).
            fork_url: endpoint of a live cluster to run on a copy of: what the genesis doesn't have is read there when
                it is first asked for, and changed here alone. `fork_genesis` makes a genesis with money for it.

        Raises:
            InputError: a port or the slot's length is out of range, or is none of this validator's settings.
            MissingDependencyError: no Node.js, no Surfpool, no official validator; the message says what to install.
            PortInUseError: a fixed port is taken, or the one after `rpc_port`.
            LocalnetError: a program isn't built, or the validator doesn't start.

        Network: none beyond this machine, but for the first use, when Surfpool is installed.
        """
        backend = backend_of(validator, slot_ms=slot_ms, ticks_per_slot=ticks_per_slot)
        ports = chosen_ports(rpc_port, ws_port, backend)
        fork_url = SecretText(fork_url) if fork_url else None
        if fork_url and not backend.is_surfpool:
            raise UnsupportedByValidatorError("the official validator can't run on a copy of a cluster; Surfpool can")
        genesis = (genesis or standard_genesis(jobs_fee=jobs_fee)).starting_at(UnixSeconds(int(time.time())))
        async with running_validator(
            backend, genesis, ports=ports, toolchain=toolchain, progress=progress, fork_url=fork_url
        ) as endpoints:
            with TemporaryDirectory(prefix="nosana-localnet-", ignore_cleanup_errors=True) as folder:
                network = replace(
                    genesis.network,
                    slot_seconds=backend.slot_ms / _MILLISECONDS,
                    journal_path=f"{folder}/journal.sqlite",
                )
                network = network.at(endpoints.rpc_url, endpoints.ws_url)
                async with Connection(network, commitment="processed") as connection:
                    yield cls(genesis, connection, slot_ms=backend.slot_ms, is_surfpool=backend.is_surfpool)

    async def warp(self, seconds: int) -> UnixSeconds:
        """Move the chain's clock forward, and return its new time once programs see it.

        The slot moves with the time, one for each `slot_ms`; the block height, by which blockhashes and transactions
        expire, does not. Surfpool's travel to a moment can lead to a lower slot than the present one: this travels by
        slots.

        Args:
            seconds: how far, 1 or more. The network's own time goes on all the while.

        Raises:
            AmountError: less than 1 second: time doesn't go back.
            UnsupportedByValidatorError: this is the official validator.

        Safe to retry: no, each call moves the clock. Network: about 5 calls, two slots.
        """
        self._require_surfpool("time can't be moved")
        target = await self.unix_time() + i64(seconds, "seconds", minimum=1)
        slots = -(-seconds * _MILLISECONDS // int(self._slot_ms))
        arrived = await self._travel(await self._slot() + slots)
        # in the slot of arrival itself, Surfpool's Clock has the wrong slot number
        while await self._slot() <= arrived or (now := await self.unix_time()) < target:  # noqa: ASYNC110  another process's clock
            await asyncio.sleep(POLL_SECONDS)
        return now

    async def set_account(self, address: AddressLike, account: Account) -> None:
        """Put `account` at `address`, whatever was there: a cheat, with no transaction.

        Raises:
            UnsupportedByValidatorError: this is the official validator.

        Safe to retry: yes. Network: 1 call.
        """
        self._require_surfpool("an account can't be put in place")
        content = {"lamports": account.lamports, "data": account.data.hex(), "owner": str(account.owner)}
        await self._connection.call("surfnet_setAccount", str(as_address(address, "address")), content, answer=Any)

    def _require_surfpool(self, what: str) -> None:
        if not self._is_surfpool:
            raise UnsupportedByValidatorError(
                f"{what} on the official validator; start the network with validator='surfpool', its default"
            )

    async def _slot(self) -> int:
        return await self._connection.call("getSlot", self._connection.options(), answer=int)

    async def _travel(self, slot: int) -> int:
        answer = await self._connection.call("surfnet_timeTravel", {"absoluteSlot": slot}, answer=_EpochInfo)
        return answer.absolute_slot
