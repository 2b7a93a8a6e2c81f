"""The most that a transaction may take, enforced by the token program itself. Pure.

The owner of a token account is made delegate of that account for the bound, then comes what pays, then the delegation
is revoked. The token program looks at the delegate before the owner (`process_transfer` of spl-token and of p-token),
so no price, no fee and no endpoint that lied about either takes more: it fails with Custom(1), and nothing moves.

An approval that is consumed exactly is gone, and whatever comes after it in the transaction is the owner's own, without
a bound. So the amount approved is one that no run of deposits can hit: not a multiple of the seconds paid for. Where
there is none, because a network fee comes on top or the seconds have no common measure, each payment has its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM

from nosana_chain.engine.plan import Payment, Plan
from nosana_chain.errors import BoundExceededError, InputError, InsufficientFundsError, TransactionFailedError
from nosana_chain.units import U64_MAX, NosUnits, format_nos, u64

#: For the simulation, which finds out what is taken.
UNBOUNDED = NosUnits(U64_MAX)


def approved_amount(total: int, *, deposit: int, seconds: int, most: int | None = None) -> NosUnits:
    """What to approve, so that a payment of `total` passes and none above `most` (default: `total`) does.

    Args:
        total: base units: the deposit and the network fee on top.
        deposit: of the total, price x `seconds`.
        seconds: what every deposit is a multiple of; 1 or more.
        most: base units that may be taken if the price rises, `total` or more.

    Raises:
        InputError: no amount will do: one second, with a network fee. A deposit as high as the total would consume the
            approval, and leave the fee on top without a bound.
    """
    if most is not None and seconds > 1 and most > total:
        return NosUnits(most if most % seconds else most - 1)
    if not total:
        return NosUnits(0)  # whoever is delegate for 0 takes nothing, whatever the price has become
    if (total + 1) % seconds:  # a dearer deposit with its fee comes to total + seconds at least
        return NosUnits(u64(total + 1, "bound"))
    if seconds > 1 or total == deposit:
        return NosUnits(total)
    raise InputError(
        "the payment for a single second can't be bounded where a network fee is charged; ask for 2 seconds or more"
    )


def in_terms_of_bound(
    error: TransactionFailedError, payment: Payment | None, amount: int | None
) -> TransactionFailedError:
    """The failure of a bounded transaction, told as what it is: the bound held.

    The token program says of a delegate that may not spend so much what it says of an empty account, and the balance
    was looked at before.
    """
    short = isinstance(error, InsufficientFundsError) and error.facts.get("program") == "jobs"
    if payment is None or amount is None or not short:
        return error
    told = BoundExceededError(
        f"it would have taken more than {format_nos(amount)} NOS: the price or the fee rose after it was seen, or the "
        f"balance fell. Its bound held, and only the transaction's fee was spent: ask for a quote again "
        f"(transaction {error.facts['signature']})",
        **error.facts,
        max_nos=amount,
    )
    told.explanation = error.explanation
    return told


def with_bound(plan: Plan[Any], amounts: Sequence[int]) -> list[Instruction]:
    """A plan's instructions, unable to take more than `amounts` out of its payment's account.

    A delegate that the account's owner had set is put back at the end. Preparations come before the approval, since one
    of them may create the account. Of several that pay, each has an approval of its own right before it, if the plan
    says so: what is left of the one before is gone with it.

    Args:
        plan: what pays, by its last instructions.
        amounts: base units: one for all that pay, or one for each of the plan's `bounds`.
    """
    payment, first = plan.payment, len(plan.instructions) - plan.paying
    if payment is None or not payment.bounded:
        return list(plan.instructions)
    acting = plan.instructions[first:]
    parts = [(one,) for one in acting] if plan.bounds else [acting]
    approvals = [_approve(payment, payment.owner, amount) for amount in amounts]
    bounded = [one for approval, part in zip(approvals, parts, strict=True) for one in (approval, *part)]
    return [*plan.instructions[:first], *bounded, *_after(payment)]


def approvals_of(plan: Plan[Any]) -> int:
    """How many amounts `with_bound` takes for a plan that is bounded."""
    return len(plan.bounds) or 1


def bounded_positions(plan: Plan[Any]) -> list[int]:
    """Where `with_bound` puts what pays, of a plan whose payments have bounds of their own."""
    first = len(plan.instructions) - plan.paying
    return [first + 2 * number + 1 for number in range(plan.paying)]


def _after(payment: Payment) -> list[Instruction]:
    if payment.delegate:  # an approval replaces the one that is there
        return [_approve(payment, *payment.delegate)]
    from spl.token.instructions import revoke  # noqa: PLC0415  as in token_accounts: slow
    from spl.token.models import RevokeParams  # noqa: PLC0415

    return [revoke(RevokeParams(program_id=TOKEN_PROGRAM, account=payment.account, owner=payment.owner))]


def _approve(payment: Payment, delegate: Pubkey, amount: int) -> Instruction:
    from spl.token.instructions import approve  # noqa: PLC0415  likewise
    from spl.token.models import ApproveParams  # noqa: PLC0415

    return approve(
        ApproveParams(
            program_id=TOKEN_PROGRAM, source=payment.account, delegate=delegate, owner=payment.owner, amount=amount
        )
    )
