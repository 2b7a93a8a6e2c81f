"""The instructions as data, against the generated functions that build them."""

from __future__ import annotations

from importlib import import_module

import pytest
from calls import FILES, Call, every_call, interface

from nosana_chain.bindings.interfaces import PROGRAMS, InstructionInterface, instructions_of

SEEDS = range(5)


def stated_interface(call: Call) -> InstructionInterface:
    return next(one for one in instructions_of(call.program) if one.name == call.pascal)


def test_an_unknown_program_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        instructions_of("system")


@pytest.mark.parametrize("program", FILES)
def test_no_two_instructions_of_a_program_begin_alike(program: str) -> None:
    discriminators = {one.discriminator for one in instructions_of(program)}
    assert len(discriminators) == len(instructions_of(program))


@pytest.mark.parametrize("program", FILES)
def test_every_instruction_of_idl_is_there_in_its_order(program: str) -> None:
    assert set(PROGRAMS) == set(FILES)
    wanted = [f"{stated['name'][0].upper()}{stated['name'][1:]}" for stated in interface(program)]
    assert [one.name for one in instructions_of(program)] == wanted
    functions = import_module(f"nosana_chain.bindings.{program}.instructions")
    assert all(callable(getattr(functions, one.function)) for one in instructions_of(program))


@pytest.mark.parametrize("call", every_call(), ids=lambda call: call.label)
def test_accounts_have_the_places_and_flags_that_the_functions_give_them(call: Call) -> None:
    stated = stated_interface(call)
    metas = call.instruction.accounts
    assert stated.roles == tuple(call.roles)
    assert [(one.signer, one.writable) for one in stated.accounts] == [
        (meta.is_signer, meta.is_writable) for meta in metas
    ]
    passed = {role: meta.pubkey for role, meta in zip(stated.roles, metas, strict=True) if role in call.accounts}
    assert passed == call.accounts


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_functions_encode_is_decoded(seed: int) -> None:
    for call in every_call(seed):
        stated = stated_interface(call)
        data = bytes(call.instruction.data)
        assert data.startswith(stated.discriminator)
        decoded = stated.layout.parse(data.removeprefix(stated.discriminator))
        assert {name: decoded[name] for name in call.args} == call.args
        assert stated.layout.build(call.args) == data.removeprefix(stated.discriminator)
