"""Metaplex metadata of a token: what the programs decode, to the end of `uses`, and the same in pieces to write."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from solders.pubkey import Pubkey

from model.layouts import Reader, UndecodableError, encode

METADATA_KEY = 4  # the kind of account, among those of Metaplex
LAST_STANDARD, LAST_USE_METHOD = 5, 2
Piece = tuple[str, bytes]


class Uses(NamedTuple):
    """How often a token may be used."""

    method: int = 0
    remaining: int = 1
    total: int = 1


def verified_collection(data: bytes) -> Pubkey | None:
    """The collection in a token's metadata, when the collection's owner has verified it.

    All else is read too, and must be what Metaplex writes; what follows `uses` is not looked at.
    """
    reader = Reader(data)
    if reader.read("u8") != METADATA_KEY:
        raise UndecodableError
    for kind in ("key", "key", "string", "string", "string", "u16"):  # two authorities, three texts, the seller's fee
        reader.read(kind)
    _option(reader, _read_creators)
    for _sold_mutable in range(2):
        reader.read("bool")
    _option(reader, _number_to(0xFF))  # edition nonce
    _option(reader, _number_to(LAST_STANDARD))
    collection = _option(reader, lambda of: (of.read("bool"), of.read("key")))
    _option(reader, lambda of: (_number_to(LAST_USE_METHOD)(of), of.take(16)))
    verified, key = collection or (False, None)
    return key if verified else None


def _option(reader: Reader, read: Callable[[Reader], Any]) -> Any:
    return read(reader) if reader.read("bool") else None


def _read_creators(reader: Reader) -> None:
    for _ in range(reader.read("u32")):
        for kind in ("key", "bool", "u8"):  # address, verified, share
            reader.read(kind)


def _number_to(last: int) -> Callable[[Reader], int]:
    def read(reader: Reader) -> int:
        number: int = reader.read("u8")
        if number > last:
            raise UndecodableError
        return number

    return read


def metadata(mint: Pubkey, collection: Pubkey | None, **traits: Any) -> bytes:
    """Metaplex metadata of a token. For its traits, see `pieces`."""
    return b"".join(data for _, data in pieces(mint, collection, **traits))


def pieces(
    mint: Pubkey,
    collection: Pubkey | None,
    *,
    verified: bool = True,
    creators: tuple[Pubkey, ...] | None = None,
    nonce: int | None = None,
    standard: int | None = None,
    uses: Uses | None = None,
) -> Iterator[Piece]:
    """The parts of a token's metadata by name, each as its bytes: whoever wants one damaged damages that."""
    yield "kind", bytes([METADATA_KEY])
    yield "addresses", bytes(Pubkey.default()) + bytes(mint)
    for text in ("Key", "KEY", "ipfs://"):
        yield "text", encode("string", text)
    yield "fee", bytes(2)
    yield from _creators(creators)
    yield "sold", b"\0"
    yield "mutable", b"\1"
    yield from _numbered("nonce", nonce)
    yield from _numbered("standard", standard)
    yield "has collection", bytes([collection is not None])
    if collection is not None:
        yield "verified", bytes([verified])
        yield "collection", bytes(collection)
    yield from _numbered("use method", uses and uses.method)
    if uses:
        yield "use counts", encode("u64", uses.remaining) + encode("u64", uses.total)


def _creators(creators: tuple[Pubkey, ...] | None) -> Iterator[Piece]:
    yield "has creators", bytes([creators is not None])
    if creators is not None:
        yield "creators", encode("u32", len(creators))
    for creator in creators or ():
        yield "creator", bytes(creator)
        yield "creator verified", b"\1"
        yield "share", bytes([100 // len(creators or ())])


def _numbered(name: str, number: int | None) -> Iterator[Piece]:
    yield f"has {name}", bytes([number is not None])
    if number is not None:
        yield name, bytes([number])
