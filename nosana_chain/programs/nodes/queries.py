"""Reading nodes."""

from __future__ import annotations

from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.layouts.nodes import NODE_ACCOUNT
from nosana_chain.engine.looking import Looking, see
from nosana_chain.models.node import Node
from nosana_chain.networks import Network
from nosana_chain.programs.accounts import AccountKind
from nosana_chain.programs.nodes.terms import require_figure
from nosana_chain.wire.connection import Connection

NODE = AccountKind(name="node", program="nodes", layout=NODE_ACCOUNT, decode=Node.decode)


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
    for name, figure in (("architecture", architecture), ("country", country)):
        if figure is not None:
            require_figure(name, figure, 0, NODE_ACCOUNT.field(name).largest)
    return await NODE.find(connection, *NODE.where(audited=audited, architecture=architecture, country=country))


def look_for_node(network: Network, host: Pubkey) -> Looking[Node]:
    """`fetch_node` as something to be seen."""
    return (yield from NODE.look(network, pda.node_address(host, network=network)))
