from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain.engine.bound import approved_amount, bounded_positions, in_terms_of_bound, with_bound
from nosana_chain.engine.plan import Payment, Plan, receipt_of
from nosana_chain.errors import BoundExceededError, InputError, InsufficientFundsError, TransactionFailedError
from nosana_chain.units import NosUnits

PURSE, OWNER, VAULT, FRIEND = (Pubkey(bytes([n]) * 32) for n in (1, 2, 3, 4))
PREPARING, PAYING = (Instruction(Pubkey.default(), bytes([n]), []) for n in (1, 2))
APPROVE, REVOKE = 4, 5  # first bytes of the token program's instructions


def _payment(seconds: int | None = 60, delegate: tuple[Pubkey, int] | None = None) -> Payment:
    return Payment(
        account=PURSE,
        owner=OWNER,
        destination=VAULT,
        amount=NosUnits(600),
        balance=NosUnits(1000),
        seconds=seconds,
        delegate=delegate,
    )


def _plan(payment: Payment | None, **more: Any) -> Plan[Any]:
    return Plan(instructions=(PREPARING, PAYING), payment=payment, result=receipt_of, **more)


def _charged(approved: int, *, price: int, seconds: int, part: int | None) -> int:
    """What a token account pays for a deposit and a fee of one `part`, with `approved` base units; 0 if it fails.

    As the token program has it: a delegation that is used up is gone, and the owner's own signature is without bound.
    """
    deposit = price * seconds
    left: int | None = approved
    paid = 0
    for amount in (deposit, deposit // part if part else 0):
        if not amount:
            continue
        if left is not None:
            if amount > left:
                return 0
            left = left - amount or None
        paid += amount
    return paid


def test_one_second_with_a_fee_can_not_be_bounded() -> None:
    with pytest.raises(InputError, match="2 seconds"):
        approved_amount(110, deposit=100, seconds=1)


@given(
    price=st.integers(0, 10**12),
    seconds=st.integers(1, 10**7),
    part=st.sampled_from([None, 2, 3, 7, 10, 100]),
    raised=st.integers(0, 10**13),
    most=st.integers(0, 10**20) | st.none(),
)
def test_no_price_takes_more_than_the_bound(
    price: int, seconds: int, part: int | None, raised: int, most: int | None
) -> None:
    deposit = price * seconds
    total = deposit + (deposit // part if part else 0)
    allowed = total if most is None else most
    if allowed < total or (seconds == 1 and total != deposit):
        return
    approved = approved_amount(total, deposit=deposit, seconds=seconds, most=most)
    assert _charged(approved, price=price, seconds=seconds, part=part) == total
    assert _charged(approved, price=raised, seconds=seconds, part=part if seconds > 1 else None) <= allowed


@pytest.mark.parametrize("most", [None, 660, 10_000])
def test_prices_that_would_use_the_approval_up(most: int | None) -> None:
    """Every price up to ten times the one that was seen, with a fee of a tenth, for two to sixty seconds."""
    for seconds in range(2, 61):
        deposit = 10 * seconds
        total = deposit + deposit // 10
        allowed = max(total, most or 0)
        approved = approved_amount(total, deposit=deposit, seconds=seconds, most=allowed if most else None)
        dearest = max(_charged(approved, price=price, seconds=seconds, part=10) for price in range(2000))
        assert total <= dearest <= allowed


def test_a_free_job_takes_nothing_when_it_becomes_dear() -> None:
    assert approved_amount(0, deposit=0, seconds=60) == 0
    assert _charged(0, price=5, seconds=60, part=10) == 0


def test_what_is_not_bounded_stays_as_it_is() -> None:
    assert with_bound(_plan(None), []) == [PREPARING, PAYING]
    assert with_bound(_plan(_payment(seconds=None)), []) == [PREPARING, PAYING]


def test_a_delegate_of_the_user_is_put_back() -> None:
    *_, approving, paying, restoring = with_bound(_plan(_payment(delegate=(FRIEND, 77))), [601])
    assert paying == PAYING
    assert (approving.data[0], restoring.data[0]) == (APPROVE, APPROVE)
    assert [meta.pubkey for meta in restoring.accounts] == [PURSE, FRIEND, OWNER]
    assert int.from_bytes(restoring.data[1:9], "little") == 77


def test_the_owner_is_delegate_for_the_payment_alone() -> None:
    preparing, approving, paying, revoking = with_bound(_plan(_payment()), [601])
    assert (preparing, paying) == (PREPARING, PAYING)
    assert (approving.data[0], int.from_bytes(approving.data[1:9], "little")) == (APPROVE, 601)
    assert [meta.pubkey for meta in approving.accounts] == [PURSE, OWNER, OWNER]
    assert revoking.data[0] == REVOKE


def test_each_payment_has_an_approval_right_before_it() -> None:
    plan = _plan(_payment(), paying=2, bounds=(_payment(), _payment()))
    instructions = with_bound(plan, [601, 602])
    first, preparing, second, paying, revoking = instructions
    assert (preparing, paying) == (PREPARING, PAYING)
    amounts = [(one.data[0], int.from_bytes(one.data[1:9], "little")) for one in (first, second)]
    assert amounts == [(APPROVE, 601), (APPROVE, 602)]
    assert revoking.data[0] == REVOKE
    assert [instructions[at] for at in bounded_positions(plan)] == [PREPARING, PAYING]


def _short(program: str | None) -> InsufficientFundsError:
    facts = {"signature": "sig", "reason": "Custom(1)", "instruction_index": 1, "logs": (), "program": program}
    return InsufficientFundsError("too few tokens", **facts)


def test_a_bound_that_held_says_so() -> None:
    told = in_terms_of_bound(_short("jobs"), _payment(), 601)
    assert isinstance(told, BoundExceededError)
    assert (told.max_nos, told.signature) == (601, "sig")


@pytest.mark.parametrize("error", [_short("system"), TransactionFailedError("other", signature="sig")])
def test_other_failures_stay_what_they_are(error: TransactionFailedError) -> None:
    assert in_terms_of_bound(error, _payment(), 601) is error
