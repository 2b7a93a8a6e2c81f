"""A call makes the same events whoever calls it, and wherever its accounts' addresses stand."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from behaviour.machine import FEE_PAYER
from harness.landing import Landing
from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.message import Message, MessageV0
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from nosana_chain.errors import InputError
from nosana_chain.models.event import Place
from nosana_chain.models.landed_transaction import InnerInstruction, LandedTransaction, LoadedAddresses, Unknown
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.event_families import all_events
from nosana_chain.reading.message_accounts import account_uses

OTHER_PROGRAM = Pubkey(b"somebody else's program".ljust(32, b"."))
TABLE = Pubkey(b"a lookup table".ljust(32, b"."))


def test_a_call_by_another_program_makes_the_same_events(all_landings: Sequence[Landing]) -> None:
    for one in all_landings[::3]:
        direct, wrapped = (all_events(landed, network=LOCALNET) for landed in (one.landed, _called_by_other(one)))
        assert set(wrapped) == set(direct)
        for name, events in direct.items():
            places = [Place(0, event.place.call + 1, event.place.number) for event in events]
            moved = [replace(event, place=place) for event, place in zip(events, places, strict=True)]
            assert list(wrapped[name]) == moved, one.name


def test_addresses_out_of_lookup_tables_make_the_same_events(all_landings: Sequence[Landing]) -> None:
    for one in (one for one in all_landings if one.program == "nosana_jobs"):
        looked_up = _with_table(one)
        assert looked_up.loaded
        assert all_events(looked_up, network=LOCALNET) == all_events(one.landed, network=LOCALNET), one.name


def test_addresses_that_are_not_told_make_no_events_up(all_landings: Sequence[Landing]) -> None:
    untold = replace(_with_table(next(one for one in all_landings if one.name == "list")), loaded=None)
    with pytest.raises(InputError, match="lookup tables"):
        all_events(untold, network=LOCALNET)


@pytest.mark.parametrize("fact", [Unknown.OUTCOME, Unknown.CALLS])
def test_what_must_be_known_is_asked_for(all_landings: Sequence[Landing], fact: Unknown) -> None:
    landed = all_landings[0].landed
    with pytest.raises(InputError, match=f"doesn't tell the {fact.value}"):
        all_events(replace(landed, unknown=landed.unknown | {fact}), network=LOCALNET)


def test_a_failed_transaction_did_nothing(all_landings: Sequence[Landing]) -> None:
    for one in all_landings[::50]:
        failed = replace(one.landed, error={"InstructionError": [0, {"Custom": 6000}]}, unknown=frozenset(Unknown))
        told = replace(failed, unknown=failed.unknown - {Unknown.OUTCOME})
        assert all_events(told, network=LOCALNET) == {}
        assert all_events(one.landed, network=LOCALNET) or one.program == "merkle_distributor"


def test_an_answer_that_contradicts_itself_makes_no_events_up(all_landings: Sequence[Landing]) -> None:
    one = next(one for one in all_landings if one.name == "list" and one.landed.inner)
    beyond = replace(one.landed.inner[0], accounts=(200,))
    with pytest.raises(InputError, match="can't have happened"):
        all_events(replace(one.landed, inner=(beyond,)), network=LOCALNET)


@pytest.mark.parametrize(("length", "accounts"), [(8, 12), (40, 12), (48, 11)])
def test_a_success_that_a_program_would_have_refused_is_not_believed(
    all_landings: Sequence[Landing], length: int, accounts: int
) -> None:
    one = next(one for one in all_landings if one.name == "list")
    call = _call(one)
    short = Instruction(call.program_id, call.data[:length], call.accounts[:accounts])
    message = Message.new_with_blockhash([short], FEE_PAYER, Hash.default())
    landed = replace(one.landed, raw=_raw(message, one), inner=())
    with pytest.raises(InputError, match="can't have happened"):
        all_events(landed, network=LOCALNET)


def _call(landing: Landing) -> Instruction:
    message = VersionedTransaction.from_bytes(landing.landed.raw).message
    [compiled] = message.instructions
    uses = account_uses(message)
    metas = [AccountMeta(message.account_keys[at], uses[at].signer, uses[at].writable) for at in compiled.accounts]
    return Instruction(message.account_keys[compiled.program_id_index], compiled.data, metas)


def _raw(message: Message | MessageV0, landing: Landing) -> bytes:
    signature = VersionedTransaction.from_bytes(landing.landed.raw).signatures[0]
    signatures: list[Signature] = [signature] * message.header.num_required_signatures
    return bytes(VersionedTransaction.populate(message, signatures))


def _called_by_other(landing: Landing) -> LandedTransaction:
    """The same call, made by another program that the transaction calls."""
    call = _call(landing)
    metas = [*call.accounts, AccountMeta(call.program_id, False, False)]
    message = Message.new_with_blockhash([Instruction(OTHER_PROGRAM, b"do it", metas)], FEE_PAYER, Hash.default())
    keys = list(message.account_keys)
    old = VersionedTransaction.from_bytes(landing.landed.raw).message.account_keys
    first = InnerInstruction(
        0, 1, keys.index(call.program_id), tuple(keys.index(meta.pubkey) for meta in call.accounts), bytes(call.data)
    )
    deeper = (
        replace(
            made,
            depth=made.depth + 1,
            program=keys.index(old[made.program]),
            accounts=tuple(keys.index(old[at]) for at in made.accounts),
        )
        for made in landing.landed.inner
    )
    return replace(landing.landed, raw=_raw(message, landing), inner=(first, *deeper))


def _with_table(landing: Landing) -> LandedTransaction:
    """The same call, with the addresses of all accounts that don't sign in a lookup table."""
    call = _call(landing)
    looked_up = [meta.pubkey for meta in call.accounts if not meta.is_signer]
    table = AddressLookupTableAccount(TABLE, list(dict.fromkeys(looked_up)))
    message = MessageV0.try_compile(FEE_PAYER, [call], [table], Hash.default())
    [lookup] = message.address_table_lookups
    writable, readonly = (
        tuple(table.addresses[index] for index in indexes)
        for indexes in (lookup.writable_indexes, lookup.readonly_indexes)
    )
    old = VersionedTransaction.from_bytes(landing.landed.raw).message.account_keys
    keys = [*message.account_keys, *writable, *readonly]
    inner = tuple(
        replace(
            made, program=keys.index(old[made.program]), accounts=tuple(keys.index(old[at]) for at in made.accounts)
        )
        for made in landing.landed.inner
    )
    return replace(landing.landed, raw=_raw(message, landing), loaded=LoadedAddresses(writable, readonly), inner=inner)
