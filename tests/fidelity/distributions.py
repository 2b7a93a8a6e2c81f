"""How distributors begin: one tree over all wallets, in distributors of many terms, some of it claimed."""

from collections.abc import Iterator
from typing import NamedTuple

from behaviour.builds import DISTRIBUTOR
from behaviour.call import Account
from model.addresses import NOS, associated_token_address, claim_status_address, derive, distributor_address
from model.distributor import CLAWBACK_DELAY, VOTES
from model.merkle import leaf_hash, tree
from model.states import program_account, token_account
from solders.pubkey import Pubkey

from fidelity.life import Life

Placed = Iterator[tuple[Pubkey, Account]]

VERSIONS = range(4)  # of the distributors that are there
FREE_VERSIONS = range(4, 12)  # of those that can be made: their vaults are there
UNLOCKED, LOCKED = 1_000_003, 700_001  # base units of the first leaf
LENGTHS = (1, 10**6, 3 * 10**7)  # seconds of vesting


class Leaf(NamedTuple):
    """What a wallet may claim, in base units, and its proof."""

    unlocked: int
    locked: int
    proof: list[bytes]


def root_and_leaves(life: Life) -> tuple[bytes, dict[Pubkey, Leaf]]:
    """The one tree of a life."""
    amounts = {owner: (k * UNLOCKED, k * LOCKED) for k, owner in enumerate(life.wallets, start=1)}
    root, proofs = tree([leaf_hash(owner, *of) for owner, of in amounts.items()])
    return root, {owner: Leaf(*of, proof) for (owner, of), proof in zip(amounts.items(), proofs, strict=True)}


def total(life: Life) -> int:
    """The base units of all leaves."""
    return sum(leaf.unlocked + leaf.locked for leaf in root_and_leaves(life)[1].values())


def distributions(life: Life) -> Placed:
    """The accounts of the beginning."""
    for owner in VOTES:
        yield associated_token_address(owner), token_account(owner)
    for version in FREE_VERSIONS:
        address = distributor_address(NOS, version)
        yield associated_token_address(address), token_account(address)
    for version in VERSIONS:
        yield from _distribution(life, version)


def _distribution(life: Life, version: int) -> Placed:
    address, bump = derive(DISTRIBUTOR, b"MerkleDistributor", bytes(NOS), version.to_bytes(8, "little"))
    vault, whole = associated_token_address(address), total(life)
    yield vault, token_account(address, life.pick((*(whole,) * 6, 10**6, 0)))
    start = life.clock - life.pick((0, 1, 10**6, -3_600))
    end = start + life.pick(LENGTHS)
    yield (
        address,
        program_account(
            "MerkleDistributor",
            bump=bump,
            version=version,
            root=Pubkey(root_and_leaves(life)[0]),
            mint=NOS,
            token_vault=vault,
            max_total_claim=life.pick((*(whole,) * 6, 10**6)),
            max_num_nodes=life.pick((len(life.wallets), len(life.wallets), 1)),
            start_ts=start,
            end_ts=end,
            clawback_start_ts=end + CLAWBACK_DELAY,
            clawback_receiver=associated_token_address(life.wallet()),
            admin=life.wallet(),
            enable_slot=life.pick((0, 0, 0, 1)),
            closable=life.chance(0.7),
        ),
    )
    for owner in life.random.sample(life.wallets, 2):
        yield _claimed(life, owner, address)


def _claimed(life: Life, owner: Pubkey, distributor: Pubkey) -> tuple[Pubkey, Account]:
    leaf = root_and_leaves(life)[1][owner]
    return claim_status_address(owner, distributor), program_account(
        "ClaimStatus",
        claimant=owner,
        distributor=distributor,
        unlocked_amount=leaf.unlocked,
        unlocked_amount_claimed=leaf.unlocked // 2,
        locked_amount=leaf.locked,
        locked_amount_withdrawn=life.pick((0, 0, 0, 1, leaf.locked)),
        closable=life.chance(0.7),
    )
