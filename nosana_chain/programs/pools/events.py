"""What happened to pools, as the transactions that did it tell. Pure: no network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from solders.pubkey import Pubkey

from nosana_chain.models.event import RETRACTED, ChainEvent
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.models.pool import ClaimType, Pool
from nosana_chain.networks import Network
from nosana_chain.one_line import one_line
from nosana_chain.pda import pool_vault_address
from nosana_chain.reading.folds import Fold, as_before, folded, gone
from nosana_chain.reading.program_calls import ProgramCall, token_moves
from nosana_chain.reading.program_events import Facts, Rule, events_by, fee_added, moved
from nosana_chain.units import TokenUnits, UnixSeconds


class PoolEventKind(StrEnum):
    """What can happen to a pool. Each is made by the instruction of the pools program that is named here."""

    OPENED = "opened"  #: `open`
    FUNDED = "funded"  #: no instruction of the program: tokens came into the vault of a pool that is asked about
    CLAIMED = "claimed"  #: `claim_transfer` or `claim_fee`: what was due was paid out, if anything was
    BENEFICIARY_CHANGED = "beneficiary_changed"  #: `update_beneficiary`: somebody else is paid from now on
    CLOSED = "closed"  #: `close`: pool and vault are gone, and what was in it went to the authority
    RETRACTED = RETRACTED  #: no instruction: what the event `retracts` told didn't happen, its slot was reorganised


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class PoolEvent(ChainEvent):
    """Something that happened to a pool. What doesn't belong to the kind of event is None.

    Attributes:
        kind: what happened.
        address: the pool.
        authority: who may close it, of OPENED and CLOSED; who had it claimed, of CLAIMED; whose tokens came in, of
            FUNDED.
        vault: token account with its tokens.
        beneficiary: token account that is paid: of OPENED, CLAIMED and BENEFICIARY_CHANGED.
        amount: base units of the pool's mint that came in, of FUNDED; that went out, of CLAIMED and CLOSED. A claim
            of fees that were less than a second's emission pays 0, and loses what was due.
        claim_type: how it pays, of OPENED and CLAIMED.
        emission: base units a second, of OPENED.
        start_time: when the emission starts, of OPENED.
        closeable: whether it may be closed before it is empty, of OPENED.
        old: the pool before, as far as it is known.
        new: the pool after; None where it is gone, and where the transaction can't tell.
    """

    kind: PoolEventKind
    authority: Pubkey | None = None
    vault: Pubkey | None = None
    beneficiary: Pubkey | None = None
    amount: TokenUnits | None = None
    claim_type: ClaimType | None = None
    emission: TokenUnits | None = None
    start_time: UnixSeconds | None = None
    closeable: bool | None = None
    old: Pool | None = field(default=None, compare=False)
    new: Pool | None = field(default=None, compare=False)


def pool_events(
    landed: LandedTransaction, *, network: Network, funded: Mapping[Pubkey, Pubkey] | None = None
) -> tuple[PoolEvent, ...]:
    """What a landed transaction did to pools, in order; nothing where it failed. `old` and `new` are left open.

    Args:
        landed: as `fetch_transaction` gives it.
        network: whose pools program it is.
        funded: vault -> pool of those whose FUNDED events are wanted: a transfer says of no account what it is.

    Raises:
        InputError: the endpoint left out whether it succeeded or what it called, or contradicts itself.
    """
    events = events_by(_RULES, PoolEvent, landed, program="pools", network=network)
    if not funded:
        return events
    return tuple(sorted((*events, *_fundings(landed, funded)), key=lambda event: event.place))


def vaults_of(*pools: Pubkey, network: Network) -> dict[Pubkey, Pubkey]:
    """The pools by their vaults, as `pool_events` takes them."""
    return {pool_vault_address(pool, network=network): pool for pool in pools}


def pool_after(old: Pool | None, event: PoolEvent) -> Pool | None:
    """The pool after `event`.

    Args:
        old: the pool just before; None where nothing is known, or it wasn't there.
        event: of this pool.

    Returns:
        The pool as its account has it; None where it is gone, where `old` isn't known but would have to be, and where
        a claim paid nothing: how much it counts as claimed depends on what the vault held.
    """
    return folded(_FOLDS, old, event)


def _fundings(landed: LandedTransaction, funded: Mapping[Pubkey, Pubkey]) -> Iterator[PoolEvent]:
    for move in token_moves(landed):
        pool = funded.get(move.transfer.destination)
        if pool is not None and move.transfer.source != move.transfer.destination:
            yield PoolEvent(
                kind=PoolEventKind.FUNDED,
                address=pool,
                slot=landed.slot,
                time=landed.block_time,
                signature=move.signature,
                place=move.place,
                authority=move.transfer.authority,
                vault=move.transfer.destination,
                amount=move.transfer.amount,
            )


def _open(call: ProgramCall) -> Iterator[Facts]:
    facts = {name: call.arguments[name] for name in ("emission", "start_time", "closeable")}
    who = {name: call.accounts[name] for name in ("authority", "beneficiary")}
    yield PoolEventKind.OPENED, _pool(call) | who | facts | {"claim_type": ClaimType(call.arguments["claim_type"])}


def _claim_fee(call: ProgramCall) -> Iterator[Facts]:
    facts = {"authority": call.accounts["authority"], "beneficiary": call.accounts["rewards_vault"]}
    paid = {"amount": fee_added(call) or TokenUnits(0), "claim_type": ClaimType.ADD_FEE}
    yield PoolEventKind.CLAIMED, _pool(call) | facts | paid


def _claim_transfer(call: ProgramCall) -> Iterator[Facts]:
    facts = {name: call.accounts[name] for name in ("authority", "beneficiary")}
    yield PoolEventKind.CLAIMED, _pool(call) | facts | {"amount": moved(call)[0], "claim_type": ClaimType.TRANSFER}


def _update_beneficiary(call: ProgramCall) -> Iterator[Facts]:
    facts = {"address": call.accounts["pool"], "beneficiary": call.accounts["new_beneficiary"]}
    yield PoolEventKind.BENEFICIARY_CHANGED, facts


def _close(call: ProgramCall) -> Iterator[Facts]:
    yield PoolEventKind.CLOSED, _pool(call) | {"authority": call.accounts["authority"], "amount": moved(call)[0]}


def _pool(call: ProgramCall) -> dict[str, Any]:
    return {"address": call.accounts["pool"], "vault": call.accounts["vault"]}


_RULES: Mapping[str, Rule] = {
    "Open": _open,
    "ClaimFee": _claim_fee,
    "ClaimTransfer": _claim_transfer,
    "UpdateBeneficiary": _update_beneficiary,
    "Close": _close,
}


def _opened(_old: Pool | None, event: PoolEvent) -> Pool | None:
    if event.address is None or event.authority is None or event.beneficiary is None or event.vault is None:
        return None
    if event.claim_type is None or event.emission is None or event.start_time is None or event.closeable is None:
        return None
    return Pool(
        address=event.address,
        authority=event.authority,
        beneficiary=event.beneficiary,
        claim_type=event.claim_type,
        claimed_tokens=TokenUnits(0),
        closeable=event.closeable,
        emission=event.emission,
        start_time=event.start_time,
        vault=event.vault,
    )


def _claimed(old: Pool | None, event: PoolEvent) -> Pool | None:
    """What is paid counts as claimed; where nothing is, up to a second's emission may count all the same."""
    if old is None or event.amount is None or (event.amount == 0 and old.emission):
        return None
    return replace(old, claimed_tokens=TokenUnits(old.claimed_tokens + event.amount))


def _beneficiary_changed(old: Pool | None, event: PoolEvent) -> Pool | None:
    return replace(old, beneficiary=event.beneficiary) if old and event.beneficiary else None


_FOLDS: Mapping[PoolEventKind, Fold[Pool, PoolEvent]] = {
    PoolEventKind.OPENED: _opened,
    PoolEventKind.FUNDED: as_before,
    PoolEventKind.CLAIMED: _claimed,
    PoolEventKind.BENEFICIARY_CHANGED: _beneficiary_changed,
    PoolEventKind.CLOSED: gone,
}
