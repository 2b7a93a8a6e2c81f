"""Reading nodes."""

from __future__ import annotations

from solders.pubkey import Pubkey
from solders.rpc.filter import Memcmp

from nosana_chain import pda
from nosana_chain.bindings.nodes.accounts import NodeAccount
from nosana_chain.models.node import Node
from nosana_chain.programs.accounts import AccountKind
from nosana_chain.rpc.connection import Connection

NODE = AccountKind(name="node", program="nodes", discriminator=NodeAccount.discriminator, decode=Node.decode)

#: Offset and length of a node's fields, from the order of its fields in idl/.
_AUDITED, _ARCHITECTURE, _COUNTRY = (40, 1), (41, 1), (42, 2)


async def fetch_node(connection: Connection, host: Pubkey) -> Node:
    """The node of a host; NotFoundError if it has none. Network: 1 call."""
    return await NODE.fetch(connection, pda.node_address(host, network=connection.network))


async def find_nodes(
    connection: Connection,
    *,
    audited: bool | None = None,
    architecture: int | None = None,
    country: int | None = None,
) -> list[Node]:
    """The nodes that are as asked; None takes any. Network: 1 getProgramAccounts call."""
    wanted = {_AUDITED: audited, _ARCHITECTURE: architecture, _COUNTRY: country}
    filters = [
        Memcmp(offset, int(value).to_bytes(length, "little"))
        for (offset, length), value in wanted.items()
        if value is not None
    ]
    return await NODE.find(connection, *filters)
