"""A follower's position as a short text, which another process takes up; bound to its cluster and what is followed."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.engine.following.position import Position
from nosana_chain.errors import CursorError
from nosana_chain.models.event import Place

_PREFIX = "nc1."  #: the version: a text of another one is refused, not misread
_LONGEST = 1_000  # characters
_KEY_BYTES = 8


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where to go on.

    Attributes:
        position: which transactions have been given, all of their events.
        within: of the transaction under way, the place of the last event that was given; None between transactions.
        signature: of that transaction.
        addresses: what is followed by now, besides what was followed at first.
    """

    position: Position
    signature: Signature | None = None
    within: Place | None = None
    addresses: tuple[Pubkey, ...] = ()


class _Text(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    cluster: bytes
    scope: bytes
    mark: int
    count: int
    digest: int
    signature: bytes | None
    within: tuple[int, int, int] | None
    addresses: list[bytes] = []


@dataclass(frozen=True, slots=True)
class CursorScope:
    """What cursors are bound to.

    Attributes:
        cluster: key of the cluster's genesis.
        scope: key of what is followed.
    """

    cluster: bytes
    scope: bytes

    @classmethod
    def of(cls, genesis: str, followed: Iterable[str]) -> CursorScope:
        """The scope of a cluster with this genesis hash, and of all that says what is followed, in its order."""
        return cls(_key([genesis]), _key(followed))

    def text(self, cursor: Cursor) -> str:
        """The cursor as text: ASCII, of letters, digits and `.-_`."""
        position, within = cursor.position, cursor.within
        packed = msgspec.msgpack.encode(
            _Text(
                self.cluster,
                self.scope,
                position.mark,
                position.count,
                position.digest,
                None if cursor.signature is None else bytes(cursor.signature),
                None if within is None else (within.instruction, within.call, within.number),
                [bytes(address) for address in cursor.addresses],
            )
        )
        return _PREFIX + base64.urlsafe_b64encode(packed).decode().rstrip("=")

    def read(self, text: str) -> Cursor:
        """The cursor of a text.

        Raises:
            CursorError: it is none, of another version, of another cluster, or of something else that was followed.
        """
        read = _read(text)
        if read.cluster != self.cluster:
            raise CursorError("the cursor belongs to another cluster: follow where it was made, or start without it")
        if read.scope != self.scope:
            raise CursorError("the cursor belongs to another watch: give the same filters, or start without it")
        try:
            position = Position(read.mark, read.count, read.digest)
            within = None if read.within is None else Place(*read.within)
            return Cursor(position, _signature(read.signature), within, tuple(map(Pubkey.from_bytes, read.addresses)))
        except ValueError as error:
            raise _no_cursor() from error


def _read(text: str) -> _Text:
    if not isinstance(text, str) or len(text) > _LONGEST or not text.startswith(_PREFIX):
        raise _no_cursor()
    body = text.removeprefix(_PREFIX)
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        return msgspec.msgpack.decode(packed, type=_Text)
    except (ValueError, msgspec.DecodeError) as error:
        raise _no_cursor() from error


def _signature(raw: bytes | None) -> Signature | None:
    return None if raw is None else Signature.from_bytes(raw)


def _no_cursor() -> CursorError:
    return CursorError(f"this is no cursor of this version: one begins with {_PREFIX!r}, as an event's `cursor` does")


def _key(parts: Iterable[str]) -> bytes:
    return hashlib.sha256("\n".join(parts).encode()).digest()[:_KEY_BYTES]
