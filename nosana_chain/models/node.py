"""A host's entry in the nodes registry."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime.layout import key
from nosana_chain.bindings.layouts.nodes import NODE_ACCOUNT
from nosana_chain.models.by_position import by_position
from nosana_chain.one_line import one_line

_read = NODE_ACCOUNT.reader(
    "authority", "audited", "architecture", "country", "cpu", "gpu", "memory", "iops", "storage"
)


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node account: a host, and its machine as the host describes it. The chain verifies none of the figures.

    Attributes:
        authority: the host.
        audited: whether the network's authority vouches for the description.
        architecture: 0 to 9; the program gives the numbers no meaning.
        country: ISO 3166-1 numeric code.
        cpu: processor figure; like `gpu`, `memory`, `iops` and `storage` a number without a unit on chain.
        endpoint: where the host is reached.
        icon: the host's picture.
        version: of the host's software.
    """

    address: Pubkey
    authority: Pubkey
    audited: bool
    architecture: int
    country: int
    cpu: int
    gpu: int
    memory: int
    iops: int
    storage: int
    endpoint: str
    icon: str
    version: str

    @classmethod
    def decode(cls, address: Pubkey, data: bytes) -> Node:
        """Read a node from the bytes of its account."""
        authority, *figures = _read(data)
        return _node(address, key(authority), *figures, *NODE_ACCOUNT.read_tail(data))


_node = by_position(Node)
