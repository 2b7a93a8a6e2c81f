"""Explaining never fails, whatever the bytes are: it runs where another error is on its way."""

from __future__ import annotations

import json

from calls import every_call
from hypothesis import given
from hypothesis import strategies as st
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from nosana_chain.engine.build import build_message, unsigned
from nosana_chain.errors import InputError
from nosana_chain.networks import MAINNET
from nosana_chain.reading.explain_transaction import explain_instructions, explain_transaction, parse_transaction
from nosana_chain.reading.native_programs import NATIVE_PROGRAMS

CALLS = every_call()
NATIVE = [(address, one.discriminator) for address, program in NATIVE_PROGRAMS.items() for one in program.instructions]
BEGINNINGS = [(call.instruction.program_id, bytes(call.instruction.data)[:8]) for call in CALLS] + NATIVE
POST, SET_ADMIN = CALLS[5].instruction, CALLS[-1].instruction
WHOLE = bytes(unsigned(build_message([POST, SET_ADMIN], payer=POST.accounts[0].pubkey, blockhash=Hash.default())))

keys = st.binary(min_size=32, max_size=32).map(Pubkey)
metas = st.builds(AccountMeta, keys, st.booleans(), st.booleans())


@given(begun=st.sampled_from(BEGINNINGS), rest=st.binary(max_size=200), accounts=st.lists(metas, max_size=20))
def test_any_arguments_of_any_instruction(
    begun: tuple[Pubkey, bytes], rest: bytes, accounts: list[AccountMeta]
) -> None:
    program_id, discriminator = begun
    (explained,) = explain_instructions([Instruction(program_id, discriminator + rest, accounts)], network=MAINNET)
    assert explained.name is not None
    assert len(explained.accounts) == len(accounts)
    assert explained.arguments or explained.remarks or not rest
    json.dumps(explained.as_json())
    assert list(explained.lines("0"))


@given(changes=st.dictionaries(st.integers(0, len(WHOLE) - 1), st.integers(0, 255), max_size=4))
def test_a_damaged_transaction_is_explained_or_refused(changes: dict[int, int]) -> None:
    damaged = bytearray(WHOLE)
    for place, byte in changes.items():
        damaged[place] = byte
    try:
        explained = explain_transaction(parse_transaction(bytes(damaged)), network=MAINNET)
    except InputError:
        return
    assert str(explained)
    json.dumps(explained.as_json())
