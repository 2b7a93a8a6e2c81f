"""What node actions refuse, and what they send."""

import pytest
from recording import WALLET, RecordingContext, context_over, program_account
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.nodes.accounts import NodeAccount
from nosana_chain.errors import AmountError, InputError, NotFoundError
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.nodes.actions import Nodes
from nosana_chain.programs.nodes.instructions import audit_node_ix, register_node_ix, update_node_ix
from nosana_chain.programs.nodes.terms import NodeSpec

ME, OTHER = WALLET.address, Pubkey(b"o" * 32)
FIGURES = {"architecture": 3, "country": 528, "cpu": 1, "gpu": 2, "memory": 3, "iops": 4, "storage": 5}
TEXTS = {"endpoint": "e" * 40, "icon": "i" * 10, "version": "v" * 12}


def registered() -> RecordingContext:
    node = NodeAccount(authority=ME, audited=True, **FIGURES, **TEXTS)
    return context_over({pda.node_address(ME, network=LOCALNET): program_account(node, LOCALNET.programs.nodes)}, now=0)


async def test_a_host_that_is_not_registered() -> None:
    with pytest.raises(NotFoundError, match="no node at"):
        await Nodes(registered()).fetch_node(host=OTHER)
    with pytest.raises(NotFoundError):
        await Nodes(context_over({}, now=0)).update_node(cpu=9)


async def test_changes_are_checked_together_with_what_stays() -> None:
    context = registered()
    with pytest.raises(InputError, match="63 bytes"):
        await Nodes(context).update_node(version="v" * 13)
    with pytest.raises(AmountError, match="cpu"):
        await Nodes(context).update_node(cpu=0)
    assert context.sent == []


async def test_only_what_is_given_changes() -> None:
    context = registered()
    await Nodes(context).update_node(gpu=9, icon="")
    spec = NodeSpec(**FIGURES | {"gpu": 9}, **TEXTS | {"icon": ""})
    assert context.sent == [[update_node_ix(authority=ME, spec=spec, network=LOCALNET)]]


async def test_registering_is_paid_by_the_host() -> None:
    context, spec = registered(), NodeSpec(**FIGURES)
    await Nodes(context).register_node(spec)
    assert context.sent == [[register_node_ix(authority=ME, spec=spec, network=LOCALNET)]]


async def test_an_audit_is_of_another_host() -> None:
    context = registered()
    await Nodes(context).audit_node(host=OTHER, audited=False)
    assert context.sent == [[audit_node_ix(host=OTHER, audited=False, authority=ME, network=LOCALNET)]]
