"""Several plans in one transaction: each instruction once, limits held, results apart."""

from __future__ import annotations

from typing import Any

import pytest
from fault.wire import KeySigner
from hypothesis import given
from hypothesis import strategies as st
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.engine.bound import approvals_of, with_bound
from nosana_chain.engine.build import MAX_TRANSACTION_BYTES, build_message, unsigned
from nosana_chain.engine.fees import budget_instructions
from nosana_chain.engine.packing import pack, packed
from nosana_chain.engine.plan import Landed, Payment, Plan, account_made, receipt_of
from nosana_chain.models.receipt import Receipt
from nosana_chain.reading.movements import TokenTransfer
from nosana_chain.units import Lamports, NosUnits, TokenUnits

PAYER = KeySigner(1).address
PROGRAM, PURSE, VAULT, OTHER_VAULT = (Pubkey(bytes([n]) * 32) for n in (2, 3, 4, 5))
PREPARING = Instruction(PROGRAM, b"prepare", [])


def new_key() -> KeySigner:
    return KeySigner(9)


RECEIPT = Receipt(signature=Signature.default(), slot=1, fee=Lamports(5000), compute_units=1, logs=())


def _payment(amount: int = 6_000, seconds: int | None = 60, vault: Pubkey = VAULT) -> Payment:
    return Payment(
        account=PURSE,
        owner=PAYER,
        destination=vault,
        amount=NosUnits(amount),
        balance=NosUnits(10**9),
        seconds=seconds,
    )


def _plan(number: int, *, payment: Payment | None = None, size: int = 10, signers: int = 0, **more: Any) -> Plan[Any]:
    data = number.to_bytes(4, "little") + bytes(size)
    keys = [KeySigner(100 + number + n) for n in range(signers)]
    metas = [AccountMeta(key.address, is_signer=True, is_writable=True) for key in keys]
    acting = Instruction(PROGRAM, data, metas)
    return Plan(
        **{"instructions": (acting,), "signers": tuple(keys), "payment": payment, "result": lambda _: number} | more
    )


def _groups(plans: list[Plan[Any]], **more: Any) -> list[tuple[int, ...]]:
    return pack(plans, payer=PAYER, new_key=new_key, **more)


def _landed(*moved: tuple[TokenTransfer, ...]) -> Landed:
    return Landed(receipt=RECEIPT, accounts={}, transfers=(), by_instruction=moved)


def _transfer(amount: int) -> TokenTransfer:
    return TokenTransfer(source=PURSE, destination=VAULT, authority=PAYER, amount=TokenUnits(amount))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (_plan(1, payment=_payment()), _plan(2, payment=_payment(vault=OTHER_VAULT))),
        (_plan(1, payment=_payment()), _plan(2)),
        (_plan(1, payment=_payment()), _plan(2, payment=_payment(seconds=None))),
        (_plan(1, checked=False), _plan(2, checked=False)),
        (_plan(1, size=600), _plan(2, size=600)),
    ],
    ids=["vaults", "paying and not", "kinds of payment", "unchecked", "size"],
)
def test_what_does_not_go_together(first: Plan[Any], second: Plan[Any]) -> None:
    assert _groups([first, second]) == [(0,), (1,)]


@pytest.mark.parametrize(
    "plans",
    [
        [_plan(1, payment=_payment()), _plan(2, payment=_payment(seconds=120))],
        [_plan(1, payment=_payment(amount=0)), _plan(2, payment=_payment(amount=0))],
        [_plan(1, payment=_payment(seconds=None)), _plan(2, payment=_payment(seconds=None))],
        [_plan(1), _plan(2)],
    ],
)
def test_what_goes_together(plans: list[Plan[Any]]) -> None:
    assert _groups(plans) == [(0, 1)]
    assert _groups(plans, most=1) == [(0,), (1,)]


@pytest.mark.parametrize(
    ("second", "more"),
    [
        (_payment(seconds=61), {}),  # no common step
        (_payment(amount=999), {}),  # a fee would not show
        (_payment(seconds=120), {"own_bounds": True}),  # one was seen
    ],
)
def test_payments_that_no_amount_bounds_have_bounds_of_their_own(second: Payment, more: dict[str, bool]) -> None:
    plans = [_plan(1, payment=_payment()), _plan(2, payment=second)]
    assert _groups(plans, **more) == [(0, 1)]
    whole = packed(plans, new_key=new_key, **more).whole
    assert whole.bounds == (_payment(), second)


@pytest.mark.parametrize("payments", [[_payment(), _payment(seconds=120)], [_payment(seconds=None)] * 2, [_payment()]])
def test_others_share_one_or_need_none(payments: list[Payment]) -> None:
    plans = [_plan(number, payment=payment) for number, payment in enumerate(payments)]
    assert packed(plans, new_key=new_key).whole.bounds == ()


def test_a_proof_needs_all_proofs() -> None:
    proven = account_made(VAULT, lambda _account: True)
    assert packed([_plan(1, proof=proven), _plan(2)], new_key=new_key).whole.proof is None
    whole = packed([_plan(1, proof=lambda _: True), _plan(2, proof=lambda _: False)], new_key=new_key).whole
    assert whole.proof is not None
    assert not whole.proof({})


def test_plans_share_the_key_that_they_do_not_need() -> None:
    own = [_plan(number, signers=2, sharing=lambda key, n=number: _plan(n, signers=1, addresses={"run": key.address}))
           for number in (10, 20)]  # fmt: skip
    found = packed(own, new_key=new_key)
    assert {plan.addresses["run"] for plan in found.plans} == {KeySigner(9).address}


def test_a_payment_is_the_sum_and_its_step_the_common_one() -> None:
    whole = packed(
        [_plan(1, payment=_payment(6_000, 60)), _plan(2, payment=_payment(9_000, 90))], new_key=new_key
    ).whole
    assert whole.payment is not None
    assert (whole.payment.amount, whole.payment.seconds, whole.paying) == (15_000, 30, 2)


@pytest.mark.parametrize("own_bounds", [False, True])
def test_each_result_comes_from_its_own_instructions(*, own_bounds: bool) -> None:
    def told(landed: Landed) -> Any:
        return landed.transfers

    first, second = (
        _plan(
            number, payment=_payment(), instructions=(PREPARING, Instruction(PROGRAM, bytes([number]), [])), result=told
        )
        for number in (1, 2)
    )
    whole = packed([first, second], new_key=new_key, own_bounds=own_bounds).whole
    assert whole.instructions == (PREPARING, first.instructions[1], second.instructions[1])
    # preparation, approval, two that pay, revocation
    between = [()] if own_bounds else []
    landed = _landed((), (), (_transfer(7),), *between, (_transfer(8),), ())
    assert whole.result(landed) == [(_transfer(7),), (_transfer(8),)]
    assert whole.result(Landed(receipt=RECEIPT, accounts={})) == [None, None]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 700),
            st.integers(0, 3),
            st.sampled_from([None, _payment(), _payment(seconds=None), _payment(vault=OTHER_VAULT)]),
        ),
        max_size=30,
    )
)
def test_every_plan_is_in_one_transaction_that_fits(given_plans: list[tuple[int, int, Payment | None]]) -> None:
    plans = [
        _plan(number * 4, size=size, signers=signers, payment=payment, result=receipt_of)
        for number, (size, signers, payment) in enumerate(given_plans)
        if size + signers * 96 < 800
    ]
    groups = _groups(plans)
    assert [index for group in groups for index in group] == list(range(len(plans)))
    for group in groups:
        whole = packed([plans[at] for at in group], new_key=new_key).whole
        acting = [plans[at].instructions[0] for at in group]
        assert list(whole.instructions) == acting
        bounded = with_bound(whole, [1] * approvals_of(whole))
        message = build_message([*bounded, *budget_instructions(1_000, 7)], payer=PAYER, blockhash=Hash.default())
        assert len(bytes(unsigned(message))) <= MAX_TRANSACTION_BYTES
