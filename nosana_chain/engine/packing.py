"""Several plans in one transaction: which fit, and what becomes of each. Pure.

A pack is carried out whole or not at all. Payments in one pack leave one account for one vault, and share one bound:
the approval is an amount that no run of their deposits can hit. Where a network fee is charged, or their seconds have
no common measure, there is no such amount, and each has a bound of its own, which takes 15 bytes more (see `bound`).
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

from nosana_chain.engine.bound import approvals_of, with_bound
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
    plans: Iterable[Plan[Any]],
    *,
    payer: Pubkey,
    new_key: Callable[[], Signer],
    most: int | None = None,
    own_bounds: bool = False,
) -> list[tuple[int, ...]]:
    """Which plans go together, as indexes into `plans`: in their order, as many in each transaction as fit.

    Args:
        plans: all of one fee payer.
        payer: pays the fee.
        new_key: makes the key that plans of a pack share, where they may.
        most: plans in one transaction, at most; as many as fit if None.
        own_bounds: every payment gets a bound of its own, as it must where a network fee is charged.
    """
    given = list(plans)
    shared = _sharing(given, new_key)  # with one key for all: what counts is the size
    groups: list[list[int]] = []
    for index, plan in enumerate(shared):
        last = groups[-1] if groups else []
        together = [*(shared[at] for at in last), plan]
        room = most is None or len(together) <= most
        if last and room and _go_together(together) and fits(together, payer=payer, own_bounds=own_bounds):
            last.append(index)
        else:
            groups.append([index])
    return [tuple(group) for group in groups]


def fits(plans: Sequence[Plan[Any]], *, payer: Pubkey, own_bounds: bool = False) -> bool:
    """Whether the plans are small enough for one transaction, with bounds, compute budget and price."""
    whole = _joined(plans, own_bounds=own_bounds)
    mark = None if whole.signers else _MARK
    budget = budget_instructions(MAX_UNIT_LIMIT, _ANY_PRICE, mark=mark)
    bounded = with_bound(whole, [0] * approvals_of(whole))
    try:
        build_message([*bounded, *budget], payer=payer, blockhash=Hash.default())
    except InputError:
        return False
    return True


def packed(plans: Sequence[Plan[Any]], *, new_key: Callable[[], Signer], own_bounds: bool = False) -> Pack:
    """Several plans as one; those that may share a key do."""
    chosen = _sharing(plans, new_key)
    return Pack(tuple(chosen), _joined(chosen, own_bounds=own_bounds))


def _joined(chosen: Sequence[Plan[Any]], *, own_bounds: bool) -> Plan[list[Any]]:
    preparations = _each_once(one for plan in chosen for one in _preparations(plan))
    acting = [one for plan in chosen for one in _acting(plan)]
    payment, bounds = _payment(chosen), _bounds(chosen, own_bounds=own_bounds)
    return Plan(
        instructions=(*preparations, *acting),
        signers=tuple({signer.address: signer for plan in chosen for signer in plan.signers}.values()),
        payment=payment,
        checked=all(plan.checked for plan in chosen),
        addresses=MappingProxyType({}),
        reads=tuple(dict.fromkeys(address for plan in chosen for address in plan.reads)),
        proof=_proof(chosen),
        paying=len(acting),
        bounds=bounds,
        result=lambda landed: _results(chosen, landed, _places(chosen, len(preparations), payment, bounds)),
    )


def _sharing(plans: Sequence[Plan[Any]], new_key: Callable[[], Signer]) -> list[Plan[Any]]:
    key = new_key()
    return [plan.sharing(key) if plan.sharing else plan for plan in plans]


def _go_together(plans: Sequence[Plan[Any]]) -> bool:
    """Whether the plans may share a transaction, whatever its size."""
    payments = [plan.payment for plan in plans]
    if any(not plan.checked for plan in plans) or len({payment is None for payment in payments}) > 1:
        return False
    paid = [payment for payment in payments if payment is not None]
    ways = {(one.account, one.destination, one.owner, one.delegate, one.bounded) for one in paid}
    return len(ways) <= 1


def _bounds(plans: Sequence[Plan[Any]], *, own_bounds: bool) -> tuple[Payment, ...]:
    """The payments, if each has to have a bound of its own."""
    paid = tuple(plan.payment for plan in plans if plan.payment is not None and plan.payment.bounded)
    apart = len(paid) > 1 and (own_bounds or not _can_share_a_bound(paid))
    return paid if apart else ()


def _can_share_a_bound(payments: Sequence[Payment]) -> bool:
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


def _places(
    plans: Sequence[Plan[Any]], first: int, payment: Payment | None, bounds: Sequence[Payment]
) -> list[tuple[int, int]]:
    """Where each plan's own instructions are in the transaction: from, and up to."""
    at = first + (1 if payment is not None and payment.bounded else 0)  # the first approval
    places = []
    for plan in plans:
        places.append((at, at + plan.paying))
        at += plan.paying + (1 if bounds else 0)
    return places


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


def _results(plans: Sequence[Plan[Any]], landed: Landed, places: Sequence[tuple[int, int]]) -> list[Any]:
    results = []
    for plan, (start, end) in zip(plans, places, strict=True):
        moved = None if landed.by_instruction is None else landed.by_instruction[start:end]
        flat = None if moved is None else tuple(transfer for each in moved for transfer in each)
        results.append(plan.result(replace(landed, transfers=flat, by_instruction=moved)))
    return results
