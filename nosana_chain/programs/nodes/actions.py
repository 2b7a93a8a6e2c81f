"""Actions of hosts on their entry in the nodes registry, and of the authority that audits it."""

from __future__ import annotations

from dataclasses import replace
from typing import TypedDict, Unpack

from solders.pubkey import Pubkey

from nosana_chain.models.node import Node
from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.context import Context
from nosana_chain.programs.nodes.instructions import audit_node_ix, register_node_ix, update_node_ix
from nosana_chain.programs.nodes.queries import fetch_node, find_nodes
from nosana_chain.programs.nodes.spec import NodeSpec


class NodeChanges(TypedDict, total=False):
    """The parts of a description that an update may change; see `NodeSpec` for their meaning and ranges."""

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


class Nodes:
    """The registry of hosts: one node for each. The wallet is the host, or the authority that audits."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def fetch_node(self, *, host: Pubkey | None = None) -> Node:
        """The node of `host` (default: the wallet); NotFoundError if there is none. Network: 1 call."""
        return await fetch_node(self._context.connection, host or self._context.signer.address)

    async def find_nodes(
        self, *, audited: bool | None = None, architecture: int | None = None, country: int | None = None
    ) -> list[Node]:
        """All nodes, or those that are audited or not, of an architecture (0 to 255), of a country (0 to 65535).

        Network: 1 getProgramAccounts call.

        Raises:
            AmountError: a number out of its range.
        """
        return await find_nodes(self._context.connection, audited=audited, architecture=architecture, country=country)

    async def register_node(self, spec: NodeSpec) -> Receipt:
        """Enter the wallet's machine into the registry; the rent of about 0.0018 SOL doesn't come back.

        Network: 1 transaction. Safe to retry: yes, a host registers once.
        """
        context = self._context
        registration = register_node_ix(authority=context.signer.address, spec=spec, network=context.network)
        return await context.execute([registration])

    async def update_node(self, **changes: Unpack[NodeChanges]) -> Receipt:
        """Change the given parts of the wallet's description and keep the rest, and the audit mark.

        Network: 1 call and 1 transaction. Safe to retry: yes, the same changes again change nothing.

        Raises:
            NotFoundError: the wallet isn't registered.
            AmountError: a figure or the country out of its range.
            InputError: endpoint, icon and version are longer than 62 bytes together.
        """
        context, host = self._context, self._context.signer.address
        spec = replace(NodeSpec.of(await self.fetch_node()), **changes)
        return await context.execute([update_node_ix(authority=host, spec=spec, network=context.network)])

    async def audit_node(self, *, host: Pubkey, audited: bool = True) -> Receipt:
        """Mark the description of `host` as audited, or take the mark away. Only the network's authority may.

        Network: 1 transaction. Safe to retry: yes, the same mark again changes nothing.

        Raises:
            AccountNotInitialized: `host` isn't registered.
            Unauthorized: the wallet isn't the network's authority.
        """
        context = self._context
        auditing = audit_node_ix(host=host, audited=audited, authority=context.signer.address, network=context.network)
        return await context.execute([auditing])
