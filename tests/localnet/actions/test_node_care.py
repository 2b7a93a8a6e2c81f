"""The registry of hosts on a chain: its limits are those that the client checks, and updates keep what isn't given."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from solders.instruction import Instruction
from stage import Scene

from nosana_chain import pda
from nosana_chain.bindings.nodes import instructions
from nosana_chain.bindings.program_errors.anchor import AccountDidNotSerialize
from nosana_chain.bindings.program_errors.common import Unauthorized
from nosana_chain.errors import AlreadyExistsError, AmountError, InputError, NotFoundError
from nosana_chain.programs.nodes.terms import TEXT_BYTES, NodeSpec

NETHERLANDS, GERMANY, ETHIOPIA = 528, 276, 231
SPEC = NodeSpec(
    architecture=3,
    country=NETHERLANDS,
    cpu=16,
    gpu=2,
    memory=64,
    iops=9_000,
    storage=2_000,
    endpoint="https://host.example:8443",
    icon="ipfs://icon",
    version="1.0.7",
)


def unchecked_update(scene: Scene, **changes: int | str) -> Instruction:
    """An update by the host with values that `NodeSpec` may refuse."""
    values = asdict(SPEC) | changes
    arguments: instructions.UpdateArgs = {
        "architecture_type": values.pop("architecture"),
        "country_code": values.pop("country"),
        **values,
    }
    host, network = scene.net.wallets["host"].address, scene.net.network
    accounts: instructions.UpdateAccounts = {"node": pda.node_address(host, network=network), "authority": host}
    return instructions.update(arguments, accounts, network.programs.nodes)


@pytest.mark.parametrize(("name", "value"), [("country", ETHIOPIA), ("country", 999), ("cpu", 0), ("architecture", 10)])
async def test_a_figure_out_of_range_is_refused_before_sending(scene: Scene, name: str, value: int) -> None:
    await scene.host.nodes.register_node(SPEC)
    with pytest.raises(AmountError, match=name):
        await scene.host.nodes.update_node(**{name: value})
    assert NodeSpec.of(await scene.host.nodes.fetch_node()) == SPEC


async def test_texts_that_are_too_long_are_refused_before_sending(scene: Scene) -> None:
    await scene.host.nodes.register_node(SPEC)
    with pytest.raises(InputError, match=f"room for {TEXT_BYTES}"):
        await scene.host.nodes.update_node(icon="i" * (TEXT_BYTES + 1))


async def test_the_chain_has_no_room_for_63_bytes(scene: Scene) -> None:
    await scene.host.nodes.register_node(SPEC)
    long = unchecked_update(scene, endpoint="e" * TEXT_BYTES, icon="", version="v")
    with pytest.raises(AccountDidNotSerialize):
        await scene.host.transactions.send([long])


async def test_an_update_of_nothing(scene: Scene) -> None:
    with pytest.raises(NotFoundError, match="no node at"):
        await scene.host.nodes.update_node(cpu=1)


async def test_registering_twice(scene: Scene) -> None:
    await scene.host.nodes.register_node(SPEC)
    with pytest.raises(AlreadyExistsError):
        await scene.host.nodes.register_node(replace(SPEC, cpu=1))
    assert (await scene.host.nodes.fetch_node()).cpu == SPEC.cpu


async def test_only_the_authority_audits(scene: Scene) -> None:
    await scene.host.nodes.register_node(SPEC)
    with pytest.raises(Unauthorized):
        await scene.host.nodes.audit_node(host=scene.net.wallets["host"].address)
    assert not (await scene.host.nodes.fetch_node()).audited


async def test_auditing_who_is_not_registered(scene: Scene) -> None:
    with pytest.raises(NotFoundError, match="no node at"):
        await scene.authority.nodes.audit_node(host=scene.net.wallets["host"].address)


@pytest.mark.parametrize("endpoint", ["e" * TEXT_BYTES, "é" * (TEXT_BYTES // 2), ""])
async def test_a_registered_node_shows_what_was_said(scene: Scene, endpoint: str) -> None:
    spec = replace(SPEC, endpoint=endpoint, icon="", version="")
    await scene.host.nodes.register_node(spec)
    node = await scene.builder.nodes.fetch_node(host=scene.net.wallets["host"].address)
    assert (NodeSpec.of(node), node.authority, node.audited) == (spec, scene.net.wallets["host"].address, False)


async def test_an_update_keeps_what_is_not_given_and_the_audit(scene: Scene) -> None:
    await scene.host.nodes.register_node(SPEC)
    await scene.authority.nodes.audit_node(host=scene.net.wallets["host"].address)
    await scene.host.nodes.update_node(gpu=8, version="2.0.0", icon="")
    node = await scene.host.nodes.fetch_node()
    assert (NodeSpec.of(node), node.audited) == (replace(SPEC, gpu=8, version="2.0.0", icon=""), True)


async def test_an_audit_can_be_taken_back(scene: Scene) -> None:
    host = scene.net.wallets["host"].address
    await scene.host.nodes.register_node(SPEC)
    await scene.authority.nodes.audit_node(host=host)
    await scene.authority.nodes.audit_node(host=host, audited=False)
    assert not (await scene.host.nodes.fetch_node()).audited


async def test_finding_nodes_by_what_they_are(scene: Scene) -> None:
    await scene.host.nodes.register_node(SPEC)
    await scene.builder.nodes.register_node(replace(SPEC, architecture=4))
    await scene.operator.nodes.register_node(replace(SPEC, country=GERMANY))
    host, builder, operator = (scene.net.wallets[name].address for name in ("host", "builder", "operator"))
    await scene.authority.nodes.audit_node(host=builder)

    async def found(**filters: int) -> set[object]:
        return {node.authority for node in await scene.host.nodes.find_nodes(**filters)}

    assert await found() == {host, builder, operator}
    assert await found(audited=True) == {builder}
    assert await found(audited=False) == {host, operator}
    assert await found(architecture=3) == {host, operator}
    assert await found(country=NETHERLANDS) == {host, builder}
    assert await found(country=NETHERLANDS, architecture=3, audited=False) == {host}
