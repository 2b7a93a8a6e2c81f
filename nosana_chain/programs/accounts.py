"""Reading accounts of a known kind: one or NotFoundError, or all that match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeGuard, TypeVar

from solders.account import Account
from solders.pubkey import Pubkey
from solders.rpc.filter import Memcmp
from solders.system_program import ID as SYSTEM_PROGRAM

from nosana_chain.errors import NotFoundError
from nosana_chain.wire.connection import Connection

Model_co = TypeVar("Model_co", covariant=True)


class Decoder(Protocol[Model_co]):
    """How a model reads itself from an account's bytes."""

    def __call__(self, address: Pubkey, data: bytes) -> Model_co:
        """The model of the account at `address`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountKind(Generic[Model_co]):
    """A kind of account: what people call it, whose it is, how it begins, and how it is read."""

    name: str
    program: str
    discriminator: bytes
    decode: Decoder[Model_co]

    async def fetch(self, connection: Connection, address: Pubkey) -> Model_co:
        """The account at `address`. Network: 1 call.

        Raises:
            NotFoundError: nothing there, or something else.
        """
        return self.read(connection, address, await connection.fetch_account(address))

    async def find(self, connection: Connection, *filters: Memcmp) -> list[Model_co]:
        """All accounts of this kind that match every filter. Network: 1 getProgramAccounts call."""
        of_this_kind = Memcmp(0, self.discriminator)
        found = await connection.find_accounts(self._owner(connection), filters=[of_this_kind, *filters])
        return [self.decode(address, account.data) for address, account in found]

    def read(self, connection: Connection, address: Pubkey, account: Account | None) -> Model_co:
        """The model of an account that was fetched already; NotFoundError if it isn't of this kind."""
        if account is None:
            raise self._not_found(connection, address, "nothing is there")
        if account.owner != self._owner(connection) or not account.data.startswith(self.discriminator):
            raise self._not_found(connection, address, f"another kind of account is there, owned by {account.owner}")
        return self.decode(address, account.data)

    def read_if_any(self, connection: Connection, address: Pubkey, account: Account | None) -> Model_co | None:
        """The same, but None where no account `is_there`."""
        return self.read(connection, address, account) if is_there(account) else None

    def _owner(self, connection: Connection) -> Pubkey:
        owner: Pubkey = getattr(connection.network.programs, self.program)
        return owner

    def _not_found(self, connection: Connection, address: Pubkey, found: str) -> NotFoundError:
        return NotFoundError(
            f"no {self.name} at {address} on {connection.network.name}: {found}; check the address and the network",
            address=str(address),
            kind=self.name,
        )


def is_there(account: Account | None) -> TypeGuard[Account]:
    """Whether an address holds more than lamports, which anybody may send to any address: programs ignore them."""
    return account is not None and (bool(account.data) or account.owner != SYSTEM_PROGRAM)


def address_filters(wanted: Mapping[int, Pubkey | None]) -> list[Memcmp]:
    """Filters for accounts that hold these addresses at these offsets; None takes any."""
    return [Memcmp(offset, bytes(address)) for offset, address in wanted.items() if address is not None]
