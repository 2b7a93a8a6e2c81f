"""Events that a server sends (text/event-stream of the HTML standard), read as they come and in bounds."""

from __future__ import annotations

MAX_EVENT_BYTES = 4 * 1024 * 1024


class EventError(Exception):
    """What comes is no such stream, or an event is too long. It never leaves `web`."""


class EventReader:
    """Cuts a stream into the data of its events. No network: it is fed."""

    def __init__(self, *, most: int = MAX_EVENT_BYTES) -> None:
        self._most = most
        self._rest: list[bytes] = []  # of a line that isn't whole yet
        self._data: list[str] = []
        self._held = 0  # bytes of the event that isn't whole yet

    def feed(self, chunk: bytes) -> list[str]:
        """The data of the events that are whole now.

        Raises:
            EventError: an event is longer than it may be.
        """
        found: list[str] = []
        if b"\n" in chunk:  # joined only then: a byte at a time must not cost the square of their number
            *lines, chunk = b"".join([*self._rest, chunk]).split(b"\n")
            self._rest, self._held = [], self._held - sum(map(len, self._rest))
            for line in lines:
                found += self._line(line.removesuffix(b"\r"))
        self._rest.append(chunk)
        self._held += len(chunk)
        if self._held > self._most:
            raise EventError(f"an event of more than {self._most} bytes")
        return found

    def _line(self, line: bytes) -> list[str]:
        """The data of the event that this line ends."""
        if not line:
            data, self._data, self._held = self._data, [], 0
            return ["\n".join(data)] if data else []
        self._held += len(line) + 1
        name, _, value = line.decode(errors="replace").partition(":")
        if name == "data":
            self._data.append(value.removeprefix(" "))
        return []
