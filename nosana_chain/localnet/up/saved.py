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

_VERSION = 1

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
        programs: those that were deployed while it ran, by program id; base64 in the file.
        market: the market that was ready from the start.
        sha256: of accounts and programs, to know a file that was damaged.
        version: of this layout.
    """

    kind: Kind
    unix_time: int
    accounts: dict[str, SavedAccount]
    programs: dict[str, bytes]
    market: str
    sha256: str
    version: int = _VERSION

    @classmethod
    def of(
        cls,
        kind: Kind,
        *,
        unix_time: int,
        accounts: dict[str, SavedAccount],
        programs: dict[str, bytes],
        market: str,
    ) -> SavedState:
        """A state, with its hash."""
        told = _hash(accounts, programs)
        return cls(kind=kind, unix_time=unix_time, accounts=accounts, programs=programs, market=market, sha256=told)

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
        if state.sha256 != _hash(state.accounts, state.programs):
            raise LocalnetError(f"{file} was damaged (its hash is another): {way_out}")
        return state

    def to_bytes(self) -> bytes:
        """The content of a file."""
        return msgspec.json.encode(self)

    def genesis(self, like: Genesis) -> Genesis:
        """The genesis of a network that goes on with it: wallets and Nosana's programs are those of `like`."""
        accounts = {Pubkey.from_string(at): one.account() for at, one in self.accounts.items()}
        programs = {Pubkey.from_string(at): elf for at, elf in self.programs.items()}
        return replace(like, accounts=accounts, programs={**like.programs, **programs})


def behind(state: SavedState, now: UnixSeconds) -> int:
    """Seconds by which a clock must be moved so that it doesn't go back; 0 for none."""
    return max(0, state.unix_time - now)


def _hash(accounts: Mapping[str, SavedAccount], programs: Mapping[str, bytes]) -> str:
    return hashlib.sha256(msgspec.json.encode([accounts, programs], order="deterministic")).hexdigest()
