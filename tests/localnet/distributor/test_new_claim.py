"""new_claim: every refusal, then what it pays, forgoes, stores and tells."""

import struct

import pytest
from lives.airdrop import END, START, UNLOCKED, YES, Airdrop
from lives.town import address
from model.addresses import NOS, associated_token_address
from model.checked import I64_MIN, U64_MAX
from model.distributor import VOTES
from model.merkle import leaf_hash, tree
from model.states import token_account
from solders.pubkey import Pubkey

YEAR = END - START
ELSEWHERE = address("another place")
NEW_CLAIM_EVENT = bytes.fromhex("f403e7973c653737")


def paid_after(seconds: int, unlocked: int = UNLOCKED) -> int:
    """What a claim pays: half at the start, the rest evenly until the end; exact integers."""
    at_start = unlocked * 500_000 // 1_000_000
    return at_start + (unlocked - at_start) * min(seconds, YEAR) // YEAR


def test_after_the_clawback(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.forge(airdrop.address, clawed_back=True)
    airdrop.claim(claimant, "ClaimExpired")


def test_before_its_slot(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.call("set_enable_slot", enable_slot=10)
    airdrop.chain.slot = 9
    airdrop.claim(claimant, "ClaimingIsNotStarted")
    airdrop.chain.slot = 10
    airdrop.claim(claimant)


def test_before_its_time(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.chain.clock = START - 1
    airdrop.claim(claimant, "ClaimingIsNotStarted")
    airdrop.chain.clock = START
    airdrop.claim(claimant)


def test_more_claims_than_leaves(unmade: Airdrop) -> None:
    unmade.make(max_num_nodes=1)
    unmade.claim(unmade.claimants[0])
    unmade.claim(unmade.claimants[1], "MaxNodesExceeded")


def test_amounts_that_are_not_those_of_the_leaf(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.claim(claimant, "InvalidProof", amount_unlocked=UNLOCKED + 1)
    airdrop.claim(claimant, "InvalidProof", amount_locked=0)


def test_the_proof_of_another(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.claim(claimant, "InvalidProof", proof=airdrop.proofs[airdrop.claimants[1]])


def test_a_proof_that_leads_elsewhere(airdrop: Airdrop, claimant: Pubkey) -> None:
    whole = airdrop.proofs[claimant]
    for proof in ([], [bytes(32)], whole[:-1], whole[::-1], [*whole, bytes(32)]):
        airdrop.claim(claimant, "InvalidProof", proof=proof)


def test_somebody_who_has_no_leaf(airdrop: Airdrop) -> None:
    airdrop.claim(airdrop.admin, "InvalidProof")


def test_tokens_for_somebody_who_is_no_vote(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.claim(claimant, "InvalidVote", {"to": associated_token_address(claimant)})


def test_a_vote_in_other_tokens(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.chain.place({ELSEWHERE: token_account(VOTES[0], mint=ELSEWHERE)})
    airdrop.claim(claimant, "ConstraintTokenMint", {"to": ELSEWHERE})


def test_another_vault(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.chain.place({ELSEWHERE: token_account(airdrop.address)})
    airdrop.claim(claimant, "ConstraintTokenOwner", {"from": associated_token_address(airdrop.admin)})
    airdrop.claim(claimant, "ConstraintAssociated", {"from": ELSEWHERE})
    airdrop.forge(airdrop.address, token_vault=ELSEWHERE)
    airdrop.claim(claimant, "ConstraintAddress")


def test_the_claim_status_of_another(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.claim(claimant, "ConstraintSeeds", {"claim_status": airdrop.claim_address(airdrop.claimants[1])})


def test_a_second_claim(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.claim(claimant)
    airdrop.claim(claimant, "Custom(0)")


def test_a_vault_that_holds_too_little(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.chain.place({airdrop.vault: token_account(airdrop.address, paid_after(0) - 1)})
    airdrop.claim(claimant, "Custom(1)")


def test_more_than_may_be_claimed_in_all_what_is_forgone_counted(unmade: Airdrop) -> None:
    unmade.make(max_total_claim=UNLOCKED + 2 * UNLOCKED - 1)
    unmade.claim(unmade.claimants[0])
    unmade.claim(unmade.claimants[1], "ExceededMaxClaim")


@pytest.mark.parametrize("counter", ["num_nodes_claimed", "total_amount_claimed", "total_amount_forgone"])
def test_a_counter_that_is_full(airdrop: Airdrop, claimant: Pubkey, counter: str) -> None:
    airdrop.forge(airdrop.address, **{counter: U64_MAX})
    airdrop.claim(claimant, "ArithmeticError")


def test_a_vesting_time_that_no_number_holds(unmade: Airdrop) -> None:
    unmade.make(start_vesting_ts=I64_MIN)
    unmade.claim(unmade.claimants[0], "ArithmeticError")


def test_the_sum_of_claimed_and_forgone_wraps(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.forge(airdrop.address, total_amount_claimed=2**63, total_amount_forgone=2**63)
    airdrop.claim(claimant)


@pytest.mark.parametrize("seconds", [0, 1, YEAR // 3, YEAR - 1, YEAR, YEAR + 1])
def test_it_pays_what_is_unlocked_and_forgoes_the_rest(airdrop: Airdrop, claimant: Pubkey, seconds: int) -> None:
    airdrop.chain.clock = START + seconds
    airdrop.claim(claimant)
    paid = paid_after(seconds)
    assert airdrop.chain.tokens(YES) == paid
    assert airdrop.chain.tokens(airdrop.vault) == airdrop.total - paid
    record = airdrop.record
    assert (record.num_nodes_claimed, record.total_amount_claimed) == (1, paid)
    assert record.total_amount_forgone == UNLOCKED - paid


def test_the_claim_status_has_the_leaf_and_what_was_paid(airdrop: Airdrop) -> None:
    claimant = airdrop.claimants[1]
    unlocked, locked = airdrop.amounts[claimant]
    airdrop.claim(claimant)
    account = airdrop.chain.account(airdrop.claim_address(claimant))
    assert (len(account.data), account.lamports) == (112, 1_670_400)
    assert vars(airdrop.claim_of(claimant)) == {
        "kind": "ClaimStatus",
        "claimant": claimant,
        "distributor": airdrop.address,
        "locked_amount": locked,
        "locked_amount_withdrawn": 0,
        "unlocked_amount": unlocked,
        "unlocked_amount_claimed": paid_after(0, unlocked),
        "closable": True,
    }


def test_either_vote_may_receive_it(airdrop: Airdrop) -> None:
    for claimant, vote in zip(airdrop.claimants, VOTES, strict=False):
        to = associated_token_address(vote)
        airdrop.claim(claimant, roles={"to": to})
        assert airdrop.chain.tokens(to) == paid_after(0, airdrop.amounts[claimant][0])


def test_it_tells_claimant_time_and_amounts(airdrop: Airdrop, claimant: Pubkey) -> None:
    airdrop.chain.clock = START + 1_000
    (event,) = airdrop.claim(claimant).events
    paid = paid_after(1_000)
    assert event == NEW_CLAIM_EVENT + bytes(claimant) + struct.pack("<qQQ", START + 1_000, paid, UNLOCKED - paid)


def test_a_tree_of_one_leaf_needs_no_proof(unmade: Airdrop) -> None:
    claimant = unmade.claimants[0]
    unmade.make(root=Pubkey(leaf_hash(claimant, *unmade.amounts[claimant])))
    unmade.claim(claimant, proof=[])


@pytest.mark.parametrize("leaves", [2, 3, 4, 5, 8, 9])
def test_the_last_leaf_of_a_tree_of_any_size(unmade: Airdrop, leaves: int) -> None:
    claimant = unmade.claimants[0]
    others = [leaf_hash(address(f"leaf {number}"), number, number) for number in range(leaves - 1)]
    root, proofs = tree([*others, leaf_hash(claimant, *unmade.amounts[claimant])])
    unmade.make(root=Pubkey(root))
    unmade.claim(claimant, proof=proofs[-1])


def test_the_published_tree_of_three() -> None:
    owners = [Pubkey(bytes([k]) * 32) for k in (1, 2, 3)]
    leaves = [leaf_hash(owner, 1_000_000 * k, 5 * k) for k, owner in enumerate(owners, start=1)]
    assert (leaves[0][:4].hex(), leaves[0][-3:].hex()) == ("4313ca1b", "5b9ac2")
    assert tree(leaves)[0].hex() == "192a27a43c8839abbc564e8dca1e461a55dfa548b689e96b9a9f0f2a3c8759a6"


def test_the_program_accepts_the_published_tree(unmade: Airdrop) -> None:
    owners = [Pubkey(bytes([k]) * 32) for k in (1, 2, 3)]
    leaves = [leaf_hash(owner, 1_000_000 * k, 5 * k) for k, owner in enumerate(owners, start=1)]
    root, proofs = tree(leaves)
    unmade.make(root=Pubkey(root))
    for k, owner in enumerate(owners, start=1):
        unmade.chain.place({owner: unmade.chain.account(unmade.admin)})
        unmade.claim(owner, amount_unlocked=1_000_000 * k, amount_locked=5 * k, proof=proofs[k - 1])
    assert unmade.chain.tokens(YES) == 3_000_000
    assert unmade.record.mint == NOS
