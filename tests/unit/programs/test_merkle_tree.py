"""The tree of claimants: known hashes, proofs of every leaf in trees of every shape, and forgeries."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from nosana_chain.errors import AmountError, InputError, NotFoundError
from nosana_chain.programs.distributor.merkle import Leaf, MerkleTree, Proof, parent_hash

# Recorded from the distributor's own tools (public source, v0.0.2).
FIRST_LEAF = ("4313ca1b", "5b9ac2")
THREE_LEAVES_ROOT = "192a27a43c8839abbc564e8dca1e461a55dfa548b689e96b9a9f0f2a3c8759a6"


def claimant(number: int) -> Pubkey:
    return Pubkey(number.to_bytes(1, "big") * 32)


def leaf(number: int) -> Leaf:
    return Leaf(claimant=claimant(number), unlocked_amount=1_000_000 * number, locked_amount=5 * number)


def tree_of(count: int) -> MerkleTree:
    return MerkleTree([leaf(number) for number in range(1, count + 1)])


@pytest.mark.parametrize("amounts", [(-1, 0), (0, -1), (2**64, 0), (0, 2**64)])
def test_amounts_out_of_range(amounts: tuple[int, int]) -> None:
    with pytest.raises(AmountError):
        Leaf(claimant=claimant(1), unlocked_amount=amounts[0], locked_amount=amounts[1])


def test_a_tree_without_leaves() -> None:
    with pytest.raises(InputError, match="at least one"):
        MerkleTree([])


def test_a_claimant_twice() -> None:
    with pytest.raises(InputError, match="twice"):
        MerkleTree([leaf(1), leaf(2), Leaf(claimant=claimant(1), unlocked_amount=9)])


def test_a_claimant_that_is_not_in_the_tree() -> None:
    with pytest.raises(NotFoundError, match=str(claimant(9))):
        tree_of(3).prove(claimant(9))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_sibling_that_is_no_hash(length: int) -> None:
    with pytest.raises(InputError, match=f"one of these has {length}"):
        Proof(leaf=leaf(1), siblings=(bytes(32), bytes(length)))


@pytest.mark.parametrize(
    "forged",
    [
        Leaf(claimant=claimant(1), unlocked_amount=1_000_001, locked_amount=5),
        Leaf(claimant=claimant(1), unlocked_amount=1_000_000, locked_amount=6),
        Leaf(claimant=claimant(1), unlocked_amount=5, locked_amount=1_000_000),
        Leaf(claimant=claimant(4), unlocked_amount=1_000_000, locked_amount=5),
    ],
    ids=["more-unlocked", "more-locked", "swapped", "another-wallet"],
)
def test_another_leaf_leads_elsewhere(forged: Leaf) -> None:
    tree = tree_of(3)
    siblings = tree.prove(claimant(1)).siblings
    assert Proof(leaf=forged, siblings=siblings).root != tree.root


def test_a_parent_does_not_pass_for_a_leaf() -> None:
    tree = tree_of(2)
    inner = sha256(b"\0" + leaf(1).hash + leaf(2).hash).digest()
    assert inner != tree.root


@pytest.mark.parametrize("missing", [0, 1])
def test_a_shortened_proof_leads_elsewhere(missing: int) -> None:
    tree = tree_of(4)
    siblings = list(tree.prove(claimant(1)).siblings)
    del siblings[missing]
    assert Proof(leaf=leaf(1), siblings=tuple(siblings)).root != tree.root


def test_the_order_of_leaves_is_part_of_the_tree() -> None:
    swapped = MerkleTree([leaf(number) for number in (1, 3, 2)])
    assert swapped.root != tree_of(3).root


def test_the_first_leaf_is_hashed_as_recorded() -> None:
    start, end = FIRST_LEAF
    found = leaf(1).hash.hex()
    assert (found[: len(start)], found[-len(end) :]) == FIRST_LEAF


def test_a_root_is_as_recorded() -> None:
    assert tree_of(3).root.hex() == THREE_LEAVES_ROOT


def test_the_last_of_three_is_its_own_sibling() -> None:
    pair = parent_hash(leaf(1).hash, leaf(2).hash)
    assert tree_of(3).prove(claimant(3)).siblings == (leaf(3).hash, pair)


def test_a_leaf_alone_is_the_root() -> None:
    proof = tree_of(1).prove(claimant(1))
    assert (proof.siblings, proof.root) == ((), leaf(1).hash)


def test_a_tree_adds_up_all_amounts() -> None:
    assert tree_of(3).total == 6_000_030


@given(st.integers(1, 70))
def test_every_leaf_of_every_shape_is_proved(count: int) -> None:
    tree = tree_of(count)
    proofs = [tree.prove(claimant(number)) for number in range(1, count + 1)]
    assert [proof.leaf for proof in proofs] == list(tree.leaves)
    assert {proof.root for proof in proofs} == {tree.root}
    assert {len(proof.siblings) for proof in proofs} == {(count - 1).bit_length()}
