"""A connection to one cluster: typed reads over a transport."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, TypeVar

import msgspec
from solders.account import Account
from solders.hash import Hash
from solders.pubkey import Pubkey
from solders.rpc.filter import Memcmp
from solders.sysvar import CLOCK

from nosana_chain.bindings._runtime.accounts import MAX_ADDRESSES_PER_CALL
from nosana_chain.errors import InputError, RpcError, RpcResponseError, RpcUnreachableError
from nosana_chain.models.clock import Clock
from nosana_chain.networks import Network
from nosana_chain.units import Lamports, UnixSeconds
from nosana_chain.wire.accounts import (
    KEYED_ACCOUNTS,
    MAYBE_ACCOUNT,
    Dated,
    Sight,
    WholeNumber,
    filter_options,
    maybe_account,
    pages,
)
from nosana_chain.wire.envelope import MIN_SLOT_NOT_REACHED, unreadable
from nosana_chain.wire.gathering import gathered
from nosana_chain.wire.genesis import GENESIS_REQUEST, wrong_network
from nosana_chain.wire.retry import Sleep
from nosana_chain.wire.slots import SeenSlot
from nosana_chain.wire.stack import DEFAULT_POLICY, Wire, WirePolicy
from nosana_chain.wire.tracing import Tracer
from nosana_chain.wire.transport import RpcRequest, Transport
from nosana_chain.wire.unlisted import refuses_to_list

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
        slot: as of which the endpoint gave it.
    """

    hash: Hash
    last_valid_block_height: int
    slot: int = 0


class _BlockhashValue(msgspec.Struct, rename="camel"):
    blockhash: Hash
    last_valid_block_height: WholeNumber


class Directory(Protocol):
    """Finds a program's accounts where no endpoint lists them."""

    async def find(
        self,
        connection: Connection,
        program_id: Pubkey,
        *,
        filters: Sequence[int | Memcmp],
        hints: Sequence[Pubkey],
        refusal: RpcError,
    ) -> list[tuple[Pubkey, Account]]:
        """As `find_accounts`, in other ways; `refusal` is raised where there is none."""
        ...


class Connection:
    """Asks one cluster. Use it as an async context manager, in one event loop.

    Once a transaction has landed, accounts are read, and transactions simulated, by nodes that have seen it.

    Args:
        network: the cluster; its rpc_url is where requests go, and its more_rpc_urls are used when that fails.
        transport: how requests get there, in place of HTTP with retries and failover to the network's endpoints.
            Closed with the connection.
        commitment: how settled the state must be that reads see, and that transactions wait for.
        sleep: waits for seconds.
        policy: retries, rates and timeouts of the wire.
        tracer: called around each request.

    Attributes:
        directory: finds accounts where the endpoints refuse to list those of a program; None for nobody.

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
        policy: WirePolicy = DEFAULT_POLICY,
        tracer: Tracer | None = None,
    ) -> None:
        self.network = network
        self.commitment = commitment
        self.directory: Directory | None = None
        self.transport = Wire(network, transport, policy=policy, tracer=tracer, sleep=sleep)
        self._network_checked = network.genesis_hash is None
        self._genesis_hash: str | None = None
        self._sleep = sleep
        self._seen = SeenSlot()
        self._told: set[str] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the transport. What is asked afterwards, or on its way, ends with RpcClosedError."""
        await self.transport.aclose()

    @cached_property
    def client(self) -> AsyncClient:
        """solana-py's client over the same wire, for the methods that have no wrapper here."""
        # importing solana-py takes 0.2 s, which a program that doesn't use it need not wait
        from nosana_chain.wire.solana_client import TransportClient  # noqa: PLC0415

        return TransportClient(self.transport, self.commitment)

    async def call(self, method: str, *params: Any, answer: type[Answer]) -> Answer:
        """The result of any JSON-RPC method, read as the msgspec type `answer`.

        Fields that the type doesn't have are left out. Pubkey, Hash and EndpointText (cleaned text) may be among the
        types of its fields. Network: 1 call; more where one is repeated.
        """
        try:
            found: Answer = await self.transport.send(_request(method, params, answer))
        except RpcUnreachableError as error:
            if error.facts.get("rpc_code") == MIN_SLOT_NOT_REACHED:
                self._seen.forget()  # no node reached it in time: it may have been a false one
            raise
        self._note_slot(found)
        return found

    async def call_each(self, method: str, *params: Any, answer: type[Answer]) -> list[Answer | RpcError]:
        """The same question to every endpoint by itself, each with the answer or the error that it gave.

        For what one endpoint alone must not decide, as that a transaction is not on chain. In the order of the
        endpoints: one entry where one is configured. Network: 1 call an endpoint; more where one is repeated.
        """
        return await self.transport.send_each(_request(method, params, answer))

    async def fetch_genesis_hash(self) -> str:
        """The hash of the first block, of which every cluster has its own. Network: 1 call, the first time."""
        if self._genesis_hash is None:
            self._genesis_hash = str(await self.transport.send(GENESIS_REQUEST))
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
            raise wrong_network(
                self.network.name, endpoint=self.transport.endpoint, expected=self.network.genesis_hash, found=found
            )
        self._network_checked = True

    async def look(self, addresses: Sequence[Pubkey]) -> Sight:
        """The accounts at `addresses`, and as of which slot they are.

        Network: 1 call for each 100 addresses, up to 8 at a time; the state may move on between two of them.
        """
        found = await gathered([self._look_at(page) for page in pages(addresses, MAX_ADDRESSES_PER_CALL)])
        accounts = {address: account for sight in found for address, account in sight.accounts.items()}
        return Sight(min((sight.slot for sight in found), default=0), accounts)

    async def fetch_account(self, address: Pubkey) -> Account | None:
        """The account at `address`; None where there is none. Network: 1 call."""
        options = self.options(encoding="base64")
        ask = partial(self.call, "getAccountInfo", str(address), options, answer=_ONE)
        return maybe_account((await self._up_to_date("getAccountInfo", ask)).value)

    async def fetch_accounts(self, addresses: Sequence[Pubkey]) -> list[Account | None]:
        """The accounts at `addresses`, in their order; None where there is none. Network: as `look`."""
        sight = await self.look(addresses)
        return [sight.accounts[address] for address in addresses]

    async def find_accounts(
        self, program_id: Pubkey, *, filters: Sequence[int | Memcmp] = (), hints: Sequence[Pubkey] = ()
    ) -> list[tuple[Pubkey, Account]]:
        """Every account that `program_id` owns and that passes all `filters` (a length, or bytes at an offset).

        Many public endpoints refuse that. Where there is a `directory`, it finds them then, as far as it can.

        Args:
            program_id: the owner.
            filters: what the accounts must have.
            hints: for a directory, addresses whose transactions name the accounts, where no key in the filters does.

        Network: 1 call; where that is refused, those of the directory too.
        """
        try:
            return await self._list_accounts(program_id, filters)
        except RpcError as error:
            if self.directory is None or not refuses_to_list(error):
                raise
            return await self.directory.find(self, program_id, filters=filters, hints=hints, refusal=error)

    async def fetch_balance(self, address: Pubkey) -> Lamports:
        """Lamports at `address`, 0 where there is no account. Network: 1 call."""
        ask = partial(self.call, "getBalance", str(address), self.options(), answer=Dated[WholeNumber])
        return Lamports((await self._up_to_date("getBalance", ask)).value)

    async def fetch_clock(self) -> UnixSeconds:
        """The time that programs see, from the Clock sysvar. Network: 1 call."""
        return Clock.read(await self.fetch_account(CLOCK)).unix_time

    async def fetch_blockhash(self) -> Blockhash:
        """A recent blockhash; transactions with it can land for about a minute. Network: 1 call."""
        found = await self.call("getLatestBlockhash", self.options(), answer=Dated[_BlockhashValue])
        return Blockhash(found.value.blockhash, found.value.last_valid_block_height, found.context.slot)

    async def fetch_rent(self, length: int) -> Lamports:
        """Lamports that free an account of `length` bytes from rent. Network: 1 call."""
        method = "getMinimumBalanceForRentExemption"
        rent: int = await self.call(method, length, self.options(), answer=_WHOLE_NUMBER)
        return Lamports(rent)

    @property
    def settled_commitment(self) -> Commitment:
        """What transactions wait for: this connection's commitment, and at least `confirmed`."""
        return "finalized" if self.commitment == "finalized" else "confirmed"

    def options(self, **options: Any) -> dict[str, Any]:
        """The last parameter of most methods: this connection's commitment, and what else is asked for."""
        return {"commitment": self.commitment, **options}

    def seen_options(self, **options: Any) -> dict[str, Any]:
        """The same, and the slot that the node must have seen."""
        seen = {"minContextSlot": self._seen.slot} if self._seen.slot else {}
        return self.options(**seen, **options)

    def saw(self, slot: int) -> None:
        """From now on take no answer from before `slot`, in which a transaction landed.

        A slot that is far from those of other answers is not believed, and one that no node reaches is forgotten.
        """
        self._seen.saw(slot)

    def unreadable(self, method: str) -> RpcResponseError:
        """The error for an answer that is not of the form the method has."""
        return unreadable(method, self.transport.endpoint)

    def first_time(self, what: str) -> bool:
        """Whether this is the first time that `what` is to be told here: for warnings that need no repetition."""
        told = what in self._told
        self._told.add(what)
        return not told

    async def _list_accounts(self, program_id: Pubkey, filters: Sequence[int | Memcmp]) -> list[tuple[Pubkey, Account]]:
        options = self.seen_options(encoding="base64", withContext=True, filters=filter_options(filters))
        ask = partial(self.call, "getProgramAccounts", str(program_id), options, answer=KEYED_ACCOUNTS)
        found = await self._up_to_date("getProgramAccounts", ask)
        keyed = found.value if isinstance(found, Dated) else found
        return [(each.pubkey, each.account.account()) for each in keyed]

    async def _look_at(self, addresses: list[Pubkey]) -> Sight:
        """One page."""
        options = self.options(encoding="base64")
        ask = partial(self.call, "getMultipleAccounts", [*map(str, addresses)], options, answer=_SEVERAL)
        found = await self._up_to_date("getMultipleAccounts", ask)
        if len(found.value) != len(addresses):
            raise self.unreadable("getMultipleAccounts")
        return Sight(found.context.slot, dict(zip(addresses, map(maybe_account, found.value), strict=True)))

    async def _up_to_date(self, method: str, ask: Callable[[], Awaitable[Any]]) -> Any:
        """An answer as of the slot to have seen or later; asked for again while the node lags."""
        pauses = iter(_LAG_PAUSES)
        while (slot := _slot_of(found := await ask())) is not None and slot < self._seen.slot:
            pause = next(pauses, None)
            if pause is None:
                raise self._lagging(method, slot)
            self.transport.turn_away(f"it answers as of slot {slot}, and slot {self._seen.slot} is awaited")
            await self._sleep(pause)
        return found

    def _note_slot(self, answer: Any) -> None:
        slot = _slot_of(answer)
        if slot is not None:
            self._seen.told(slot)

    def _lagging(self, method: str, slot: int) -> RpcUnreachableError:
        awaited = self._seen.slot
        self._seen.forget()
        return RpcUnreachableError(
            f"{method}: {self.transport.endpoint} lags: it answers as of slot {slot}, and a transaction of yours "
            f"landed in slot {awaited}; try again, or use another endpoint (the next answer is taken as it is)",
            endpoint=self.transport.endpoint,
            method=method,
        )


_ONE: Any = Dated[MAYBE_ACCOUNT]
_SEVERAL: Any = Dated[list[MAYBE_ACCOUNT]]
_WHOLE_NUMBER: Any = WholeNumber


def _request(method: str, params: Sequence[Any], answer: Any) -> RpcRequest:
    try:
        body = msgspec.json.encode({"jsonrpc": "2.0", "id": 0, "method": method, "params": params})
    except (TypeError, ValueError, OverflowError, RecursionError, msgspec.EncodeError) as error:
        raise InputError(f"{method}: its parameters can't be written as JSON: {error}", method=method) from error
    return RpcRequest(method, body, answer)


def _slot_of(answer: Any) -> int | None:
    """As of which slot an answer is; None where it doesn't say."""
    slot = getattr(getattr(answer, "context", None), "slot", None)
    return slot if isinstance(slot, int) else None
