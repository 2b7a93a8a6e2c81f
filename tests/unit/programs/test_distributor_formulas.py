"""What a distributor pays when: by hand, at the boundaries, and by properties that any vesting has."""

from dataclasses import replace
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from nosana_chain.errors import AmountError, InputError
from nosana_chain.models.distributor import ClaimStatus, Distributor
from nosana_chain.programs.distributor.eligibility import Eligibility
from nosana_chain.programs.distributor.formulas import (
    locked_due_from,
    locked_vested,
    locked_withdrawable,
    unlocked_claimable,
)
from nosana_chain.programs.distributor.merkle import Leaf, MerkleTree, Proof
from nosana_chain.programs.distributor.terms import DistributorTerms
from nosana_chain.units import DAY

ANYONE = Pubkey(b"a" * 32)
START, END = 1_000, 2_000
U64_MAX = 2**64 - 1
LEAF = Leaf(claimant=ANYONE, unlocked_amount=1_001, locked_amount=300)
DISTRIBUTOR = Distributor(
    address=ANYONE,
    version=0,
    root=LEAF.hash,
    mint=ANYONE,
    token_vault=ANYONE,
    max_total_claim=1_301,
    max_num_nodes=1,
    total_amount_claimed=0,
    total_amount_forgone=0,
    num_nodes_claimed=0,
    start_ts=START,
    end_ts=END,
    clawback_start_ts=END + DAY,
    clawback_receiver=ANYONE,
    admin=ANYONE,
    clawed_back=False,
    enable_slot=50,
    closable=False,
)
STATUS = ClaimStatus(
    address=ANYONE,
    claimant=ANYONE,
    distributor=ANYONE,
    locked_amount=300,
    locked_amount_withdrawn=100,
    unlocked_amount=1_001,
    unlocked_amount_claimed=900,
    closable=False,
)
TERMS = {
    "version": 0,
    "root": bytes(32),
    "max_total_claim": 1,
    "max_num_nodes": 1,
    "start_ts": START,
    "end_ts": END,
    "clawback_start_ts": END + DAY,
    "closable": False,
}


def eligibility(
    *, now: int = START, slot: int = 50, status: ClaimStatus | None = None, distributor: Distributor = DISTRIBUTOR
) -> Eligibility:
    return Eligibility(distributor=distributor, proof=Proof(leaf=LEAF), status=status, now=now, slot=slot)


@pytest.mark.parametrize(
    "change",
    [
        {"version": -1},
        {"max_total_claim": 2**64},
        {"max_num_nodes": -1},
        {"enable_slot": 2**64},
        {"start_ts": -1},
        {"end_ts": START},
        {"clawback_start_ts": END + DAY - 1},
        {"end_ts": 2**63},
    ],
    ids=str,
)
def test_terms_that_the_program_refuses(change: dict[str, int]) -> None:
    with pytest.raises(AmountError):
        DistributorTerms(**TERMS | change)


def test_a_root_that_is_no_hash() -> None:
    with pytest.raises(InputError, match="31"):
        DistributorTerms(**TERMS | {"root": bytes(31)})


def test_terms_for_a_tree_allow_just_its_leaves() -> None:
    tree = MerkleTree([LEAF, Leaf(claimant=Pubkey(b"b" * 32), unlocked_amount=9)])
    times = {name: TERMS[name] for name in ("version", "start_ts", "end_ts", "clawback_start_ts", "closable")}
    terms = DistributorTerms.for_tree(tree, **times)
    assert (terms.root, terms.max_total_claim, terms.max_num_nodes) == (tree.root, 1_310, 2)


# 1,001 unlocked: 500 at the start (half, floored), and the other 501 over 1,000 seconds.
@pytest.mark.parametrize(
    ("now", "pays"),
    [(0, 0), (START - 1, 0), (START, 500), (START + 1, 500), (START + 2, 501), (END - 1, 1_000), (END, 1_001)],
)
def test_unlocked_at_the_boundaries(now: int, pays: int) -> None:
    assert unlocked_claimable(DISTRIBUTOR, 1_001, now=now) == pays


@pytest.mark.parametrize(
    ("now", "vested"),
    [(0, 0), (START, 0), (START + 3, 0), (START + 4, 1), (START + 500, 150), (END - 1, 299), (END, 300), (END**3, 300)],
)
def test_locked_at_the_boundaries(now: int, vested: int) -> None:
    assert locked_vested(DISTRIBUTOR, 300, now=now) == vested


@pytest.mark.parametrize(("now", "pays"), [(START, 0), (START + 333, 0), (START + 337, 1), (END, 200)])
def test_what_was_withdrawn_is_not_paid_again(now: int, pays: int) -> None:
    assert locked_withdrawable(DISTRIBUTOR, STATUS, now=now) == pays


@pytest.mark.parametrize(
    "closed",
    [
        {"now": START - 1},
        {"slot": 49},
        {"now": END, "distributor": replace(DISTRIBUTOR, clawed_back=True)},
    ],
    ids=["before-start", "before-slot", "clawed-back"],
)
@pytest.mark.parametrize("status", [None, STATUS], ids=["new", "claimed"])
def test_a_closed_distributor_pays_nothing(closed: dict[str, object], status: ClaimStatus | None) -> None:
    found = eligibility(status=status, **closed)
    assert not found.is_open
    assert (found.unlocked, found.forgone, found.locked) == (0, 0, 0)


def test_an_unlocked_part_is_paid_once() -> None:
    found = eligibility(now=START + 500, status=STATUS)
    assert (found.unlocked, found.forgone, found.locked) == (0, 0, 50)


def test_claiming_early_forgoes_the_rest() -> None:
    found = eligibility(now=START + 500)
    assert (found.unlocked, found.forgone, found.locked) == (750, 251, 150)


def test_claiming_at_the_end_forgoes_nothing() -> None:
    found = eligibility(now=END)
    assert (found.unlocked, found.forgone, found.locked) == (1_001, 0, 300)


amounts = st.integers(0, U64_MAX)
moments = st.integers(START, END)


@given(amounts, moments)
def test_unlocked_is_half_at_once_and_half_over_time(amount: int, now: int) -> None:
    half = floor(Fraction(amount, 2))
    share = Fraction(now - START, END - START)
    assert unlocked_claimable(DISTRIBUTOR, amount, now=now) == half + floor((amount - half) * share)


@given(amounts, moments, moments)
def test_more_is_never_less_later(amount: int, one: int, other: int) -> None:
    earlier, later = sorted((one, other))
    for formula in (unlocked_claimable, locked_vested):
        assert 0 <= formula(DISTRIBUTOR, amount, now=earlier) <= formula(DISTRIBUTOR, amount, now=later) <= amount


@given(amounts, st.lists(moments, min_size=1, max_size=20))
def test_many_withdrawals_add_up_to_one(amount: int, claims: list[int]) -> None:
    status = replace(STATUS, locked_amount=amount, locked_amount_withdrawn=0)
    for now in sorted(claims):
        paid = locked_withdrawable(DISTRIBUTOR, status, now=now)
        status = replace(status, locked_amount_withdrawn=status.locked_amount_withdrawn + paid)
    assert status.locked_amount_withdrawn == locked_vested(DISTRIBUTOR, amount, now=max(claims))


@given(amount=st.integers(0, U64_MAX), paid=st.integers(0, U64_MAX), end=st.integers(START + 1, 2**40))
def test_more_of_the_locked_part_is_due_from_one_moment_on(amount: int, paid: int, end: int) -> None:
    distributor = replace(DISTRIBUTOR, end_ts=end)
    status = replace(STATUS, locked_amount=amount, locked_amount_withdrawn=paid)
    due = locked_due_from(distributor, status)
    if due is None:
        assert locked_withdrawable(distributor, status, now=end) == 0
    else:
        assert locked_withdrawable(distributor, status, now=due) > 0
        assert locked_withdrawable(distributor, status, now=due - 1) == 0
