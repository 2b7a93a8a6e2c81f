"""What Anchor 0.28 does otherwise than its successors, which the other programs are built with."""

from collections.abc import Mapping
from typing import Any

import pytest
from behaviour import interface
from behaviour.builds import DISTRIBUTOR
from behaviour.call import Call, Meta
from fidelity.intents import FIXED_ROLES
from lives.airdrop import END, PROGRAM, Airdrop
from model.anchor import EVENT_TAG
from model.distributor import CLAWBACK_DELAY
from model.states import token_account
from solders.pubkey import Pubkey


def data_of(name: str, **values: Any) -> bytes:
    return interface.instructions(PROGRAM)[name].data(values)


def run(airdrop: Airdrop, data: bytes, error: str, accounts: tuple[Meta, ...] = ()) -> None:
    airdrop.chain.run(Call(DISTRIBUTOR, airdrop.chain.clock, accounts, data), "the call", error)


@pytest.mark.parametrize("data", [b"", b"\0", bytes(7), EVENT_TAG[:7]])
def test_data_that_is_shorter_than_a_discriminator(unmade: Airdrop, data: bytes) -> None:
    run(unmade, data, "InstructionMissing")


def test_data_that_names_no_instruction(unmade: Airdrop) -> None:
    run(unmade, bytes(8), "InstructionFallbackNotFound")


def test_the_tag_of_events(unmade: Airdrop) -> None:
    run(unmade, EVENT_TAG, "EventInstructionStub")


def test_arguments_that_do_not_decode(unmade: Airdrop) -> None:
    terms = data_of("new_distributor", **unmade.terms)
    assert terms.endswith(b"\1")  # closable
    claim = data_of("new_claim", amount_unlocked=0, amount_locked=0, proof=[bytes(32)])
    for data in (
        terms[:-1],
        terms[:-1] + b"\2",
        claim[:-1],
        claim[:24],
        data_of("set_enable_slot", enable_slot=1)[:-1],
    ):
        run(unmade, data, "InstructionDidNotDeserialize")


def test_too_few_accounts_are_named_but_for_a_new_one(unmade: Airdrop) -> None:
    run(unmade, data_of("new_distributor", **unmade.terms), "AccountNotEnoughKeys")
    run(unmade, data_of("set_enable_slot", enable_slot=0), "AccountNotEnoughKeys")


def test_an_account_may_stand_in_two_places(airdrop: Airdrop) -> None:
    airdrop.call("set_clawback_receiver", roles={"new_clawback_account": airdrop.vault})
    airdrop.chain.clock = END + CLAWBACK_DELAY
    airdrop.claw_back(roles={"to": airdrop.vault})
    assert airdrop.chain.tokens(airdrop.vault) == airdrop.total


def read_only(airdrop: Airdrop, name: str, roles: Mapping[str, Pubkey]) -> tuple[Meta, ...]:
    metas = interface.instructions(PROGRAM)[name].metas(FIXED_ROLES | dict(roles))
    return tuple(meta._replace(writable=False) for meta in metas)


def test_what_an_address_is_derived_from_comes_before_whether_it_is_writable(airdrop: Airdrop) -> None:
    first, second = airdrop.claimants[:2]
    airdrop.claim(first)
    elsewhere = Pubkey(b"another place".ljust(32, b"."))
    airdrop.chain.place({elsewhere: token_account(airdrop.address)})
    roles = {"distributor": airdrop.address, "claimant": second, "to": airdrop.vault, "from": elsewhere}
    roles |= {"claim_status": airdrop.claim_address(first)}
    metas = read_only(airdrop, "claim_locked", roles)
    distributor, rest = metas[0]._replace(writable=True), metas[1:]
    run(airdrop, data_of("claim_locked"), "ConstraintMut", metas)
    run(airdrop, data_of("claim_locked"), "ConstraintSeeds", (distributor, *rest))
    writable_status = (distributor, rest[0]._replace(address=airdrop.claim_address(first), writable=True), *rest[1:])
    own = tuple(meta._replace(address=first) if meta.address == second else meta for meta in writable_status)
    run(airdrop, data_of("claim_locked"), "ConstraintAssociated", own)
