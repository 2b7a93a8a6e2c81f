"""What a prepared transaction would leave behind, account by account: for quotes and dry runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain.engine.build import unsigned
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.prepare import Prepared
from nosana_chain.engine.sharing import all_of
from nosana_chain.engine.simulate import Simulation, simulate
from nosana_chain.models.explanation import Explanation
from nosana_chain.models.landed_transaction import BalanceChange, LandedTransaction, LoadedAddresses
from nosana_chain.models.quote import Quote
from nosana_chain.models.token_account import token_balance, token_holding
from nosana_chain.reading.explain_transaction import explain_transaction
from nosana_chain.reading.fees import base_fee, priority_fee
from nosana_chain.units import Lamports, TokenUnits


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A simulated transaction with every account that it may change, before and after."""

    prepared: Prepared[Any]
    before: Mapping[Pubkey, Account | None]
    simulation: Simulation

    @property
    def fee(self) -> Lamports:
        """What the simulation charged: nodes differ in whether they do. Nothing else leaves the accounts' sum."""
        return Lamports(_lamports(self.before) - _lamports(self.simulation.after))

    @property
    def priority_fee(self) -> Lamports:
        """Lamports for being taken early."""
        return Lamports(priority_fee(self.prepared.message) or 0)

    @property
    def transaction_fee(self) -> Lamports:
        """Lamports of the signatures."""
        return base_fee(self.prepared.message)

    def lost(self, address: Pubkey) -> int:
        """Lamports that an account has less afterwards, as simulated; negative where it gains."""
        return _lamports_of(self.before, address) - _lamports_of(self.simulation.after, address)


async def rehearse(engine: Engine, prepared: Prepared[Any]) -> Rehearsal:
    """Simulate a prepared transaction, and look at every account that it may change. Network: 2 calls."""
    message = prepared.message
    keys = message.account_keys
    writable = [key for index, key in enumerate(keys) if message.is_maybe_writable(index)]
    before, simulation = await all_of(
        engine.connection.fetch_accounts(writable),
        simulate(engine.connection, unsigned(message), watched=writable),
    )
    return Rehearsal(prepared, dict(zip(writable, before, strict=True)), simulation)


def quote_of(engine: Engine, rehearsal: Rehearsal) -> Quote:
    """A rehearsal as a quote."""
    prepared, cost = rehearsal.prepared, rehearsal.prepared.cost
    others = {one.address for one in (engine.signer, *prepared.plan.cosigners)} - {prepared.fee_payer}
    fees = rehearsal.transaction_fee + rehearsal.priority_fee
    own = rehearsal.lost(prepared.fee_payer) - rehearsal.fee
    rent = Lamports(own + sum(rehearsal.lost(other) for other in others))
    purse = prepared.plan.payment.account if prepared.plan.payment else engine.purse
    return Quote(
        deposit=cost.deposit,
        network_fee=cost.network_fee,
        received=cost.received,
        max_nos=prepared.max_nos,
        rent=rent,
        transaction_fee=rehearsal.transaction_fee,
        priority_fee=rehearsal.priority_fee,
        nos_after=token_balance(rehearsal.simulation.after.get(purse)),
        lamports_after=Lamports(_lamports_of(rehearsal.before, prepared.fee_payer) - own - fees),
    )


def explanation_of(engine: Engine, rehearsal: Rehearsal) -> Explanation:
    """A rehearsal in words: what the transaction says, and what it would move."""
    keys = rehearsal.prepared.message.account_keys
    landed = LandedTransaction(
        slot=0,
        error=None,
        fee=Lamports(rehearsal.transaction_fee + rehearsal.priority_fee),
        compute_units=rehearsal.simulation.compute_units,
        logs=rehearsal.simulation.logs,
        raw=b"",
        loaded=LoadedAddresses(),
        inner=(),
        changes=tuple(_change(rehearsal, index, key) for index, key in enumerate(keys)),
    )
    explained = explain_transaction(unsigned(rehearsal.prepared.message), network=engine.network, landed=landed)
    return replace(explained, slot=None, fee=landed.fee, priority_fee=rehearsal.priority_fee)


def _change(rehearsal: Rehearsal, index: int, key: Pubkey) -> BalanceChange:
    before, after = rehearsal.before.get(key), rehearsal.simulation.after.get(key)
    held = token_holding(after).amount - token_holding(before).amount
    gained = _lamports_of(rehearsal.simulation.after, key) - _lamports_of(rehearsal.before, key)
    fee = 0 if index else rehearsal.fee
    mint = token_holding(after).mint or token_holding(before).mint
    return BalanceChange(index, Lamports(gained + fee), TokenUnits(held), mint)


def _lamports(seen: Mapping[Pubkey, Account | None]) -> int:
    return sum(account.lamports for account in seen.values() if account)


def _lamports_of(seen: Mapping[Pubkey, Account | None], address: Pubkey) -> int:
    account = seen.get(address)
    return account.lamports if account else 0
