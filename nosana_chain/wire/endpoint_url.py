"""The URL of an endpoint, which may hold a token: kept in one object that shows none of it.

The object is passed around in place of the text, so that no frame of ours has the text among its locals: crash
reporters and rich tracebacks print those.
"""

from __future__ import annotations

import re
from base64 import b64encode
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import httpx2

from nosana_chain.errors import ConfigError
from nosana_chain.wire.texts import Scrubber

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
# What is sure to be no token: a short lower-case word or a version. Everything else in a path is hidden.
_PLAIN_SEGMENT = re.compile(r"[a-z]{1,12}|v\d{1,2}|")


class HiddenBytes(bytes):
    """Bytes that no repr shows. Libraries pass them on as they are."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Nothing of the content."""
        return "<hidden>"


class EndpointUrl:
    """Where requests go.

    Attributes:
        shown: the URL without what may be a secret: user part, query, fragment, and every long or odd part of the path.
        origin: scheme, host and port.
        is_loopback: whether the host is this machine.
        scrubber: takes the URL's secrets out of texts.

    Args:
        url: the URL as the user wrote it, `http://` or `https://`.

    Raises:
        ConfigError: it can't be read. It isn't quoted, and is not in the traceback.
    """

    __slots__ = ("_parts", "is_loopback", "origin", "scrubber", "shown")

    def __init__(self, url: str) -> None:
        self.shown = "…"
        parts = _parts(url)
        del url  # a traceback with locals would show it
        if parts is None:
            raise ConfigError("the endpoint's URL can't be read; write it as https://host:port/path")
        self._parts = _HiddenParts(parts)
        self.origin = _origin(parts)
        self.shown = _shown(parts)
        self.is_loopback = parts.hostname in _LOOPBACK
        self.scrubber = Scrubber(_secrets(parts))

    def __repr__(self) -> str:
        """What may be shown."""
        return f"EndpointUrl({self.shown!r})"

    def reveal(self) -> str:
        """The whole URL, as the user wrote it. Never keep it in a variable: a traceback with locals would show it."""
        return self._parts.value.geturl()

    def target(self) -> HiddenBytes:
        """What stands in the first line of each request: path and query."""
        whole = self._parts.value._replace(fragment="").geturl()
        return HiddenBytes(httpx2.URL(whole).raw_path)

    def auth(self) -> httpx2.BasicAuth | None:
        """The user part as HTTP's basic authentication; None without one."""
        parts = self._parts.value
        if parts.username is None:
            return None
        return httpx2.BasicAuth(unquote(parts.username), unquote(parts.password or ""))


class _HiddenParts:
    __slots__ = ("value",)

    def __init__(self, value: SplitResult) -> None:
        self.value = value


def redacted(url: str) -> str:
    """`url` without what may be a secret; see `EndpointUrl.shown`."""
    return EndpointUrl(url).shown


def _parts(url: str) -> SplitResult | None:
    """None for what can't be read: the reason may quote the URL, and with it a token."""
    try:
        httpx2.URL(url)
        parts = urlsplit(url)
        readable = bool(parts.hostname) and parts.port != 0  # reading the port checks its range
    except (httpx2.InvalidURL, ValueError):
        return None
    return parts if readable else None


def _origin(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _shown(parts: SplitResult) -> str:
    segments = [segment if _PLAIN_SEGMENT.fullmatch(segment) else "…" for segment in parts.path.split("/")]
    return _origin(parts) + "/".join(segments).rstrip("/")


def _basic(parts: SplitResult) -> str:
    """The user part as the Authorization header has it; empty without one."""
    if parts.username is None:
        return ""
    return b64encode(f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()).decode()


def _secrets(parts: SplitResult) -> list[str]:
    """Everything of the URL that isn't shown, as it is written and as it reads."""
    written = [parts.username, parts.password, parts.query, parts.fragment, parts.netloc.rpartition("@")[0]]
    written += [segment for segment in parts.path.split("/") if not _PLAIN_SEGMENT.fullmatch(segment)]
    written += [part for pair in parse_qsl(parts.query, keep_blank_values=True) for part in pair[1:]]
    written += [part.partition("=")[2] for part in parts.query.split("&")]
    written += [_basic(parts)]
    return [text for secret in written if secret for text in (secret, unquote(secret))]
