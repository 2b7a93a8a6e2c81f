"""set_enable_slot, set_clawback_receiver and set_admin: every refusal, then what they store."""

import pytest
from lives.airdrop import Airdrop
from lives.town import address
from model.addresses import associated_token_address
from model.states import token_account
from solders.pubkey import Pubkey

ELSEWHERE = address("another place")


@pytest.mark.parametrize(
    ("name", "error", "values"),
    [
        ("set_enable_slot", "ConstraintHasOne", {"enable_slot": 1}),
        ("set_clawback_receiver", "Unauthorized", {}),
        ("set_admin", "Unauthorized", {}),
    ],
)
def test_only_the_admin(airdrop: Airdrop, claimant: Pubkey, name: str, error: str, values: dict[str, int]) -> None:
    successors = {"new_clawback_account": associated_token_address(claimant), "new_admin": claimant}
    airdrop.call(name, error, {"admin": claimant} | successors, **values)


def test_the_receiver_that_it_has_already(airdrop: Airdrop) -> None:
    same = associated_token_address(airdrop.admin)
    airdrop.call("set_clawback_receiver", "SameClawbackReceiver", {"new_clawback_account": same})


def test_a_receiver_for_other_tokens(airdrop: Airdrop) -> None:
    airdrop.chain.place({ELSEWHERE: token_account(airdrop.admin, mint=ELSEWHERE)})
    airdrop.call("set_clawback_receiver", "ConstraintTokenMint", {"new_clawback_account": ELSEWHERE})


def test_the_admin_that_it_has_already(airdrop: Airdrop) -> None:
    airdrop.call("set_admin", "SameAdmin", {"new_admin": airdrop.admin})


@pytest.mark.parametrize("slot", [0, 1, 2**64 - 1])
def test_the_slot_may_be_any(airdrop: Airdrop, slot: int) -> None:
    airdrop.call("set_enable_slot", enable_slot=slot)
    assert airdrop.record.enable_slot == slot


def test_another_receiver(airdrop: Airdrop, claimant: Pubkey) -> None:
    receiver = associated_token_address(claimant)
    airdrop.call("set_clawback_receiver", roles={"new_clawback_account": receiver})
    assert airdrop.record.clawback_receiver == receiver


def test_another_admin_who_then_is_the_only_one(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.call("set_admin", roles={"new_admin": claimant})
    assert airdrop.record.admin == claimant
    airdrop.call("set_admin", "Unauthorized", {"new_admin": airdrop.admin})
    airdrop.call("set_admin", roles={"admin": claimant, "new_admin": airdrop.admin})
