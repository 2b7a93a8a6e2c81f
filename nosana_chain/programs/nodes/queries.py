"""Reading nodes."""

from __future__ import annotations

from typing import NamedTuple

from solders.pubkey import Pubkey
from solders.rpc.filter import Memcmp

from nosana_chain import pda
from nosana_chain.bindings.nodes.accounts import NodeAccount
from nosana_chain.engine.looking import Looking, see
from nosana_chain.models.node import Node
from nosana_chain.networks import Network
from nosana_chain.programs.accounts import AccountKind
from nosana_chain.programs.nodes.terms import require_figure
from nosana_chain.wire.connection import Connection

NODE = AccountKind(name="node", program="nodes", discriminator=NodeAccount.discriminator, decode=Node.decode)


class _Field(NamedTuple):
    """Where a number of a node stands, from the order of the fields in idl/."""

    name: str
    offset: int
    length: int

    def equals(self, value: int) -> Memcmp:
        figure = require_figure(self.name, value, 0, 256**self.length - 1)
        return Memcmp(self.offset, figure.to_bytes(self.length, "little"))


_AUDITED, _ARCHITECTURE, _COUNTRY = _Field("audited", 40, 1), _Field("architecture", 41, 1), _Field("country", 42, 2)


async def fetch_node(connection: Connection, host: Pubkey) -> Node:
    """The node of a host; NotFoundError if it has none. Network: 1 call."""
    return await see(connection, look_for_node(connection.network, host))


async def find_nodes(
    connection: Connection,
    *,
    audited: bool | None = None,
    architecture: int | None = None,
    country: int | None = None,
) -> list[Node]:
    """The nodes that are as asked; None takes any. Network: 1 getProgramAccounts call.

    Raises:
        AmountError: a number that the field can't hold.
    """
    wanted = {_AUDITED: None if audited is None else int(audited), _ARCHITECTURE: architecture, _COUNTRY: country}
    return await NODE.find(connection, *(field.equals(value) for field, value in wanted.items() if value is not None))


def look_for_node(network: Network, host: Pubkey) -> Looking[Node]:
    """`fetch_node` as something to be seen."""
    return (yield from NODE.look(network, pda.node_address(host, network=network)))
