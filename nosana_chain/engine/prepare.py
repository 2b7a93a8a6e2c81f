"""From a plan to a message that may be signed: simulated, held against what was meant, bounded, priced."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from solders.hash import Hash
from solders.instruction import Instruction
from solders.message import MessageV0
from solders.pubkey import Pubkey

from nosana_chain.engine.bound import UNBOUNDED, approvals_of, approved_amount, with_bound
from nosana_chain.engine.build import SignedTransaction, build_message, check_needed, signer_addresses, unsigned
from nosana_chain.engine.cost import Cost, cost_of
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.fees import (
    budget_instructions,
    default_unit_limit,
    unit_limit,
    unit_price,
    writable_addresses,
)
from nosana_chain.engine.lifetime import Lifetime, NonceLifetime
from nosana_chain.engine.nonces import SeenNonce, advancing_ix
from nosana_chain.engine.plan import Plan
from nosana_chain.engine.sharing import all_of
from nosana_chain.engine.signing import sign_by_all
from nosana_chain.engine.simulate import Simulation, simulate
from nosana_chain.errors import InputError
from nosana_chain.models.receipt import Progress, Step
from nosana_chain.reading.fees import MAX_UNIT_LIMIT, base_fee, priority_fee
from nosana_chain.units import Lamports, NosUnits
from nosana_chain.wire.connection import Blockhash

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared(Generic[T]):
    """A plan whose transaction is ready to be signed.

    Attributes:
        plan: what it is for.
        message: with bound, compute budget and a recent blockhash.
        recent: the blockhash, and until when it is good; or the nonce by which it lives.
        fetched_at: when the blockhash was fetched, by the engine's clock.
        cost: what it takes and brings, as simulated; nothing where it wasn't.
        max_nos: the most that it can take, enforced on chain; None where it moves exactly what it was told to.
        instructions: what it does, with its bound and without its compute budget.
        lamports: what it takes of each who pays: fees, and the rent of accounts that its programs make.
    """

    plan: Plan[T]
    message: MessageV0
    recent: Blockhash | SeenNonce
    fetched_at: float
    cost: Cost
    max_nos: NosUnits | None
    instructions: tuple[Instruction, ...]
    lamports: Mapping[Pubkey, Lamports]

    @property
    def fee_payer(self) -> Pubkey:
        """Who pays the transaction's fee."""
        return self.message.account_keys[0]


async def prepare(
    engine: Engine,
    plan: Plan[T],
    *,
    max_nos: int | None = None,
    simulate_first: bool = True,
    nonce: SeenNonce | None = None,
) -> Prepared[T]:
    """Make a plan's transaction ready to be signed; nothing is signed or sent.

    Args:
        engine: the cluster, the wallet, the fees.
        plan: what to do.
        max_nos: base units that it may take in all, if it is a payment at somebody else's price.
        nonce: by which it shall live, in place of a blockhash.
        simulate_first: False takes the plan's word for what it takes, and the runtime's default for its compute units.

    Network: 3 calls at once: simulation, recent fees, blockhash; without simulation or priority fee 1 less each.

    Raises:
        InputError: the transaction is too large, nothing bounds it, or somebody signs nothing in it.
        TransactionFailedError: the simulation failed.
        NotAsQuotedError: the simulation takes another amount than the plan, or more than `max_nos`.
        RpcError: the endpoint didn't answer as it should.
    """
    payer = engine.fee_signer.address
    trial_budget = budget_instructions(MAX_UNIT_LIMIT, 0)
    first = [advancing_ix(nonce.nonce)] if nonce else []
    unbounded = with_bound(plan, [UNBOUNDED] * approvals_of(plan))
    trial = build_message(
        [*first, *unbounded, *trial_budget],
        payer=payer,
        blockhash=nonce.nonce.value if nonce else Hash.default(),
    )
    engine.tell(Progress(Step.BUILT))
    simulation, samples, recent = await all_of(
        _try_out(engine, plan, trial, wanted=simulate_first),
        _recent_prices(engine, plan, trial),
        _recent(engine, nonce),
    )
    cost, used = _judged(engine, plan, simulation, max_nos)
    if cost.network_fee:
        engine.fee_seen.set()
    limit = unit_limit(used, engine.fees) if used is not None else default_unit_limit(plan.instructions)
    price = unit_price(samples, limit, engine.fees)
    approved = _approved(plan, cost, max_nos)
    # twins must not have the same bytes: the chain would carry out one, and both would look done
    mark = None if plan.signers else Pubkey.from_bytes(secrets.token_bytes(Pubkey.LENGTH))
    budget = budget_instructions(limit, price, mark=mark)
    instructions = with_bound(plan, approved)
    blockhash = recent.nonce.value if isinstance(recent, SeenNonce) else recent.hash
    message = build_message([*first, *instructions, *budget], payer=payer, blockhash=blockhash)
    check_needed(message, [signer.address for signer in (*plan.cosigners, *plan.signers)])
    paid = dict(simulation.funded) if simulation else {}
    paid[payer] = Lamports(paid.get(payer, 0) + base_fee(message) + (priority_fee(message) or 0))
    return Prepared(
        plan=plan,
        message=message,
        instructions=tuple(instructions),
        lamports=paid,
        recent=recent,
        fetched_at=engine.clock(),
        cost=cost,
        max_nos=NosUnits(cost.taken if max_nos is None else max_nos) if approved else None,
    )


async def sign(engine: Engine, prepared: Prepared[Any]) -> SignedTransaction:
    """Sign a prepared transaction: the fee payer, the wallet, and who the plan names. Nothing is sent.

    Raises:
        SignerError: a signer failed, was too slow, or gave something that is not its signature.
    """
    plan, needed = prepared.plan, signer_addresses(prepared.message)
    own = [one for one in (engine.fee_signer, engine.signer) if one.address in needed]
    transaction = await sign_by_all(
        prepared.message, signers=[*own, *plan.cosigners, *plan.signers], within=engine.signing_seconds
    )
    return SignedTransaction(transaction, lifetime_of(engine, prepared.recent, prepared.fetched_at))


def lifetime_of(engine: Engine, recent: Blockhash | SeenNonce, at: float) -> Lifetime | NonceLifetime:
    """How long a transaction can land that lives by `recent`, as it was fetched `at`."""
    if isinstance(recent, SeenNonce):
        nonce = recent.nonce
        return NonceLifetime(nonce=nonce.address, value=str(nonce.value), seen=recent.slot, signed_at=at)
    height, slot_seconds = recent.last_valid_block_height, engine.network.slot_seconds
    return Lifetime(last_valid_block_height=height, signed_at=at, slot_seconds=slot_seconds)


async def _recent(engine: Engine, nonce: SeenNonce | None) -> Blockhash | SeenNonce:
    return nonce or await engine.reads.blockhash()


async def _try_out(engine: Engine, plan: Plan[Any], trial: MessageV0, *, wanted: bool) -> Simulation | None:
    if not wanted:
        return None
    watched = [plan.payment.account] if plan.payment else []
    simulation = await simulate(engine.connection, unsigned(trial), watched=watched)
    engine.tell(Progress(Step.SIMULATED))
    return simulation


async def _recent_prices(engine: Engine, plan: Plan[Any], trial: MessageV0) -> list[int]:
    """What was paid of late for the accounts that it locks; nobody can have paid for those that it makes."""
    if not engine.fees.max_priority_lamports:
        return []
    own = {str(signer.address) for signer in plan.signers}
    return await engine.reads.unit_prices([address for address in writable_addresses(trial) if address not in own])


def _judged(
    engine: Engine, plan: Plan[Any], simulation: Simulation | None, most: int | None
) -> tuple[Cost, int | None]:
    if simulation is None:
        return Cost(deposit=plan.payment.amount if plan.payment else NosUnits(0)), None
    people = {one.address for one in (engine.signer, engine.fee_signer, *plan.cosigners)}
    cost = cost_of(plan, simulation, people=people, purse=engine.purse, most=most)
    return cost, simulation.compute_units


def _approved(plan: Plan[Any], cost: Cost, most: int | None) -> list[NosUnits]:
    """What to approve: one amount for all that pays, or one for each; none where nothing is to be bounded."""
    if plan.payment is None or plan.payment.seconds is None:
        return []
    if plan.bounds:
        if len(cost.each) < len(plan.bounds):
            raise InputError("the endpoint doesn't tell what each payment takes; send each by itself")
        each = zip(plan.bounds, cost.each, strict=True)
        return [approved_amount(taken, deposit=one.amount, seconds=one.seconds or 1) for one, taken in each]
    if plan.paying > 1 and cost.network_fee:
        raise InputError("several payments with a network fee on top can't share a bound; send each by itself")
    return [approved_amount(cost.taken, deposit=cost.deposit, seconds=plan.payment.seconds, most=most)]
