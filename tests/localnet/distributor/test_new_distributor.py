"""new_distributor: every refusal, then what it stores."""

from typing import Any

import pytest
from lives.airdrop import END, START, Airdrop
from lives.town import address
from model.addresses import NOS, associated_token_address, derive, distributor_address
from model.checked import I64_MAX, I64_MIN
from model.distributor import CLAWBACK_DELAY
from model.states import mint_account, token_account
from solders.pubkey import Pubkey

FOREIGN_MINT = address("a mint that is not NOS")
ELSEWHERE = address("another place")


@pytest.mark.parametrize(
    ("terms", "error"),
    [
        ({"end_vesting_ts": START}, "StartTimestampAfterEnd"),
        ({"start_vesting_ts": END}, "StartTimestampAfterEnd"),
        ({"start_vesting_ts": START - 2, "end_vesting_ts": START - 1}, "TimestampsNotInFuture"),
        ({"start_vesting_ts": START - 1, "end_vesting_ts": START}, "TimestampsNotInFuture"),
        ({"clawback_start_ts": START}, "TimestampsNotInFuture"),
        ({"clawback_start_ts": END - 1}, "ClawbackDuringVesting"),
        ({"clawback_start_ts": END}, "ClawbackDuringVesting"),
        ({"clawback_start_ts": END + 1}, "InsufficientClawbackDelay"),
        ({"clawback_start_ts": END + CLAWBACK_DELAY - 1}, "InsufficientClawbackDelay"),
        ({"end_vesting_ts": I64_MAX - 1, "clawback_start_ts": I64_MAX}, "ArithmeticError"),
    ],
)
def test_times_that_do_not_fit_together(unmade: Airdrop, terms: dict[str, int], error: str) -> None:
    unmade.make(error, **terms)


def test_an_address_of_another_version(unmade: Airdrop) -> None:
    unmade.make("ConstraintSeeds", {"distributor": distributor_address(NOS, 1)})


def test_a_version_that_is_in_use(airdrop: Airdrop) -> None:
    airdrop.make("Custom(0)")


def test_a_receiver_for_other_tokens(unmade: Airdrop) -> None:
    unmade.chain.place({ELSEWHERE: token_account(unmade.admin, mint=FOREIGN_MINT)})
    unmade.make("ConstraintTokenMint", {"clawback_receiver": ELSEWHERE})


def test_a_vault_of_somebody_else(unmade: Airdrop) -> None:
    unmade.make("ConstraintTokenOwner", {"token_vault": associated_token_address(unmade.admin)})


@pytest.mark.parametrize("mint", [NOS, FOREIGN_MINT])
def test_a_vault_that_is_not_the_associated_one(unmade: Airdrop, mint: Pubkey) -> None:
    unmade.chain.place({ELSEWHERE: token_account(unmade.address, mint=mint)})
    unmade.make("ConstraintAssociated", {"token_vault": ELSEWHERE})


def test_a_vault_that_does_not_exist(unmade: Airdrop) -> None:
    unmade.make("AccountNotInitialized", {"token_vault": ELSEWHERE})


def test_it_stores_its_terms_and_begins_at_zero(unmade: Airdrop) -> None:
    unmade.make()
    record = unmade.record
    wanted: dict[str, Any] = {
        "bump": derive_bump(unmade),
        "version": 0,
        "root": Pubkey(unmade.root),
        "mint": NOS,
        "token_vault": unmade.vault,
        "max_total_claim": unmade.total,
        "max_num_nodes": 3,
        "start_ts": START,
        "end_ts": END,
        "clawback_start_ts": END + CLAWBACK_DELAY,
        "clawback_receiver": associated_token_address(unmade.admin),
        "admin": unmade.admin,
        "clawed_back": False,
        "enable_slot": 0,
        "closable": True,
    }
    zero = ("total_amount_claimed", "total_amount_forgone", "num_nodes_claimed")
    nothing = dict.fromkeys(("buffer_0", "buffer_1", "buffer_2"), Pubkey.default())
    assert vars(record) == {"kind": "MerkleDistributor", **wanted, **dict.fromkeys(zero, 0), **nothing}


def derive_bump(unmade: Airdrop) -> int:
    found, bump = derive(unmade.chain.account(unmade.address).owner, b"MerkleDistributor", bytes(NOS), bytes(8))
    assert found == unmade.address
    return bump


def test_it_is_given_the_length_and_the_rent_of_the_real_one(airdrop: Airdrop) -> None:
    account = airdrop.chain.account(airdrop.address)
    assert (len(account.data), account.lamports) == (352, 3_340_800)


def test_the_start_may_be_past_and_the_amounts_are_not_checked(unmade: Airdrop) -> None:
    unmade.make(start_vesting_ts=I64_MIN, max_total_claim=0, max_num_nodes=0, enable_slot=2**64 - 1)
    assert unmade.record.start_ts == I64_MIN


def test_any_wallet_may_make_one_for_any_mint(unmade: Airdrop) -> None:
    made = distributor_address(FOREIGN_MINT, 7)
    vault, receiver = associated_token_address(made, FOREIGN_MINT), associated_token_address(made)
    unmade.chain.place(
        {
            FOREIGN_MINT: mint_account(1),
            vault: token_account(made, mint=FOREIGN_MINT),
            receiver: token_account(unmade.admin, mint=FOREIGN_MINT),
        }
    )
    accounts = {"distributor": made, "mint": FOREIGN_MINT, "token_vault": vault, "clawback_receiver": receiver}
    unmade.make(roles=accounts | {"admin": unmade.claimants[2]}, version=7)
    assert unmade.chain.record(made).admin == unmade.claimants[2]
