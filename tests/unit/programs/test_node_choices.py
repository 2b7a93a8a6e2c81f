"""What node actions refuse, and what they plan."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from seeing import SENT_THERE, UNTOLD, WALLET, engine_over, looks, plan_of, program_account, seen
from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.nodes.accounts import NodeAccount
from nosana_chain.errors import AlreadyExistsError, AmountError, InputError, NotFoundError
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.nodes.actions import Nodes
from nosana_chain.programs.nodes.instructions import audit_node_ix, register_node_ix, update_node_ix
from nosana_chain.programs.nodes.plans import plan_audit_node, plan_register_node, plan_update_node
from nosana_chain.programs.nodes.terms import NodeSpec
from nosana_chain.programs.paying import Roles

ME, OTHER = WALLET.address, Pubkey(b"o" * 32)
MINE: dict[str, Any] = {"owner": ME, "network": LOCALNET}
ALONE = Roles(wallet=ME, payer=ME, funder=ME)
NODE = pda.node_address(ME, network=LOCALNET)
FIGURES = {"architecture": 3, "country": 528, "cpu": 1, "gpu": 2, "memory": 3, "iops": 4, "storage": 5}
TEXTS = {"endpoint": "e" * 40, "icon": "i" * 10, "version": "v" * 12}
SPEC = NodeSpec(**FIGURES, **TEXTS)
ACCOUNT = NodeAccount(authority=ME, audited=True, **FIGURES, **TEXTS)


def node_account(node: NodeAccount = ACCOUNT) -> Account:
    return program_account(node, LOCALNET.programs.nodes)


REGISTERED = {NODE: node_account()}


async def test_a_host_that_is_not_registered() -> None:
    with pytest.raises(NotFoundError, match="no node at"):
        await Nodes(engine_over(REGISTERED)).fetch_node(host=OTHER)
    with pytest.raises(NotFoundError):
        seen(plan_update_node(cpu=9, **MINE), {})
    with pytest.raises(NotFoundError):
        seen(plan_audit_node(OTHER, audited=True, admin=ME, network=LOCALNET), REGISTERED)


def test_a_host_registers_once() -> None:
    with pytest.raises(AlreadyExistsError, match="registered already") as caught:
        seen(plan_register_node(SPEC, roles=ALONE, network=LOCALNET), REGISTERED)
    assert caught.value.address == str(NODE)


@pytest.mark.parametrize(
    ("changes", "told"), [({"cpu": 0}, "cpu"), ({"country": 231}, "country"), ({"gpu": "2"}, "gpu")], ids=str
)
def test_a_change_that_is_wrong_by_itself_makes_no_action(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(AmountError, match=told):
        Nodes(engine_over({})).update_node(**changes)


def test_texts_that_are_too_long_by_themselves_make_no_action() -> None:
    with pytest.raises(InputError, match="63 bytes"):
        Nodes(engine_over({})).update_node(version="v" * 63)


def test_changes_are_checked_together_with_what_stays() -> None:
    with pytest.raises(InputError, match="63 bytes"):
        seen(plan_update_node(version="v" * 13, **MINE), REGISTERED)


def test_only_what_is_given_changes() -> None:
    spec = replace(SPEC, gpu=9, icon="")
    planned = plan_of(plan_update_node(gpu=9, icon="", **MINE), REGISTERED)
    assert planned.instructions == (update_node_ix(authority=ME, spec=spec, network=LOCALNET),)


def test_registering_is_paid_by_the_host_and_takes_no_tokens() -> None:
    planned = plan_of(plan_register_node(SPEC, roles=ALONE, network=LOCALNET), {NODE: SENT_THERE})
    assert planned.instructions == (register_node_ix(authority=ME, spec=SPEC, network=LOCALNET),)
    assert (planned.payment, planned.checked, planned.addresses) == (None, True, {"node": NODE})
    assert planned.result(UNTOLD) is UNTOLD.receipt


def test_a_registration_is_proven_by_the_node() -> None:
    plan = plan_of(plan_register_node(SPEC, roles=ALONE, network=LOCALNET), {})
    assert plan.proof is not None
    assert plan.reads == (NODE,)
    strangers = (replace(ACCOUNT, authority=OTHER), replace(ACCOUNT, cpu=9))
    for found, proven in ((ACCOUNT, True), *((stranger, False) for stranger in strangers)):
        assert plan.proof({NODE: node_account(found)}) is proven


def test_an_audit_is_of_another_host() -> None:
    theirs = {pda.node_address(OTHER, network=LOCALNET): node_account(replace(ACCOUNT, authority=OTHER))}
    planned = plan_of(plan_audit_node(OTHER, audited=False, admin=ME, network=LOCALNET), theirs)
    assert planned.instructions == (audit_node_ix(host=OTHER, audited=False, authority=ME, network=LOCALNET),)


@pytest.mark.parametrize(
    "planning",
    [lambda: plan_update_node(cpu=2, **MINE), lambda: plan_audit_node(ME, audited=True, admin=ME, network=LOCALNET)],
)
def test_one_look_is_enough(planning: Callable[[], Any]) -> None:
    assert looks(planning(), REGISTERED)[1] == 1
