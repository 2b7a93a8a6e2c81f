"""A connection to one cluster: typed reads over a transport."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, TypeVar

import msgspec
from solders.account import Account
from solders.account_decoder import UiAccountEncoding
from solders.commitment_config import CommitmentLevel
from solders.hash import Hash, ParseHashError
from solders.pubkey import Pubkey
from solders.rpc.config import RpcAccountInfoConfig, RpcProgramAccountsConfig
from solders.rpc.filter import Memcmp
from solders.rpc.requests import GetProgramAccounts
from solders.rpc.responses import GetProgramAccountsResp
from solders.sysvar import CLOCK

from nosana_chain.bindings._runtime.accounts import MAX_ADDRESSES_PER_CALL
from nosana_chain.errors import (
    ConfigError,
    NotFoundError,
    RpcResponseError,
    RpcUnreachableError,
    WrongNetworkError,
)
from nosana_chain.networks import Network
from nosana_chain.units import Lamports, UnixSeconds
from nosana_chain.wire.envelope import EnvelopeTransport, read_result, unreadable
from nosana_chain.wire.provider import TransportProvider
from nosana_chain.wire.retry import RetryingTransport, Sleep
from nosana_chain.wire.transport import HttpTransport, RpcRequest, Transport

if TYPE_CHECKING:
    from solana.rpc.async_api import AsyncClient

Commitment = Literal["processed", "confirmed", "finalized"]
Answer = TypeVar("Answer")

_UNIX_TIMESTAMP = slice(32, 40)  # of the Clock sysvar: after slot, epoch start, epoch and leader epoch, i64 each
_LAG_PAUSES = (0.25, 0.5, 1.0, 2.0, 4.0)  # seconds; nodes behind one URL are a few slots of 0.4 s apart


@dataclass(frozen=True, slots=True)
class Blockhash:
    """A recent blockhash: what a transaction with it is built on, and until when that can land.

    Attributes:
        hash: the blockhash.
        last_valid_block_height: last block height (not slot) at which it is accepted.
    """

    hash: Hash
    last_valid_block_height: int


class _BlockhashValue(msgspec.Struct, rename="camel"):
    blockhash: Hash
    last_valid_block_height: int


class _BlockhashAnswer(msgspec.Struct):
    value: _BlockhashValue


class _Context(Protocol):
    slot: int


class _InContext(Protocol):
    """An answer that says as of which slot it is."""

    @property
    def context(self) -> _Context: ...


_Dated = TypeVar("_Dated", bound=_InContext)


class Connection:
    """Asks one cluster. Use it as an async context manager.

    Once a transaction has landed, accounts are read, and transactions simulated, by nodes that have seen it.

    Args:
        network: the cluster; its rpc_url is where requests go.
        transport: how requests get there, in place of HTTP with retries to `network.rpc_url`. Closed with
            the connection.
        commitment: how settled the state must be that reads see, and that transactions wait for.
        sleep: waits for seconds.

    Raises:
        ConfigError: the network has no endpoint and no transport is given.

    Every method raises RpcError of a kind when the endpoint doesn't answer as it should.
    """

    def __init__(
        self,
        network: Network,
        *,
        transport: Transport | None = None,
        commitment: Commitment = "confirmed",
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.network = network
        self.commitment = commitment
        self.transport = EnvelopeTransport(transport) if transport else _default_transport(network)
        self._provider = TransportProvider(self.transport)
        self._network_checked = network.genesis_hash is None
        self._sleep = sleep
        self._seen_slot = 0
        self._genesis_hash: str | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the transport."""
        await self.transport.aclose()

    @cached_property
    def client(self) -> AsyncClient:
        """solana-py's client over the same transport, for this class and for every method it doesn't wrap."""
        # importing solana-py takes 0.2 s, which a program that never asks a cluster need not wait
        from nosana_chain.wire.solana_client import TransportClient  # noqa: PLC0415

        return TransportClient(self._provider, self.commitment)

    async def call(self, method: str, *params: Any, answer: type[Answer]) -> Answer:
        """The result of any JSON-RPC method, read as the msgspec type `answer`. Network: 1 call."""
        body = msgspec.json.encode({"jsonrpc": "2.0", "id": 0, "method": method, "params": params})
        request = RpcRequest(method, body)
        result = read_result(await self.transport.send(request), request, self.transport.endpoint)
        try:
            return msgspec.json.decode(result, type=answer, dec_hook=_from_text)
        except msgspec.DecodeError as error:
            raise unreadable(method, self.transport.endpoint) from error

    async def fetch_genesis_hash(self) -> str:
        """The hash that every cluster has its own of. Network: 1 call, the first time."""
        if self._genesis_hash is None:
            self._genesis_hash = await self.call("getGenesisHash", answer=str)
        return self._genesis_hash

    async def check_network(self) -> None:
        """Make sure that the endpoint serves the cluster that was asked for, by its genesis hash.

        A network without a genesis hash (localnet, custom) always passes. Network: 1 call, the first time.

        Raises:
            WrongNetworkError: it serves another cluster.
        """
        if self._network_checked:
            return
        found = await self.fetch_genesis_hash()
        if found != self.network.genesis_hash:
            raise WrongNetworkError(
                f"{self.transport.endpoint} does not serve {self.network.name}: its genesis hash is {found}, "
                f"not {self.network.genesis_hash}; give the endpoint of {self.network.name}, or another network",
                endpoint=self.transport.endpoint,
                expected=self.network.genesis_hash,
                found=found,
            )
        self._network_checked = True

    async def fetch_account(self, address: Pubkey) -> Account | None:
        """The account at `address`; None where there is none. Network: 1 call."""
        return (await self._up_to_date("getAccountInfo", partial(self.client.get_account_info, address))).value

    async def fetch_accounts(self, addresses: Sequence[Pubkey]) -> list[Account | None]:
        """The accounts at `addresses`, in their order; None where there is none.

        Network: 1 call for each 100 addresses; the state may move on between two of them.
        """
        accounts: list[Account | None] = []
        for start in range(0, len(addresses), MAX_ADDRESSES_PER_CALL):
            accounts += await self._fetch_batch(addresses[start : start + MAX_ADDRESSES_PER_CALL])
        return accounts

    async def find_accounts(
        self, program_id: Pubkey, *, filters: Sequence[int | Memcmp] = ()
    ) -> list[tuple[Pubkey, Account]]:
        """Every account that `program_id` owns and that passes all `filters` (a length, or bytes at an offset).

        Network: 1 call, which many public endpoints refuse or slow down.
        """
        level = CommitmentLevel.from_string(self.commitment)
        accounts = RpcAccountInfoConfig(
            encoding=UiAccountEncoding.Base64, commitment=level, min_context_slot=self._seen_slot or None
        )
        body = GetProgramAccounts(program_id, RpcProgramAccountsConfig(accounts, list(filters)))
        found = await self._provider.make_request(body, GetProgramAccountsResp)
        return [(keyed.pubkey, keyed.account) for keyed in found.value]

    async def fetch_balance(self, address: Pubkey) -> Lamports:
        """Lamports at `address`, 0 where there is no account. Network: 1 call."""
        return Lamports((await self._up_to_date("getBalance", partial(self.client.get_balance, address))).value)

    async def fetch_clock(self) -> UnixSeconds:
        """The time that programs see, from the Clock sysvar. Network: 1 call."""
        account = await self.fetch_account(CLOCK)
        if account is None or len(account.data) < _UNIX_TIMESTAMP.stop:
            raise NotFoundError("the cluster has no Clock sysvar", address=str(CLOCK), kind="Clock")
        return UnixSeconds(int.from_bytes(account.data[_UNIX_TIMESTAMP], "little", signed=True))

    async def fetch_blockhash(self) -> Blockhash:
        """A recent blockhash; transactions with it can land for about a minute. Network: 1 call."""
        # not by solana-py: at a malformed hash, solders ends the program
        answer = await self.call("getLatestBlockhash", self.settings(), answer=_BlockhashAnswer)
        return Blockhash(answer.value.blockhash, answer.value.last_valid_block_height)

    async def fetch_rent(self, length: int) -> Lamports:
        """Lamports that free an account of `length` bytes from rent. Network: 1 call."""
        return Lamports((await self.client.get_minimum_balance_for_rent_exemption(length)).value)

    @property
    def settled_commitment(self) -> Commitment:
        """What transactions wait for: this connection's commitment, and at least `confirmed`."""
        return "finalized" if self.commitment == "finalized" else "confirmed"

    def settings(self, **settings: Any) -> dict[str, Any]:
        """The last parameter of most methods: this connection's commitment, and `settings`."""
        return {"commitment": self.commitment, **settings}

    def seen_settings(self, **settings: Any) -> dict[str, Any]:
        """The same, and the slot that the node must have seen."""
        seen = {"minContextSlot": self._seen_slot} if self._seen_slot else {}
        return self.settings(**seen, **settings)

    def saw(self, slot: int) -> None:
        """From now on take no answer from before `slot`, in which a transaction landed."""
        self._seen_slot = max(self._seen_slot, slot)

    def unreadable(self, method: str) -> RpcResponseError:
        """The error for an answer that is not of the form the method has."""
        return unreadable(method, self.transport.endpoint)

    async def _fetch_batch(self, addresses: Sequence[Pubkey]) -> list[Account | None]:
        method, ask = "getMultipleAccounts", partial(self.client.get_multiple_accounts, list(addresses))
        found = (await self._up_to_date(method, ask)).value
        if len(found) != len(addresses):
            raise unreadable(method, self.transport.endpoint)
        return found

    async def _up_to_date(self, method: str, ask: Callable[[], Awaitable[_Dated]]) -> _Dated:
        """An answer as of the slot to have seen or later; asked for again while the node lags."""
        pauses = iter(_LAG_PAUSES)
        while (found := await ask()).context.slot < self._seen_slot:
            pause = next(pauses, None)
            if pause is None:
                raise self._lagging(method, found.context.slot)
            await self._sleep(pause)
        return found

    def _lagging(self, method: str, slot: int) -> RpcUnreachableError:
        return RpcUnreachableError(
            f"{method}: {self.transport.endpoint} lags: it answers as of slot {slot}, and a transaction of yours "
            f"landed in slot {self._seen_slot}; try again, or use another endpoint",
            endpoint=self.transport.endpoint,
            method=method,
        )


def _from_text(kind: Any, text: Any) -> Any:
    """A hash of solders from its base58 text."""
    try:
        return kind.from_string(text)
    except ParseHashError as error:
        raise ValueError(text) from error


def _default_transport(network: Network) -> Transport:
    if network.rpc_url is None:
        raise ConfigError(
            f"{network.name} has no RPC endpoint of its own; give one, for example with network.at(url)",
            network=network.name,
        )
    return RetryingTransport(EnvelopeTransport(HttpTransport(network.rpc_url)))
