"""What happened in the rewards pool, as the transactions that did it tell. Pure: no network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from solders.pubkey import Pubkey

from nosana_chain.models.event import RETRACTED, ChainEvent
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.models.rewards import Reward, RewardsPool
from nosana_chain.networks import Network
from nosana_chain.one_line import one_line
from nosana_chain.reading.program_calls import ProgramCall
from nosana_chain.reading.program_events import Facts, Rule, events_by, moved
from nosana_chain.units import NosUnits


class RewardEventKind(StrEnum):
    """What can happen in the rewards pool. Each is made by the instruction of the rewards program named here."""

    ENTERED = "entered"  #: `enter`: a staker is a member
    CLAIMED = "claimed"  #: `claim`: a member was paid, which may be nothing; its stake's weight counts from now
    SYNCED = "synced"  #: `sync`: a member's weight was brought up to its stake's, by anybody
    CLOSED = "closed"  #: `close`: a member left, and what it hadn't claimed stays with the others
    FEE_ADDED = "fee_added"  #: `add_fee`, also when a job is paid or a pool of fees is claimed: all members earn
    RETRACTED = RETRACTED  #: no instruction: what the event `retracts` told didn't happen, its slot was reorganised


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class RewardEvent(ChainEvent):
    """Something that happened in the rewards pool. What doesn't belong to the kind of event is None.

    Attributes:
        kind: what happened.
        address: the member's reward account; that of the pool for FEE_ADDED.
        authority: who is the member, where its transaction says so; who paid the fee.
        stake: of the member, of ENTERED, CLAIMED and SYNCED.
        amount: NOS base units that were paid out, of CLAIMED; that were added, of FEE_ADDED.
        old: the membership before, as far as it is known; the pool for FEE_ADDED.
        new: the same after; None where the membership is gone, and where the transaction can't tell.
    """

    kind: RewardEventKind
    authority: Pubkey | None = None
    stake: Pubkey | None = None
    amount: NosUnits | None = None
    old: Reward | RewardsPool | None = field(default=None, compare=False)
    new: Reward | RewardsPool | None = field(default=None, compare=False)


def reward_events(landed: LandedTransaction, *, network: Network) -> tuple[RewardEvent, ...]:
    """What a landed transaction did in the rewards pool, in order; nothing where it failed.

    The fees that the jobs and pools programs add are among them. `old` and `new` are left open.

    Args:
        landed: as `fetch_transaction` gives it.
        network: whose rewards program it is.

    Raises:
        InputError: the endpoint left out whether it succeeded or what it called, or contradicts itself.
    """
    return events_by(_RULES, RewardEvent, landed, program="rewards", network=network)


#: Instructions that make no event of the rewards pool, each with its reason.
NO_REWARD_EVENT: Mapping[str, str] = {"Init": "it makes the pool itself, once for each cluster"}


def _enter(call: ProgramCall) -> Iterator[Facts]:
    yield RewardEventKind.ENTERED, _member(call, "authority", "stake")


def _claim(call: ProgramCall) -> Iterator[Facts]:
    yield RewardEventKind.CLAIMED, _member(call, "authority", "stake") | {"amount": NosUnits(moved(call)[0])}


def _sync(call: ProgramCall) -> Iterator[Facts]:
    yield RewardEventKind.SYNCED, _member(call, "stake")


def _close(call: ProgramCall) -> Iterator[Facts]:
    yield RewardEventKind.CLOSED, _member(call, "authority")


def _add_fee(call: ProgramCall) -> Iterator[Facts]:
    facts = {"address": call.accounts["reflection"], "authority": call.accounts["authority"]}
    yield RewardEventKind.FEE_ADDED, facts | {"amount": NosUnits(call.arguments["amount"])}


def _member(call: ProgramCall, *names: str) -> dict[str, Any]:
    return {"address": call.accounts["reward"]} | {name: call.accounts[name] for name in names}


_RULES: Mapping[str, Rule] = {
    "Enter": _enter,
    "Claim": _claim,
    "Sync": _sync,
    "Close": _close,
    "AddFee": _add_fee,
}
