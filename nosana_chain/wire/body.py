"""The body of an HTTP answer, read in bounds: packed and unpacked it is never more than it may be."""

from __future__ import annotations

import zlib

import httpx2

from nosana_chain.wire.limits import OPEN_ENDED

_PLAIN = ("", "identity")
_GZIP = ("gzip", "x-gzip")
_GZIP_WINDOW = 31  # of zlib: the largest window, with gzip's header


class BodyError(Exception):
    """A body that can't be taken; the text goes on after 'sent'. It never leaves the wire.

    Args:
        reason: what is wrong.
        asks_too_much: whether an honest endpoint would send no other.
    """

    def __init__(self, reason: str, *, asks_too_much: bool = False) -> None:
        super().__init__(reason)
        self.asks_too_much = asks_too_much


async def read_body(response: httpx2.Response, *, most: int) -> bytes:
    """The body, unpacked.

    Args:
        response: a response whose body was not read yet.
        most: bytes that it may have, on the wire and unpacked.

    Raises:
        BodyError: it is longer, or packed in a way that wasn't asked for, or damaged.
    """
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in _PLAIN + _GZIP:
        raise BodyError("an answer that is packed in a way that wasn't asked for")
    unpacking = _Gunzip(most) if encoding in _GZIP else None
    length = response.headers.get("Content-Length", "")
    if length.isascii() and length.isdigit() and (len(length) > len(str(most)) or int(length) > most):
        raise too_long(most)
    body, received = bytearray(), 0
    async for chunk in response.aiter_raw():
        received += len(chunk)
        body += unpacking.feed(chunk, most - len(body)) if unpacking else chunk
        if max(received, len(body)) > most:
            raise too_long(most)
    if unpacking:
        unpacking.finish()
    return bytes(body)


def too_long(most: int) -> BodyError:
    """The error for a body of more than `most` bytes."""
    return BodyError(f"more than {most} bytes; ask for less at once", asks_too_much=most >= OPEN_ENDED)


class _Gunzip:
    """Unpacks gzip, one member or several, and never more than asked for."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._member = zlib.decompressobj(_GZIP_WINDOW)

    def feed(self, packed: bytes, room: int) -> bytes:
        """What `packed` unpacks to, at most one byte more than there is `room` for."""
        unpacked = bytearray()
        while packed and len(unpacked) <= room:
            if self._member.eof:
                self._member = zlib.decompressobj(_GZIP_WINDOW)
            try:
                unpacked += self._member.decompress(packed, room - len(unpacked) + 1)
            except zlib.error:
                raise BodyError("a damaged answer") from None
            packed = self._member.unconsumed_tail or self._member.unused_data
        return bytes(unpacked)

    def finish(self) -> None:
        """Make sure that nothing is missing at the end."""
        if not self._member.eof:
            raise BodyError("a damaged answer")
