"""claim_locked: every refusal, then what it pays, stores and tells."""

import struct

import pytest
from lives.airdrop import END, LOCKED, START, Airdrop
from lives.town import address
from model.addresses import associated_token_address
from model.checked import I64_MIN, U64_MAX
from model.states import token_account
from solders.pubkey import Pubkey

YEAR = END - START
ELSEWHERE = address("another place")
CLAIMED_EVENT = bytes.fromhex("90acd15690575473")


@pytest.fixture
def claimant(airdrop: Airdrop) -> Pubkey:
    """The first of the claimants, a third of a year after it claimed its unlocked part."""
    claimant = airdrop.claimants[0]
    airdrop.claim(claimant)
    airdrop.chain.clock = START + YEAR // 3
    return claimant


def vested(seconds: int) -> int:
    return LOCKED * min(seconds, YEAR) // YEAR


def test_before_the_unlocked_part(airdrop: Airdrop) -> None:
    airdrop.claim_locked(airdrop.claimants[1], "AccountNotInitialized")


def test_the_claim_of_another(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.claim_locked(airdrop.claimants[1], "ConstraintSeeds", {"claim_status": airdrop.claim_address(claimant)})


def test_tokens_for_somebody_else(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.claim_locked(claimant, "ConstraintTokenOwner", {"to": associated_token_address(airdrop.admin)})


def test_a_token_account_for_other_tokens(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.chain.place({ELSEWHERE: token_account(claimant, mint=ELSEWHERE)})
    airdrop.claim_locked(claimant, "Custom(3)", {"to": ELSEWHERE})


def test_another_vault(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.chain.place({ELSEWHERE: token_account(airdrop.address)})
    airdrop.claim_locked(claimant, "ConstraintTokenOwner", {"from": associated_token_address(airdrop.admin)})
    airdrop.claim_locked(claimant, "ConstraintAssociated", {"from": ELSEWHERE})
    airdrop.forge(airdrop.address, token_vault=ELSEWHERE)
    airdrop.claim_locked(claimant, "ConstraintAddress")


def test_after_the_clawback(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.forge(airdrop.address, clawed_back=True)
    airdrop.claim_locked(claimant, "ClaimExpired")


def test_before_its_slot(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.call("set_enable_slot", enable_slot=10)
    airdrop.chain.slot = 9
    airdrop.claim_locked(claimant, "ClaimingIsNotStarted")
    airdrop.chain.slot = 10
    airdrop.claim_locked(claimant)


@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_before_anything_has_vested(airdrop: Airdrop, claimant: Pubkey, seconds: int) -> None:
    airdrop.chain.clock = START + seconds
    airdrop.claim_locked(claimant, "InsufficientUnlockedTokens")


def test_a_second_time_in_the_same_second(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.claim_locked(claimant)
    airdrop.claim_locked(claimant, "InsufficientUnlockedTokens")


def test_a_vault_that_holds_too_little(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.chain.place({airdrop.vault: token_account(airdrop.address, vested(YEAR // 3) - 1)})
    airdrop.claim_locked(claimant, "Custom(1)")


def test_more_than_may_be_claimed_in_all(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.forge(airdrop.address, max_total_claim=airdrop.record.total_amount_claimed + vested(YEAR // 3) - 1)
    airdrop.claim_locked(claimant, "ExceededMaxClaim")


def test_numbers_that_no_type_holds(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.forge(airdrop.claim_address(claimant), locked_amount_withdrawn=LOCKED)
    airdrop.claim_locked(claimant, "ArithmeticError")
    airdrop.forge(airdrop.claim_address(claimant), locked_amount_withdrawn=0)
    airdrop.forge(airdrop.address, total_amount_claimed=U64_MAX)
    airdrop.claim_locked(claimant, "ArithmeticError")
    airdrop.forge(airdrop.address, total_amount_claimed=0, start_ts=I64_MIN)
    airdrop.claim_locked(claimant, "ArithmeticError")


@pytest.mark.parametrize("seconds", [YEAR // 1_000, YEAR // 3, YEAR - 1, YEAR, YEAR + 1])
def test_it_pays_what_has_vested_to_any_account_of_the_claimant(
    airdrop: Airdrop, claimant: Pubkey, seconds: int
) -> None:
    airdrop.chain.place({ELSEWHERE: token_account(claimant)})
    claimed = airdrop.record.total_amount_claimed
    airdrop.chain.clock = START + seconds
    airdrop.claim_locked(claimant, roles={"to": ELSEWHERE})
    assert airdrop.chain.tokens(ELSEWHERE) == vested(seconds)
    assert airdrop.claim_of(claimant).locked_amount_withdrawn == vested(seconds)
    assert airdrop.record.total_amount_claimed == claimed + vested(seconds)


def test_a_year_of_claims_pays_all_of_it_once(airdrop: Airdrop, claimant: Pubkey) -> None:
    own = associated_token_address(claimant)
    for month in range(5, 13):
        airdrop.chain.clock = START + month * YEAR // 12
        airdrop.claim_locked(claimant)
        assert airdrop.chain.tokens(own) == vested(month * YEAR // 12)
    assert airdrop.chain.tokens(own) == LOCKED
    airdrop.claim_locked(claimant, "InsufficientUnlockedTokens")


def test_it_tells_claimant_and_amount(airdrop: Airdrop, claimant: Pubkey) -> None:
    (event,) = airdrop.claim_locked(claimant).events
    assert event == CLAIMED_EVENT + bytes(claimant) + struct.pack("<Q", vested(YEAR // 3))
