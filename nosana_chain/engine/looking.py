"""What must be seen before something can be decided, apart from how it is asked for.

A *looking* is a generator: it yields what it needs to see, is sent what is there, and returns what follows from it. It
never asks a cluster itself, so a decision is tested with a table of accounts, and many that run side by side share
their reads: 240 jobs for one market read that market once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeAlias, TypeVar

from solders.account import Account
from solders.pubkey import Pubkey
from solders.rpc.filter import Memcmp

from nosana_chain.engine.sharing import all_of
from nosana_chain.errors import NosanaError
from nosana_chain.wire.connection import Connection

T = TypeVar("T")

#: The accounts that were asked for, by address; None where there is none.
Sight: TypeAlias = Mapping[Pubkey, Account | None]
Found: TypeAlias = list[tuple[Pubkey, Account]]
ReadAccounts: TypeAlias = Callable[[Sequence[Pubkey]], Awaitable[Sight]]


@dataclass(frozen=True, slots=True)
class Accounts:
    """Asks for the accounts at `addresses`, all as of one moment if there are up to 100."""

    addresses: tuple[Pubkey, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """Asks for every account that `program` owns and that passes all `filters`, which many endpoints refuse.

    `hints` are addresses whose transactions name what is searched for, where no key in the filters does.
    """

    program: Pubkey
    filters: tuple[int | Memcmp, ...]
    hints: tuple[Pubkey, ...] = ()


@dataclass(frozen=True, slots=True)
class Searches:
    """Asks for several searches at once."""

    searches: tuple[Search, ...]


Need: TypeAlias = Accounts | Search | Searches
Looking: TypeAlias = Generator[Need, Any, T]


def look(*addresses: Pubkey) -> Looking[Sight]:
    """See the accounts at `addresses`."""
    seen: Sight = yield Accounts(addresses)
    return seen


def search(program: Pubkey, *filters: int | Memcmp, hints: Iterable[Pubkey] = ()) -> Looking[Found]:
    """See every account of `program` that passes all `filters`."""
    found: Found = yield Search(program, filters, tuple(hints))
    return found


def search_each(searches: Iterable[Search]) -> Looking[list[Found]]:
    """See what each of several searches finds."""
    found: list[Found] = yield Searches(tuple(searches))
    return found


async def see(connection: Connection, looking: Looking[T]) -> T:
    """What follows from what `looking` asks to see. Network: 1 call for each thing that it asks for.

    Raises:
        NosanaError: what the looking itself raises at what it sees, or RpcError.
    """
    [found] = await see_all(connection, [looking])
    if isinstance(found, NosanaError):
        raise found
    return found


async def see_all(
    connection: Connection, lookings: Iterable[Looking[T]], *, read: ReadAccounts | None = None
) -> list[T | NosanaError]:
    """The same for many, which share their reads: for each its result, or its own error.

    Args:
        connection: the cluster.
        lookings: what wants to see.
        read: reads accounts in the connection's place.

    Raises:
        RpcError: the endpoint didn't answer as it should.
    """
    walkers = [_Walker(looking) for looking in lookings]
    for walker in walkers:
        walker.go_on(None)
    while waiting := [walker for walker in walkers if walker.need is not None]:
        seen = await _answers(connection, read or partial(_read, connection), waiting)
        for walker in waiting:
            walker.go_on(seen.to(walker.need))
    return [walker.outcome for walker in walkers]


class _Walker(Generic[T]):
    """One looking on its way."""

    def __init__(self, looking: Looking[T]) -> None:
        self._looking = looking
        self.need: Need | None = None
        self.outcome: T | NosanaError

    def go_on(self, seen: Any) -> None:
        try:
            self.need = self._looking.send(seen)
        except StopIteration as stop:
            self._end(stop.value)
        except NosanaError as error:
            self._end(error)

    def _end(self, outcome: T | NosanaError) -> None:
        self.need, self.outcome = None, outcome


@dataclass(frozen=True, slots=True)
class _Answers:
    sight: Sight
    found: Sequence[tuple[Search, Found]]

    def to(self, need: Need | None) -> Sight | Found | list[Found]:
        if isinstance(need, Search):
            return self._of(need)
        if isinstance(need, Searches):
            return [self._of(search) for search in need.searches]
        return {address: self.sight[address] for address in need.addresses} if need else {}

    def _of(self, search: Search) -> Found:
        return next(found for one, found in self.found if one == search)


async def _read(connection: Connection, addresses: Sequence[Pubkey]) -> Sight:
    return dict(zip(addresses, await connection.fetch_accounts(addresses), strict=True))


async def _answers(connection: Connection, read: ReadAccounts, walkers: Sequence[_Walker[Any]]) -> _Answers:
    needs = [walker.need for walker in walkers]
    addresses = list(dict.fromkeys(one for need in needs if isinstance(need, Accounts) for one in need.addresses))
    searches: list[Search] = []  # filters can't be hashed
    for need in needs:
        searches += (one for one in _searches_in(need) if one not in searches)
    sight, found = await all_of(
        read(addresses),
        all_of(*(connection.find_accounts(one.program, filters=one.filters, hints=one.hints) for one in searches)),
    )
    return _Answers(sight, list(zip(searches, found, strict=True)))


def _searches_in(need: Need | None) -> tuple[Search, ...]:
    return need.searches if isinstance(need, Searches) else (need,) if isinstance(need, Search) else ()
