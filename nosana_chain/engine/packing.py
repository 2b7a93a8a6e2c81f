"""Several plans in one transaction: which fit, and what becomes of each. Pure.

A pack is carried out whole or not at all. Payments in one pack leave one account for one vault, and share one bound:
the approval is an amount that no run of their deposits can hit, which holds where no network fee is charged (see
`bound`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import gcd
from types import MappingProxyType
from typing import Any

from solders.hash import Hash
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain.engine.bound import with_bound
from nosana_chain.engine.build import build_message
from nosana_chain.engine.fees import budget_instructions
from nosana_chain.engine.looking import Sight
from nosana_chain.engine.plan import Landed, Payment, Plan
from nosana_chain.errors import InputError
from nosana_chain.reading.fees import MAX_UNIT_LIMIT
from nosana_chain.units import NosUnits
from nosana_chain.wallet import Signer

#: Base units of a deposit below which a network fee of a tenth could round to nothing, and then show up.
_LEAST_TELLING_DEPOSIT = 1_000
_ANY_PRICE = 1  # micro-lamports: a price takes as many bytes whatever it is
_MARK = Pubkey(b"m" * Pubkey.LENGTH)  # likewise


@dataclass(frozen=True, slots=True)
class Pack:
    """Plans that are one transaction.

    Attributes:
        plans: in the order of their instructions.
        whole: all of them as one plan, whose result is the list of theirs.
    """

    plans: tuple[Plan[Any], ...]
    whole: Plan[list[Any]]


def pack(
    plans: Iterable[Plan[Any]], *, payer: Pubkey, new_key: Callable[[], Signer], most: int | None = None
) -> list[tuple[int, ...]]:
    """Which plans go together, as indexes into `plans`: in their order, as many in each transaction as fit.

    Args:
        plans: all of one fee payer.
        payer: pays the fee.
        new_key: makes the key that plans of a pack share, where they may.
        most: plans in one transaction, at most; as many as fit if None.
    """
    given = list(plans)
    shared = _sharing(given, new_key)  # with one key for all: what counts is the size
    groups: list[list[int]] = []
    for index, plan in enumerate(shared):
        last = groups[-1] if groups else []
        together = [*(shared[at] for at in last), plan]
        room = most is None or len(together) <= most
        if last and room and _go_together(together) and fits(together, payer=payer):
            last.append(index)
        else:
            groups.append([index])
    return [tuple(group) for group in groups]


def fits(plans: Sequence[Plan[Any]], *, payer: Pubkey) -> bool:
    """Whether the plans are small enough for one transaction, with bound, compute budget and price."""
    whole = _joined(plans)
    mark = None if whole.signers else _MARK
    budget = budget_instructions(MAX_UNIT_LIMIT, _ANY_PRICE, mark=mark)
    bounded = with_bound(whole.instructions, whole.payment, 0, paying=whole.paying)
    try:
        build_message([*bounded, *budget], payer=payer, blockhash=Hash.default())
    except InputError:
        return False
    return True


def packed(plans: Sequence[Plan[Any]], *, new_key: Callable[[], Signer]) -> Pack:
    """Plans as one; those that may share a key do, if there are several."""
    chosen = _sharing(plans, new_key) if len(plans) > 1 else list(plans)
    return Pack(tuple(chosen), _alone(chosen[0]) if len(chosen) == 1 else _joined(chosen))


def _joined(chosen: Sequence[Plan[Any]]) -> Plan[list[Any]]:
    preparations = _each_once(one for plan in chosen for one in _preparations(plan))
    acting = [one for plan in chosen for one in _acting(plan)]
    payment = _payment(chosen)
    return Plan(
        instructions=(*preparations, *acting),
        signers=tuple({signer.address: signer for plan in chosen for signer in plan.signers}.values()),
        payment=payment,
        checked=all(plan.checked for plan in chosen),
        addresses=MappingProxyType({}),
        reads=tuple(dict.fromkeys(address for plan in chosen for address in plan.reads)),
        proof=_proof(chosen),
        paying=len(acting),
        result=lambda landed: _results(chosen, landed, first=len(preparations) + _approvals(payment)),
    )


def _alone(plan: Plan[Any]) -> Plan[list[Any]]:
    return replace(plan, result=lambda landed: [plan.result(landed)])


def _sharing(plans: Sequence[Plan[Any]], new_key: Callable[[], Signer]) -> list[Plan[Any]]:
    key = new_key()
    return [plan.sharing(key) if plan.sharing else plan for plan in plans]


def _go_together(plans: Sequence[Plan[Any]]) -> bool:
    """Whether the plans may share a transaction, whatever its size."""
    payments = [plan.payment for plan in plans]
    if any(not plan.checked for plan in plans) or len({payment is None for payment in payments}) > 1:
        return False
    paid = [payment for payment in payments if payment is not None]
    ways = {(payment.account, payment.destination, payment.owner, payment.delegate) for payment in paid}
    return len(ways) <= 1 and (not paid or _can_share_a_bound(paid))


def _can_share_a_bound(payments: Sequence[Payment]) -> bool:
    if any(payment.seconds is None for payment in payments):
        return all(payment.seconds is None for payment in payments)
    step = gcd(*(payment.seconds or 0 for payment in payments))
    telling = all(not payment.amount or payment.amount >= _LEAST_TELLING_DEPOSIT for payment in payments)
    return step > 1 and telling


def _payment(plans: Sequence[Plan[Any]]) -> Payment | None:
    paid = [plan.payment for plan in plans if plan.payment is not None]
    if not paid:
        return None
    total = NosUnits(sum(payment.amount for payment in paid))
    seconds = [payment.seconds for payment in paid if payment.seconds is not None]
    return replace(paid[0], amount=total, seconds=gcd(*seconds) if seconds else None)


def _approvals(payment: Payment | None) -> int:
    """Instructions that a bound puts before what pays."""
    return 1 if payment is not None and payment.bounded else 0


def _preparations(plan: Plan[Any]) -> tuple[Instruction, ...]:
    return plan.instructions[: len(plan.instructions) - plan.paying]


def _each_once(instructions: Iterable[Instruction]) -> list[Instruction]:
    """Equal ones once: several plans may prepare the same account."""
    kept: list[Instruction] = []
    kept += (one for one in instructions if one not in kept)
    return kept


def _acting(plan: Plan[Any]) -> tuple[Instruction, ...]:
    return plan.instructions[len(plan.instructions) - plan.paying :]


def _proof(plans: Sequence[Plan[Any]]) -> Callable[[Sight], bool] | None:
    """Every plan's own proof; none where one of them has none."""
    proofs = [plan.proof for plan in plans if plan.proof is not None]
    if len(proofs) < len(plans):
        return None
    return lambda seen: all(proof(seen) for proof in proofs)


def _results(plans: Sequence[Plan[Any]], landed: Landed, *, first: int) -> list[Any]:
    results, at = [], first
    for plan in plans:
        moved = None if landed.by_instruction is None else landed.by_instruction[at : at + plan.paying]
        at += plan.paying
        flat = None if moved is None else tuple(transfer for each in moved for transfer in each)
        results.append(plan.result(replace(landed, transfers=flat, by_instruction=moved)))
    return results
