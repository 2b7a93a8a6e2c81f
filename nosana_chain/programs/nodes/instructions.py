"""Pure builders of the nodes program's instructions.

Each host has one node, derived from the host's key.
"""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.nodes import instructions
from nosana_chain.networks import Network
from nosana_chain.programs.nodes.terms import NodeSpec


def register_node_ix(
    *, authority: Pubkey, spec: NodeSpec, network: Network, payer: Pubkey | None = None
) -> Instruction:
    """Create a host's node. It can't be closed, so its rent doesn't come back.

    Signers: `authority`, the host, and `payer` (default: the host) of the rent.
    """
    return instructions.register(
        _arguments(spec),
        {
            "node": pda.node_address(authority, network=network),
            "payer": payer or authority,
            "authority": authority,
        },
        network.programs.nodes,
    )


def update_node_ix(*, authority: Pubkey, spec: NodeSpec, network: Network) -> Instruction:
    """Replace the whole description of a host's machine; the audit mark stays. Signer: `authority`, the host."""
    return instructions.update(
        _arguments(spec),
        {"node": pda.node_address(authority, network=network), "authority": authority},
        network.programs.nodes,
    )


def audit_node_ix(*, host: Pubkey, audited: bool, authority: Pubkey, network: Network) -> Instruction:
    """Mark a host's description as audited, or not. Signer: `authority`, which is the network's."""
    return instructions.audit(
        {"audited": audited},
        {"node": pda.node_address(host, network=network), "authority": authority},
        network.programs.nodes,
    )


def _arguments(spec: NodeSpec) -> instructions.RegisterArgs:
    return {
        "architecture_type": spec.architecture,
        "country_code": spec.country,
        "cpu": spec.cpu,
        "gpu": spec.gpu,
        "memory": spec.memory,
        "iops": spec.iops,
        "storage": spec.storage,
        "endpoint": spec.endpoint,
        "icon": spec.icon,
        "version": spec.version,
    }
