"""The address book: what is known from the transactions of several addresses, in memory or as JSON."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.engine.addresses.source import Reach, Reached, Source
from nosana_chain.errors import InputError

_VERSION = 1


class _Place(msgspec.Struct, array_like=True):
    signature: str
    slot: int


class _Source(msgspec.Struct):
    newest: _Place | None
    oldest: _Place | None
    is_whole: bool
    unread: list[_Place]
    seen: dict[str, dict[str, tuple[int, int]]]


class _Book(msgspec.Struct):
    version: int
    cluster: str | None
    sources: dict[str, _Source]


class AddressBook:
    """Addresses of jobs, runs, stakes and all other accounts that the transactions of some addresses name.

    It belongs to one cluster, that of the client which first uses it. Several clients of one process may share it; it
    is kept only where it is saved.

    Attributes:
        cluster: genesis hash of the cluster; None while it is new.
        sources: what is known, by the address whose transactions told it.
    """

    def __init__(self) -> None:
        self.cluster: str | None = None
        self.sources: dict[Pubkey, Source] = {}

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> AddressBook:
        """The book in a file; a new one where there is no file.

        Raises:
            InputError: the file is no address book of this version.
        """
        try:
            text = Path(path).read_text("utf-8")
        except FileNotFoundError:
            return cls()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{path} can't be read as an address book: {error}", path=str(path)) from error
        return cls.from_json(text)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the book to a file, in place of what is there; one that is cut short by a crash leaves the old one.

        Raises:
            OSError: the file can't be written.
        """
        target = Path(path)
        beside = target.with_name(f"{target.name}.{os.getpid()}.new")
        beside.write_text(self.to_json(), "utf-8")
        beside.replace(target)

    @classmethod
    def from_json(cls, text: str | bytes) -> AddressBook:
        """The book of a text that `to_json` gave.

        Raises:
            InputError: it is none, or one of another version.
        """
        book = cls()
        try:
            stored = msgspec.json.decode(text, type=_Book)
            sources = {Pubkey.from_string(address): _read(one) for address, one in stored.sources.items()}
        except (ValueError, msgspec.DecodeError) as error:
            raise InputError(f"this is no address book: {error}; start a new one") from error
        if stored.version != _VERSION:
            raise InputError(f"the address book is of version {stored.version}, not {_VERSION}; start a new one")
        book.cluster, book.sources = stored.cluster, sources
        return book

    def to_json(self) -> str:
        """All of the book as JSON text."""
        sources = {str(address): _written(source) for address, source in self.sources.items()}
        return msgspec.json.encode(_Book(_VERSION, self.cluster, sources)).decode()

    def source(self, address: Pubkey) -> Source:
        """What the transactions of an address told; nothing yet where it is new."""
        return self.sources.setdefault(address, Source())

    def reach(self, address: AddressLike) -> Reach:
        """How far the transactions of an address were read.

        Raises:
            InputError: it is no address.
        """
        key = as_address(address, "address")
        return self.sources.get(key, Source()).reach(key)

    def addresses(self, kind: str) -> list[Pubkey]:
        """All known addresses of a kind: job, run, market, stake, reward, pool, node, distributor, claim_status.

        Accounts among them may be gone; whoever reads them sees which.
        """
        return list(dict.fromkeys(self._all(kind)))

    def _all(self, kind: str) -> Iterator[Pubkey]:
        for source in self.sources.values():
            yield from source.addresses(kind)

    def __repr__(self) -> str:
        """How many addresses are in it, and whose transactions told them."""
        count = sum(len(of_kind) for source in self.sources.values() for of_kind in source.seen.values())
        return f"<AddressBook: {count} addresses out of the transactions of {len(self.sources)}>"


def _written(source: Source) -> _Source:
    return _Source(
        newest=_place(source.newest),
        oldest=_place(source.oldest),
        is_whole=source.is_whole,
        unread=[_Place(str(signature), slot) for signature, slot in source.unread.items()],
        seen={
            kind: {str(address): slots for address, slots in of_kind.items()} for kind, of_kind in source.seen.items()
        },
    )


def _place(reached: Reached | None) -> _Place | None:
    return None if reached is None else _Place(str(reached.signature), reached.slot)


def _read(stored: _Source) -> Source:
    """ValueError for what is no signature or address."""
    return Source(
        newest=_reached(stored.newest),
        oldest=_reached(stored.oldest),
        is_whole=stored.is_whole,
        unread={Signature.from_string(one.signature): one.slot for one in stored.unread},
        seen={
            kind: {Pubkey.from_string(address): slots for address, slots in of_kind.items()}
            for kind, of_kind in stored.seen.items()
        },
    )


def _reached(place: _Place | None) -> Reached | None:
    return None if place is None else Reached(Signature.from_string(place.signature), place.slot)
