"""What a JSON-RPC method does, as far as it matters for asking again."""

from __future__ import annotations

_READS = ("get", "is", "minimum", "simulate")
SEND = "sendTransaction"  #: the same signed bytes land at most once, however often and wherever they are sent


def only_reads(method: str) -> bool:
    """Whether a request of this method changes nothing."""
    return method.startswith(_READS)


def may_repeat(method: str) -> bool:
    """Whether a second request of this method changes nothing that the first did not."""
    return only_reads(method) or method == SEND
