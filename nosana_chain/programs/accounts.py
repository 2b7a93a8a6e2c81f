"""Reading accounts of a known kind: one or NotFoundError, or all that match."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from solders.account import Account
from solders.pubkey import Pubkey
from solders.rpc.filter import Memcmp

from nosana_chain.bindings._runtime.layout import AccountLayout
from nosana_chain.bindings.program_errors.anchor import AccountNotInitialized
from nosana_chain.engine.looking import Looking, Search, look, search, search_each
from nosana_chain.engine.plan import InWords, Proof, account_made
from nosana_chain.errors import NosanaError, NotFoundError
from nosana_chain.models.presence import is_there
from nosana_chain.networks import Network
from nosana_chain.programs.account_names import name_of
from nosana_chain.wire.connection import Connection

Model_co = TypeVar("Model_co", covariant=True)


class Decoder(Protocol[Model_co]):
    """How a model reads itself from an account's bytes."""

    def __call__(self, address: Pubkey, data: bytes) -> Model_co:
        """The model of the account at `address`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountKind(Generic[Model_co]):
    """A kind of account: what people call it, whose it is, how its data is laid out, and how it is read."""

    name: str
    program: str
    layout: AccountLayout
    decode: Decoder[Model_co]

    @property
    def discriminator(self) -> bytes:
        """What the data of such an account begins with."""
        return self.layout.discriminator

    def where(self, **wanted: Pubkey | int | None) -> list[Memcmp]:
        """Filters for accounts whose fields, by the names of the layout, have these values; None takes any.

        Raises:
            KeyError: no such field at a fixed place.
            OverflowError: a number that the field can't hold.
        """
        sought = ((self.layout.field(name), value) for name, value in wanted.items() if value is not None)
        return [Memcmp(field.offset, field.encode(value)) for field, value in sought]

    async def fetch(self, connection: Connection, address: Pubkey) -> Model_co:
        """The account at `address`. Network: 1 call.

        Raises:
            NotFoundError: nothing there, or something else.
        """
        return self.read(connection.network, address, await connection.fetch_account(address))

    async def find(self, connection: Connection, *filters: Memcmp) -> list[Model_co]:
        """All accounts of this kind that match every filter. Network: 1 getProgramAccounts call."""
        found = await connection.find_accounts(self._owner(connection.network), filters=[self._mine, *filters])
        return [self.decode(address, account.data) for address, account in found]

    def filters(self, *filters: Memcmp) -> list[Memcmp]:
        """What accounts of this kind have in common, and `filters`: for subscriptions."""
        return [self._mine, *filters]

    def look(self, network: Network, address: Pubkey) -> Looking[Model_co]:
        """`fetch` as something to be seen."""
        seen = yield from look(address)
        return self.read(network, address, seen[address])

    def search(
        self, network: Network, *filters: Memcmp, hints: Iterable[Pubkey] = (), whole: bool = False
    ) -> Looking[list[Model_co]]:
        """`find` as something to be seen; `hints` and `whole` as in `engine.looking.Search`."""
        found = yield from search(self._owner(network), self._mine, *filters, hints=hints, whole=whole)
        return [self.decode(address, account.data) for address, account in found]

    def search_each(self, network: Network, filters: Iterable[Sequence[Memcmp]]) -> Looking[list[Model_co]]:
        """All that match one of several lists of filters, which are searched at once."""
        owner = self._owner(network)
        found = yield from search_each(Search(owner, (self._mine, *one)) for one in filters)
        return [self.decode(address, account.data) for each in found for address, account in each]

    def read(self, network: Network, address: Pubkey, account: Account | None) -> Model_co:
        """The model of an account that was fetched already; NotFoundError if it isn't of this kind."""
        if account is None:
            raise self._not_found(network, address, "nothing is there")
        if not self._is_mine(network, account):
            found = name_of(account, network)
            what = f"another kind of account is there, {f'{found}, ' if found else ''}owned by {account.owner}"
            raise self._not_found(network, address, what)
        return self.decode(address, account.data)

    def read_if_any(self, network: Network, address: Pubkey, account: Account | None) -> Model_co | None:
        """The same, but None where no account `is_there`."""
        return self.read(network, address, account) if is_there(account) else None

    def absent(self, network: Network, address: Pubkey) -> InWords:
        """A program's complaint that nothing is at `address`, as NotFoundError; for a plan that didn't look there."""

        def told(error: NosanaError) -> NosanaError:
            missing = isinstance(error, AccountNotInitialized) and error.account == self.name
            return self._not_found(network, address, "nothing is there") if missing else error

        return told

    def read_if_mine(self, network: Network, address: Pubkey, account: Account | None) -> Model_co | None:
        """The same, and None also for what is of another kind: who has sent lamports to where it was, for one."""
        return self.decode(address, account.data) if account and self._is_mine(network, account) else None

    def made(self, network: Network, address: Pubkey, matches: Callable[[Model_co], bool]) -> Proof:
        """The proof of a plan that creates the account at `address`: it is there, of this kind, and `matches`."""
        return account_made(
            address, lambda account: self._is_mine(network, account) and matches(self.decode(address, account.data))
        )

    def _is_mine(self, network: Network, account: Account) -> bool:
        return account.owner == self._owner(network) and account.data.startswith(self.discriminator)

    @property
    def _mine(self) -> Memcmp:
        return Memcmp(0, self.discriminator)

    def _owner(self, network: Network) -> Pubkey:
        owner: Pubkey = getattr(network.programs, self.program)
        return owner

    def _not_found(self, network: Network, address: Pubkey, found: str) -> NotFoundError:
        return NotFoundError(
            f"no {self.name} at {address} on {network.name}: {found}; check the address and the network",
            address=str(address),
            kind=self.name,
        )
