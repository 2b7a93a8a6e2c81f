"""Finding accounts where endpoints refuse to list them: in an address book, which grows from transactions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence

from solders.account import Account
from solders.pubkey import Pubkey
from solders.rpc.filter import Memcmp

from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.engine.addresses.book import AddressBook
from nosana_chain.engine.addresses.growing import Growth
from nosana_chain.engine.addresses.source import Reach, Source
from nosana_chain.errors import InputError, Retry, RpcError, RpcResponseError, SearchTooLongError
from nosana_chain.programs.account_hunt import Hunt, Posting, Wanted
from nosana_chain.wire.connection import Connection

MOST_READ = 10_000  #: transactions that one search reads
_log = logging.getLogger(__name__)


class AddressSearch:
    """Reads transactions into an address book, and finds in it what an endpoint doesn't list: a `Directory`.

    Args:
        book: what is known; it grows.
        most: after how many transactions one search gives up; what it read stays in the book.
    """

    def __init__(self, book: AddressBook, *, most: int = MOST_READ) -> None:
        self.book = book
        self._most = most
        self._locks: dict[Pubkey, asyncio.Lock] = {}
        self._postings: dict[Pubkey, Posting] = {}

    async def find(
        self,
        connection: Connection,
        program_id: Pubkey,
        *,
        filters: Sequence[int | Memcmp],
        hints: Sequence[Pubkey],
        refusal: RpcError,
    ) -> list[tuple[Pubkey, Account]]:
        """The accounts of a kind that pass all filters, as far as transactions tell of them.

        Network: for the addresses that name such accounts, 1 call for each 1000 transactions that weren't read yet, 2
        more, and 1 for each of them; and 1 for each 100 accounts of the kind that they name.

        Raises:
            RpcError: `refusal`, for accounts of no known kind; or the endpoint doesn't tell transactions either, which
                is another error where it may do so later.
            SearchTooLongError: there are more than one search may read.
            InputError: the book belongs to another cluster.
        """
        wanted = Wanted.by(filters)
        if wanted is None:
            raise refusal
        await self._require_cluster(connection)
        self._tell(connection, wanted.kind, refusal)
        reading = _Reading(self, connection, self._most)
        hunt = Hunt(reading.grow, connection.fetch_account, self._postings)
        try:
            sources = await hunt.sources(wanted, known=self.book.sources, hints=hints, program=program_id)
        except RpcResponseError as error:
            raise error if error.retry is Retry.SAME else _neither(refusal, error) from error
        if unread := sum(len(source.unread) for source in sources.values()):
            _log.warning("%d listed transactions couldn't be read: %s accounts may be missing", unread, wanted.kind)
        found = await self._look(connection, wanted, sources, program_id)
        if wanted.kind == "job":
            hunt.note(found, sources.values())
        return found

    async def grow(self, connection: Connection, address: AddressLike, *, most: int = MOST_READ) -> Reach:
        """Read the transactions of an address into the book, those that are new and those that are older.

        Raises:
            InputError: it is no address, or the book belongs to another cluster.
            SearchTooLongError: there are more than `most`.
            RpcError: the endpoint doesn't tell.
        """
        key = as_address(address, "address")
        await self._require_cluster(connection)
        await _Reading(self, connection, most).grow(key)
        return self.book.reach(key)

    def lock(self, address: Pubkey) -> asyncio.Lock:
        """Held by whoever reads the transactions of an address."""
        return self._locks.setdefault(address, asyncio.Lock())

    async def _require_cluster(self, connection: Connection) -> None:
        """Network: 1 call, the first time."""
        genesis = await connection.fetch_genesis_hash()
        self.book.cluster = self.book.cluster or genesis
        if self.book.cluster != genesis:
            raise InputError(f"the address book is of another cluster than {connection.network.name}; start a new one")

    async def _look(
        self, connection: Connection, wanted: Wanted, sources: Mapping[Pubkey, Source], program_id: Pubkey
    ) -> list[tuple[Pubkey, Account]]:
        """The accounts that are there and pass; those that are gone are forgotten."""
        named = dict.fromkeys(address for source in sources.values() for address in source.addresses(wanted.kind))
        sight = await connection.look(list(named))
        gone = [address for address, account in sight.accounts.items() if account is None]
        for source in sources.values():
            source.forget(wanted.kind, gone, slot=sight.slot)
        there = ((address, account) for address, account in sight.accounts.items() if account is not None)
        return [(at, account) for at, account in there if account.owner == program_id and wanted.passes(account.data)]

    def _tell(self, connection: Connection, kind: str, refusal: RpcError) -> None:
        """Say once for each kind of account that what is found may lag."""
        if connection.first_time(f"{kind} by transactions"):
            _log.warning(
                "%s. Accounts (%s) are looked for in the transactions that name them: those are missing whose making "
                "the endpoint doesn't know any more, or doesn't list yet",
                refusal,
                kind,
            )


def _neither(refusal: RpcError, error: RpcError) -> RpcResponseError:
    """The error for an endpoint that lists no accounts, and doesn't tell transactions either."""
    return RpcResponseError(
        f"{refusal.message}. It doesn't tell the transactions either by which they could be found; what is known by "
        f"its address can be read: every `fetch_` ({error.message})",
        **{"rpc_code": None, **refusal.facts},
    )


class _Reading:
    """One search's share of reading."""

    def __init__(self, search: AddressSearch, connection: Connection, most: int) -> None:
        self._search = search
        self._connection = connection
        self._most = self._left = most

    async def grow(self, address: Pubkey, *, down_to: int = 0) -> Source:
        async with self._search.lock(address):
            source = self._search.book.source(address)
            growth = Growth(self._connection, address, source, most=self._left)
            try:
                done = await growth.run(down_to=down_to)
            finally:
                self._left = growth.left
            if not done:
                raise self._too_long(address)
            return source

    def _too_long(self, address: Pubkey) -> SearchTooLongError:
        endpoint, read = self._connection.transport.endpoint, self._most - self._left
        return SearchTooLongError(
            f"{address} has more transactions than the {read} that were read for one search at {endpoint}. They are in "
            "the client's address book: call again to go on, save the book to keep them, or use an endpoint that lists "
            "the accounts of programs",
            endpoint=endpoint,
            method="getSignaturesForAddress",
            address=str(address),
            read=read,
        )


class Addresses:
    """What a client knows of addresses without being told by lists: `client.addresses`.

    Args:
        connection: the cluster, whose directory this becomes.
        book: what is known already.
    """

    def __init__(self, connection: Connection, book: AddressBook) -> None:
        self.book = book
        self._connection = connection
        self._search = AddressSearch(book)
        connection.directory = self._search

    async def grow(self, address: AddressLike, *, most: int = MOST_READ) -> Reach:
        """Read which accounts the transactions of an address name: a market, a wallet, a vault or a program.

        Every `find_` uses them where the endpoint refuses to list the accounts of a program, and grows the book by
        itself; this reads ahead, or at a time of one's choice. It may be ended and called again: it goes on then.

        Args:
            address: whose transactions.
            most: about how many to read; those that failed don't count.

        Network: 1 call for each 1000 transactions that aren't in the book yet, 2 more, and 1 for each of them that
        succeeded, 8 at a time.

        Raises:
            InputError: it is no address, or the book belongs to another cluster.
            SearchTooLongError: there are more than `most`; call again to go on.
            RpcError: the endpoint doesn't tell; what was read until then is in the book.
        """
        return await self._search.grow(self._connection, address, most=most)

    def reach(self, address: AddressLike) -> Reach:
        """How far the transactions of an address are in the book: what is beyond is missing there. Network: none.

        Raises:
            InputError: it is no address.
        """
        return self.book.reach(address)
