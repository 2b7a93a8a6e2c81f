"""The rewards pool and a membership after an event, as the program computes them, in exact integers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from nosana_chain.models.rewards import Reward, RewardsPool
from nosana_chain.models.stake import Stake
from nosana_chain.one_line import one_line
from nosana_chain.programs.rewards.events import RewardEvent, RewardEventKind
from nosana_chain.units import XNos


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class RewardBooks:
    """What is known of the rewards pool and of one of its members.

    Attributes:
        pool: the pool; None where it isn't known.
        reward: the membership; None where there is none, or it isn't known.
        stake: the member's stake, which the program reads; None where it isn't known.
    """

    pool: RewardsPool | None = None
    reward: Reward | None = None
    stake: Stake | None = None


def books_after(old: RewardBooks, event: RewardEvent) -> RewardBooks:
    """Pool and membership after `event`, each None where it is gone or `old` doesn't tell what is needed.

    Args:
        old: as they were just before: of the event's member, and for FEE_ADDED of any or none.
        event: what happened.

    Returns:
        They as their accounts have them. The stake stays: no event of the rewards pool changes it. Where `old` can't
        have been so, since the member was paid something else than that, neither is told.
    """
    pool, reward = _RULES[event.kind](old, event)
    return replace(old, pool=pool, reward=reward)


_After = tuple[RewardsPool | None, Reward | None]
_Rule = Callable[[RewardBooks, RewardEvent], _After]


def _entered(old: RewardBooks, event: RewardEvent) -> _After:
    if old.pool is None or old.stake is None or event.address is None:
        return None, None
    return old.pool.with_member(old.stake, address=event.address)


def _claimed(old: RewardBooks, event: RewardEvent) -> _After:
    """Nothing due changes nothing; else the member leaves, with what is due as if it were staked, and enters anew."""
    pool, reward, stake = old.pool, old.reward, old.stake
    if event.amount == 0:
        return pool, reward
    if pool is None or reward is None or stake is None or pool.pending(reward) != event.amount:
        return None, None
    left = _without(pool, reward, xnos=reward.xnos + pool.pending(reward))
    return left.with_member(stake, address=reward.address)


def _synced(old: RewardBooks, _event: RewardEvent) -> _After:
    """What is due stays with the member as reflection; the pool counts the stake's weight alone."""
    if old.pool is None or old.reward is None or old.stake is None:
        return None, None
    left, due = _without(old.pool, old.reward, xnos=old.reward.xnos), old.pool.pending(old.reward)
    reward = replace(old.reward, xnos=old.stake.xnos, reflection=(old.stake.xnos + due) * left.rate)
    return _with(left, reward), reward


def _closed(old: RewardBooks, _event: RewardEvent) -> _After:
    if old.pool is None or old.reward is None:
        return None, None
    return _without(old.pool, old.reward, xnos=old.reward.xnos), None


def _fee_added(old: RewardBooks, event: RewardEvent) -> _After:
    if old.pool is None or event.amount is None:
        return None, old.reward
    return old.pool.with_fee(event.amount), old.reward


def _as_retracted(_old: RewardBooks, event: RewardEvent) -> _After:
    """What was before the event that it takes back, of which one of the two is told."""
    return (
        event.new if isinstance(event.new, RewardsPool) else None,
        event.new if isinstance(event.new, Reward) else None,
    )


def _without(pool: RewardsPool, reward: Reward, *, xnos: int) -> RewardsPool:
    return replace(
        pool,
        total_reflection=pool.total_reflection - reward.reflection,
        total_xnos=XNos(pool.total_xnos - xnos),
    )


def _with(pool: RewardsPool, reward: Reward) -> RewardsPool:
    return replace(
        pool,
        total_reflection=pool.total_reflection + reward.reflection,
        total_xnos=XNos(pool.total_xnos + reward.xnos),
    )


_RULES: Mapping[RewardEventKind, _Rule] = {
    RewardEventKind.ENTERED: _entered,
    RewardEventKind.CLAIMED: _claimed,
    RewardEventKind.SYNCED: _synced,
    RewardEventKind.CLOSED: _closed,
    RewardEventKind.FEE_ADDED: _fee_added,
    RewardEventKind.RETRACTED: _as_retracted,
}
