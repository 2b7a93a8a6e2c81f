"""clawback, close_distributor and close_claim_status: every refusal, then what is left."""

import pytest
from lives.airdrop import END, Airdrop
from lives.town import address
from model.addresses import associated_token_address
from model.distributor import CLAWBACK_DELAY
from model.states import token_account
from solders.pubkey import Pubkey

ABORT = "ProgramFailedToComplete"
ELSEWHERE = address("another place")


@pytest.fixture
def over(airdrop: Airdrop) -> Airdrop:
    """An airdrop whose clawback has just become possible."""
    airdrop.chain.clock = END + CLAWBACK_DELAY
    return airdrop


def test_a_clawback_before_its_time(over: Airdrop) -> None:
    over.chain.clock -= 1
    over.claw_back("ClawbackBeforeStart")


def test_a_second_clawback(over: Airdrop) -> None:
    over.claw_back()
    over.claw_back("ClawbackAlreadyClaimed")


def test_a_clawback_to_another_receiver(over: Airdrop) -> None:
    over.claw_back("ConstraintAddress", {"to": associated_token_address(over.claimants[0])})


def test_a_clawback_from_another_vault(over: Airdrop) -> None:
    over.chain.place({ELSEWHERE: token_account(over.address)})
    over.claw_back("ConstraintTokenOwner", {"from": associated_token_address(over.admin)})
    over.claw_back("ConstraintAssociated", {"from": ELSEWHERE})


def test_anyone_claws_everything_back_and_ends_the_claims(over: Airdrop) -> None:
    over.claw_back()
    assert over.chain.tokens(associated_token_address(over.admin)) == over.total
    assert over.chain.tokens(over.vault) == 0
    assert over.record.clawed_back
    over.claim(over.claimants[0], "ClaimExpired")


def test_claims_go_on_until_somebody_claws_back(over: Airdrop, claimant: Pubkey) -> None:
    over.claim(claimant)
    over.claim_locked(claimant)
    assert over.chain.tokens(over.vault) == over.total - sum(over.amounts[claimant])


def test_an_empty_vault_is_clawed_back_too(over: Airdrop) -> None:
    over.chain.place({over.vault: token_account(over.address)})
    over.claw_back()
    assert over.record.clawed_back


def test_a_distributor_closed_by_another_than_its_admin(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.call("close_distributor", "ConstraintHasOne", {"admin": claimant})


def test_a_distributor_closed_with_another_vault(airdrop: Airdrop) -> None:
    vault = associated_token_address(airdrop.claimants[0])
    airdrop.call("close_distributor", "ConstraintHasOne", {"token_vault": vault})


def test_a_distributor_that_can_not_be_closed(unmade: Airdrop) -> None:
    unmade.make(closable=False)
    unmade.call("close_distributor", "CannotCloseDistributor")


def test_a_distributor_closed_into_itself(airdrop: Airdrop) -> None:
    airdrop.forge(airdrop.address, admin=airdrop.address)
    airdrop.call("close_distributor", "ConstraintClose", {"admin": airdrop.address})


def test_a_closed_distributor_leaves_an_empty_vault(airdrop: Airdrop) -> None:
    airdrop.call("close_distributor")
    assert not airdrop.chain.exists(airdrop.address)
    assert airdrop.chain.tokens(airdrop.vault) == 0
    assert airdrop.chain.tokens(associated_token_address(airdrop.admin)) == airdrop.total


def test_a_version_can_be_used_again_but_who_has_claimed_can_not_claim_again(
    airdrop: Airdrop, claimant: Pubkey
) -> None:
    airdrop.claim(claimant)
    airdrop.call("close_distributor")
    airdrop.make()
    airdrop.chain.place({airdrop.vault: token_account(airdrop.address, airdrop.total)})
    airdrop.claim(claimant, "Custom(0)")
    airdrop.claim(airdrop.claimants[1])


def test_a_claim_closed_for_another_claimant(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.claim(claimant)
    airdrop.close_claim(claimant, "ConstraintHasOne", {"claimant": airdrop.claimants[1]})


def test_a_claim_closed_with_another_distributor(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.claim(claimant)
    airdrop.chain.place({ELSEWHERE: airdrop.chain.account(airdrop.address)})
    airdrop.close_claim(claimant, "ConstraintHasOne", {"distributor": ELSEWHERE})


def test_a_claim_closed_by_another_than_the_admin(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.claim(claimant)
    airdrop.close_claim(claimant, "ConstraintHasOne", {"admin": claimant})


def test_a_claim_that_can_not_be_closed(unmade: Airdrop) -> None:
    unmade.make(closable=False)
    unmade.claim(unmade.claimants[0])
    unmade.close_claim(unmade.claimants[0], "CannotCloseClaimStatus")


def test_closing_a_claim_aborts(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.claim(claimant)
    airdrop.close_claim(claimant, ABORT)
