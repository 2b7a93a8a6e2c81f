"""What is due from a pool: by hand, by properties, and as every recorded claim ended on chain."""

from dataclasses import replace

import pytest
from behaviour import vectors
from behaviour.vectors import Case
from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey
from solders.token.state import TokenAccount

from nosana_chain.bindings.pools.accounts import PoolAccount
from nosana_chain.errors import AmountError
from nosana_chain.models.pool import ClaimType, Pool
from nosana_chain.programs.pools.formulas import PoolClaim
from nosana_chain.programs.pools.terms import PoolTerms

START = 1_700_000_000
ANYONE = Pubkey(b"a" * 32)
POOL = Pool(
    address=ANYONE,
    authority=ANYONE,
    beneficiary=ANYONE,
    claim_type=ClaimType.TRANSFER,
    claimed_tokens=0,
    closeable=False,
    emission=10,
    start_time=START,
    vault=ANYONE,
)
FEES = replace(POOL, claim_type=ClaimType.ADD_FEE)

#: Where vault and pool stand among the accounts of a claim.
PLACES = {"claim_fee": (0, 3), "claim_transfer": (0, 2)}
REFUSED_FOR_TIME_OR_FUNDS = ("NotStarted", "Underfunded")


def claim(pool: Pool = POOL, *, vault: int = 1_000_000, after: int) -> PoolClaim:
    return PoolClaim(pool=pool, vault_balance=vault, now=START + after)


@pytest.mark.parametrize(
    "terms",
    [{"emission": -1}, {"emission": 2**64}, {"start_time": -1}, {"start_time": 2**63}, {"emission": True}],
)
def test_terms_out_of_range(terms: dict[str, int]) -> None:
    with pytest.raises(AmountError):
        PoolTerms(**{"emission": 1, "start_time": START, "closeable": True} | terms)


@pytest.mark.parametrize("after", [-100, -1, 0])
def test_nothing_is_due_until_the_start_has_passed(after: int) -> None:
    asked = claim(after=after)
    assert (asked.due, asked.amount, asked.paid, asked.forfeited) == (0, 0, 0, 0)


def test_a_pool_past_64_bits_never_pays_again() -> None:
    rich = replace(POOL, emission=2**63)
    assert claim(rich, vault=5, after=1).due == 2**63
    assert claim(rich, vault=5, after=2).due == 0


def test_a_pool_of_unknown_type_pays_nothing() -> None:
    asked = claim(replace(POOL, claim_type=ClaimType.UNKNOWN), after=60)
    assert (asked.due, asked.paid, asked.forfeited) == (600, 0, 0)


@pytest.mark.parametrize("vault", [1, 9])
def test_less_than_one_emission_is_refused_for_a_transfer_and_lost_for_fees(vault: int) -> None:
    assert (claim(vault=vault, after=60).paid, claim(vault=vault, after=60).forfeited) == (0, 0)
    assert (claim(FEES, vault=vault, after=60).paid, claim(FEES, vault=vault, after=60).forfeited) == (0, vault)


def test_an_empty_vault_forfeits_nothing() -> None:
    assert claim(FEES, vault=0, after=60).forfeited == 0


@pytest.mark.parametrize("pool", [POOL, FEES], ids=["transfer", "fees"])
def test_exactly_one_emission_is_paid(pool: Pool) -> None:
    asked = claim(pool, vault=10, after=60)
    assert (asked.due, asked.amount, asked.paid, asked.forfeited) == (600, 10, 10, 0)


def test_what_was_claimed_is_not_due_again() -> None:
    assert claim(replace(POOL, claimed_tokens=590), after=60).paid == 10
    assert claim(replace(POOL, claimed_tokens=600), after=60).due == 0


@given(
    emission=st.integers(0, 10**9),
    pauses=st.lists(st.integers(1, 10**6), min_size=1, max_size=20),
    deposit=st.integers(0, 2**63),
)
def test_claims_add_up_to_what_was_emitted_or_deposited(emission: int, pauses: list[int], deposit: int) -> None:
    pool, left, now = replace(POOL, emission=emission), deposit, START
    for pause in pauses:
        now += pause
        asked = PoolClaim(pool=pool, vault_balance=left, now=now)
        pool = replace(pool, claimed_tokens=pool.claimed_tokens + asked.paid)
        left -= asked.paid
    emitted = emission * sum(pauses)
    assert pool.claimed_tokens == deposit - left
    assert emitted == pool.claimed_tokens or left < emission


def recorded_claims() -> list[Case]:
    cases = vectors.read_cases(vectors.FOLDER, "nosana_pools")
    return [case for case in cases if case.instruction in PLACES]


def state_before(case: Case) -> tuple[Pubkey, Pubkey, PoolClaim]:
    vault, pool = (case.call.accounts[place].address for place in PLACES[case.instruction])
    held = TokenAccount.from_bytes(case.before[vault].data).amount
    return (
        vault,
        pool,
        PoolClaim(pool=Pool.decode(pool, case.before[pool].data), vault_balance=held, now=case.call.clock),
    )


def test_recorded_refusals_for_time_or_funds_pay_nothing() -> None:
    refused = [
        case
        for case in recorded_claims()
        if case.expected.anchor and case.expected.anchor.name in REFUSED_FOR_TIME_OR_FUNDS
    ]
    assert refused
    for case in refused:
        assert state_before(case)[2].paid == 0, case.name


def test_recorded_claims_pay_and_count_what_was_foretold() -> None:
    succeeded = [case for case in recorded_claims() if case.expected.error is None]
    assert {case.instruction for case in succeeded} == set(PLACES)
    for case in succeeded:
        vault, pool, asked = state_before(case)
        after = {**case.before, **case.expected.after}
        counted = PoolAccount.decode(after[pool].data).claimed_tokens - asked.pool.claimed_tokens
        paid = asked.vault_balance - TokenAccount.from_bytes(after[vault].data).amount
        assert (counted, paid) == (asked.amount, asked.paid), case.name


def test_some_recorded_claim_forfeits() -> None:
    assert any(state_before(case)[2].forfeited for case in recorded_claims() if case.expected.error is None)
