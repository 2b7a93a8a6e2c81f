"""Actions of hosts on their entry in the nodes registry, and of the authority that audits it."""

from __future__ import annotations

from typing import Unpack

from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.engine.action import Action
from nosana_chain.models.node import Node
from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.acting import Actions
from nosana_chain.programs.nodes.plans import plan_audit_node, plan_register_node, plan_update_node
from nosana_chain.programs.nodes.queries import fetch_node, find_nodes
from nosana_chain.programs.nodes.terms import NodeChanges, NodeSpec, require_changes
from nosana_chain.programs.paying import roles_of
from nosana_chain.wallet import Signer


class Nodes(Actions):
    """The registry of hosts: one node for each. The wallet is the host, or the authority that audits.

    Every write is an `Action`: `await` it, or keep it and ask for its quote first.
    """

    async def fetch_node(self, *, host: AddressLike | None = None) -> Node:
        """The node of `host` (default: the wallet); NotFoundError if there is none. Network: 1 call."""
        return await fetch_node(self._engine.connection, self._or_own(host, "host"))

    async def find_nodes(
        self, *, audited: bool | None = None, architecture: int | None = None, country: int | None = None
    ) -> list[Node]:
        """All nodes, or those that are audited or not, of an architecture (0 to 255), of a country (0 to 65535).

        Network: 1 getProgramAccounts call.

        Raises:
            AmountError: a number out of its range.
        """
        return await find_nodes(self._engine.connection, audited=audited, architecture=architecture, country=country)

    def register_node(self, spec: NodeSpec, *, payer: Signer | None = None) -> Action[Receipt]:
        """Enter the wallet's machine into the registry; the rent of about 0.0018 SOL doesn't come back.

        `payer` pays it and signs too; default: the wallet.

        Network: 1 call and 1 transaction. Safe to retry: yes, a host registers once.

        Raises:
            AlreadyExistsError: the wallet is registered.
        """
        roles = roles_of(self._engine, payer)
        return self._action(
            "register_node",
            lambda: plan_register_node(spec, roles=roles, network=self._network),
            terms={"spec": spec},
            payer=roles.other_payer,
        )

    def update_node(self, **changes: Unpack[NodeChanges]) -> Action[Receipt]:
        """Change the given parts of the wallet's description and keep the rest, and the audit mark.

        Network: 1 call and 1 transaction. Safe to retry: yes, the same changes again change nothing.

        Raises:
            NotFoundError: the wallet isn't registered.
            AmountError: a figure or the country out of its range.
            InputError: endpoint, icon and version are longer than 62 bytes together.
        """
        require_changes(**changes)
        return self._action(
            "update_node",
            lambda: plan_update_node(owner=self._own, network=self._network, **changes),
            terms=changes,
        )

    def audit_node(self, *, host: AddressLike, audited: bool = True) -> Action[Receipt]:
        """Mark the description of `host` as audited, or take the mark away. Only the network's authority may.

        Network: 1 call and 1 transaction. Safe to retry: yes, the same mark again changes nothing.

        Raises:
            NotFoundError: `host` isn't registered.
            Unauthorized: the wallet isn't the network's authority.
        """
        host = as_address(host, "host")
        return self._action(
            "audit_node",
            lambda: plan_audit_node(host, audited=audited, admin=self._own, network=self._network),
            terms={"host": host, "audited": audited},
        )
