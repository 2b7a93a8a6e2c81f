"""Plans of hosts in the nodes registry, and of the authority that audits it. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack

from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.engine.looking import look
from nosana_chain.engine.plan import Plan, Planning, receipt_of
from nosana_chain.errors import AlreadyExistsError
from nosana_chain.models.presence import is_there
from nosana_chain.models.receipt import Receipt
from nosana_chain.networks import Network
from nosana_chain.programs.nodes.instructions import audit_node_ix, register_node_ix, update_node_ix
from nosana_chain.programs.nodes.queries import NODE, look_for_node
from nosana_chain.programs.nodes.terms import NodeChanges, NodeSpec
from nosana_chain.programs.paying import Roles


def plan_register_node(spec: NodeSpec, *, roles: Roles, network: Network) -> Planning[Receipt]:
    """Enter a machine into the registry."""
    owner = roles.wallet
    address = pda.node_address(owner, network=network)
    seen = yield from look(address)
    if is_there(seen[address]):
        raise AlreadyExistsError(
            f"{owner} is registered already, as node {address}, and a host registers once: update_node changes it",
            address=str(address),
        )
    return Plan(
        instructions=(register_node_ix(authority=owner, spec=spec, network=network, payer=roles.payer),),
        cosigners=roles.cosigners,
        addresses={"node": address},
        reads=(address,),
        proof=NODE.made(network, address, lambda node: node.authority == owner and NodeSpec.of(node) == spec),
        result=receipt_of,
    )


def plan_update_node(*, owner: Pubkey, network: Network, **changes: Unpack[NodeChanges]) -> Planning[Receipt]:
    """Change parts of a description."""
    node = yield from look_for_node(network, owner)
    spec = replace(NodeSpec.of(node), **changes)
    return Plan(
        instructions=(update_node_ix(authority=owner, spec=spec, network=network),),
        addresses={"node": node.address},
        result=receipt_of,
    )


def plan_audit_node(host: Pubkey, *, audited: bool, admin: Pubkey, network: Network) -> Planning[Receipt]:
    """Set or take away the audit mark of a host."""
    node = yield from look_for_node(network, host)
    return Plan(
        instructions=(audit_node_ix(host=host, audited=audited, authority=admin, network=network),),
        addresses={"node": node.address},
        result=receipt_of,
    )
