"""The state of a network in a file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import msgspec
from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain.errors import LocalnetError
from nosana_chain.localnet.genesis import Genesis
from nosana_chain.units import UnixSeconds
from nosana_chain.wire.connection import Connection

_VERSION = 1
_RUNTIMES_LAMPORTS = 10**15

#: Owners of accounts that every runtime has of its own.
RUNTIMES_OWN = {
    "Config1111111111111111111111111111111111111",
    "Feature111111111111111111111111111111111111",
    "NativeLoader1111111111111111111111111111111",
    "Sysvar1111111111111111111111111111111111111",
}


class SavedAccount(msgspec.Struct, frozen=True):
    """An account.

    Attributes:
        lamports: its SOL.
        owner: the program that owns it.
        data: what is in it; base64 in the file.
    """

    lamports: int
    owner: str
    data: bytes

    def account(self) -> Account:
        """As the genesis has it."""
        return Account(self.lamports, self.data, Pubkey.from_string(self.owner))


class Kind(msgspec.Struct, frozen=True):
    """What a state can be gone on with: of whose addresses, programs and cluster it is."""

    mainnet: bool
    jobs_fee: bool
    fork: bool

    def __str__(self) -> str:
        told = ("mainnet's addresses" if self.mainnet else "devnet's addresses", "a fork" if self.fork else "")
        return ", ".join(part for part in (*told, "the jobs program with a fee" if self.jobs_fee else "") if part)


class SavedState(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a network at a moment.

    Attributes:
        kind: what may go on with it.
        unix_time: of the chain's clock.
        accounts: every account that isn't the runtime's own, by address.
        market: the market that was ready from the start.
        sha256: of the accounts, to know a file that was damaged.
        version: of this layout.
    """

    kind: Kind
    unix_time: int
    accounts: dict[str, SavedAccount]
    market: str
    sha256: str
    version: int = _VERSION

    @classmethod
    def of(cls, kind: Kind, *, unix_time: int, accounts: dict[str, SavedAccount], market: str) -> SavedState:
        """A state, with its hash."""
        told = _hash(accounts)
        return cls(kind=kind, unix_time=unix_time, accounts=accounts, market=market, sha256=told)

    @classmethod
    def from_bytes(cls, content: bytes, *, file: object) -> SavedState:
        """What a file says.

        Raises:
            LocalnetError: it was damaged, or is no state.
        """
        way_out = "delete it, or reset the network to a snapshot or its genesis"
        try:
            state = msgspec.json.decode(content, type=cls)
        except msgspec.MsgspecError as error:
            raise LocalnetError(f"{file} can't be read as the state of a local network ({error}): {way_out}") from error
        if state.version != _VERSION:
            raise LocalnetError(f"{file} is of another version of nosana-chain ({state.version}): {way_out}")
        if state.sha256 != _hash(state.accounts):
            raise LocalnetError(f"{file} was damaged (its hash is another): {way_out}")
        return state

    def to_bytes(self) -> bytes:
        """The content of a file."""
        return msgspec.json.encode(self)

    def genesis(self, like: Genesis) -> Genesis:
        """The genesis of a network that goes on with it: programs and wallets are those of `like`."""
        return replace(like, accounts={Pubkey.from_string(at): one.account() for at, one in self.accounts.items()})


class _ShownAccount(msgspec.Struct):
    lamports: int
    owner: str
    data: bytes


class _Export(msgspec.Struct):
    value: dict[str, _ShownAccount]


async def purse_of_runtime(connection: Connection, genesis: Genesis) -> Pubkey:
    """The wallet that the runtime makes for its airdrops, anew each time: to be asked for before any. Network: 1 call.

    Raises:
        LocalnetError: there is none.
    """
    for address, one in (await accounts_of(connection)).items():
        if one.lamports == _RUNTIMES_LAMPORTS and not one.data and Pubkey.from_string(address) not in genesis.accounts:
            return Pubkey.from_string(address)
    raise LocalnetError("the runtime has no purse of its own: this isn't the Surfpool that nosana-chain installs")


async def accounts_of(connection: Connection) -> dict[str, SavedAccount]:
    """Every account of a running Surfpool that isn't the runtime's own. Network: 1 call."""
    export = await connection.call("surfnet_exportSnapshot", {"scope": "network"}, answer=_Export)
    found = sorted(export.value.items())
    return {
        address: SavedAccount(one.lamports, one.owner, one.data)
        for address, one in found
        if one.lamports and one.owner not in RUNTIMES_OWN
    }


async def state_of(connection: Connection, kind: Kind, *, market: Pubkey, purse: Pubkey) -> SavedState:
    """The state of a running Surfpool now, without the runtime's purse. Network: 2 calls."""
    accounts = await accounts_of(connection)
    accounts.pop(str(purse), None)
    return SavedState.of(kind, unix_time=await connection.fetch_clock(), accounts=accounts, market=str(market))


def behind(state: SavedState, now: UnixSeconds) -> int:
    """Seconds by which a clock must be moved so that it doesn't go back; 0 for none."""
    return max(0, state.unix_time - now)


def _hash(accounts: Mapping[str, SavedAccount]) -> str:
    return hashlib.sha256(msgspec.json.encode(accounts, order="deterministic")).hexdigest()
