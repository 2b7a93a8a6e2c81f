"""What a simulation took, held against what the plan meant to take. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from solders.pubkey import Pubkey

from nosana_chain.engine.bound import bounded_positions
from nosana_chain.engine.plan import Payment, Plan
from nosana_chain.engine.simulate import Simulation
from nosana_chain.errors import NotAsQuotedError
from nosana_chain.models.token_account import token_balance
from nosana_chain.reading.movements import TokenTransfer, token_transfers
from nosana_chain.units import NosUnits, format_nos

#: The dearest network fee of any build of the jobs program that is known: a tenth of the deposit (spec, section 5). A
#: node that tells of more isn't believed without a `max_nos` that allows it.
DEAREST_FEE_PART = 10


NOTHING = NosUnits(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """NOS that a transaction takes and brings, as simulated.

    Attributes:
        deposit: what the plan meant to take.
        network_fee: what is taken on top.
        received: what comes into the wallet's NOS account.
        each: what each of several payments takes in all, where they have bounds of their own.
    """

    deposit: NosUnits = NOTHING
    network_fee: NosUnits = NOTHING
    received: NosUnits = NOTHING
    each: tuple[NosUnits, ...] = ()

    @property
    def taken(self) -> NosUnits:
        """All that leaves the payment's account."""
        return NosUnits(self.deposit + self.network_fee)


def transfers_of(plan: Plan[Any], simulation: Simulation) -> tuple[TokenTransfer, ...] | None:
    """Every token transfer of a simulated plan: its own instructions' and those that programs made."""
    if simulation.called is None:
        return None
    own = ((one.program_id, [meta.pubkey for meta in one.accounts], bytes(one.data)) for one in plan.instructions)
    return (*token_transfers(own), *simulation.called)


def cost_of(
    plan: Plan[Any], simulation: Simulation, *, people: Collection[Pubkey], purse: Pubkey, most: int | None = None
) -> Cost:
    """What a plan takes, once it is sure that this is what it meant to take.

    Args:
        plan: what was simulated.
        simulation: what came of it.
        people: who sign it and own tokens: the wallet, its fee payer, who pays a deposit.
        purse: the wallet's NOS account.
        most: base units that may be taken in all.

    Raises:
        NotAsQuotedError: it would take something else: the price changed since it was read, or the endpoint told a lie.
    """
    transfers = transfers_of(plan, simulation)
    if transfers is None:
        return _by_balance(plan.payment, simulation)
    leaving = [one for one in transfers if one.authority in people and one.source != one.destination]
    received = sum(transfer.amount for transfer in transfers if transfer.destination == purse)
    if not plan.checked:
        return Cost(received=NosUnits(received))
    deposit = sum(transfer.amount for transfer in leaving if _is_deposit(transfer, plan.payment))
    fee = sum(transfer.amount for transfer in leaving) - deposit
    elsewhere = sum(transfer.amount for transfer in leaving if not _is_from(transfer, plan.payment))
    _require_as_meant(plan.payment, deposit=deposit, fee=fee, elsewhere=elsewhere, most=most)
    each = _each(plan, simulation)
    return Cost(deposit=NosUnits(deposit), network_fee=NosUnits(fee), received=NosUnits(received), each=each)


def _each(plan: Plan[Any], simulation: Simulation) -> tuple[NosUnits, ...]:
    """What each payment takes, of a plan that bounds each by itself; each what it meant to, and a fee at most."""
    taken = []
    for position, payment in zip(bounded_positions(plan), plan.bounds, strict=False):
        moved = (simulation.by_instruction or {}).get(position, ())
        leaving = [one for one in moved if _is_from(one, payment)]
        deposit = sum(one.amount for one in leaving if _is_deposit(one, payment))
        fee = sum(one.amount for one in leaving) - deposit
        _require_as_meant(payment, deposit=deposit, fee=fee, most=None)
        taken.append(NosUnits(deposit + fee))
    return tuple(taken)


def _is_from(transfer: TokenTransfer, payment: Payment | None) -> bool:
    return payment is not None and transfer.source == payment.account


def _is_deposit(transfer: TokenTransfer, payment: Payment | None) -> bool:
    return payment is not None and _is_from(transfer, payment) and transfer.destination == payment.destination


def _by_balance(payment: Payment | None, simulation: Simulation) -> Cost:
    """Where the node doesn't tell of calls: by the balance that is left, which others' payments move too."""
    if payment is None or payment.account not in simulation.after:
        return Cost()
    taken = payment.balance - token_balance(simulation.after[payment.account])
    _require_as_meant(payment, deposit=min(taken, payment.amount), fee=max(0, taken - payment.amount), most=None)
    return Cost(deposit=payment.amount, network_fee=NosUnits(max(0, taken - payment.amount)))


def _require_as_meant(payment: Payment | None, *, deposit: int, fee: int, most: int | None, elsewhere: int = 0) -> None:
    meant = payment.amount if payment else 0
    allowed = most - deposit if most is not None else meant // DEAREST_FEE_PART
    if deposit == meant and not elsewhere and (fee <= allowed if payment and payment.bounded else not fee):
        return
    if most is not None and deposit == meant and not elsewhere and payment and payment.bounded:
        raise NotAsQuotedError(
            f"it takes {format_nos(deposit + fee)} NOS, of which {format_nos(fee)} are the network fee, and max_nos is "
            f"{format_nos(most)}; nothing was signed: allow more, or ask for less",
            meant=meant,
            taken=deposit + fee,
        )
    raise NotAsQuotedError(
        f"the simulation takes {format_nos(deposit + fee)} NOS out of the signers' accounts, and "
        f"{format_nos(meant)} were meant; nothing was signed: the price changed just now, or the endpoint is not to be "
        "trusted; ask for a quote again",
        meant=meant,
        taken=deposit + fee,
    )
