"""Off the chain: IPFS, hosts, public APIs."""

from __future__ import annotations

from nosana_chain.errors.base import NosanaError, Retry
from nosana_chain.errors.rejected import InputError


class OffChainError(NosanaError):
    """A service off the chain could not be reached, or did not do what was asked.

    `endpoint` is its URL without secrets.
    """

    code = "off_chain"
    retry = Retry.SAME
    endpoint: str


class NotPinnedError(OffChainError):
    """A content could not be pinned, so nothing was paid for it."""

    code = "off_chain.not_pinned"
    cid: str


class NotFetchedError(OffChainError):
    """No gateway gave the content of a CID.

    `reasons` says of each gateway why not.
    """

    code = "off_chain.not_fetched"
    cid: str
    reasons: tuple[str, ...]


class ContentMismatchError(OffChainError):
    """What a service gave is not what its CID names: it was changed on the way, or is not what was asked for.

    `cid` is what was asked for, and `found` the CID of what came, where that is known.
    """

    code = "off_chain.content_mismatch"
    retry = Retry.NEVER
    cid: str
    found: str | None


class HostRefusedError(OffChainError):
    """A host's own API refused.

    `status` is its HTTP status.
    """

    code = "off_chain.host_refused"
    retry = Retry.NEVER
    status: int


class AuthorizationError(InputError):
    """An authorization string is malformed, too old, or for another message."""

    code = "input.authorization"
