"""What the rewards program computes of a membership, in exact integers: one claim, one sync, a year of both. Pure.

Source: the program's public source (idl/README.md says which). A claim leaves the pool with the reflection, its xNOS
and what is due, and enters it again with the stake's xNOS at the same rate; a sync does so with what is due left in.
"""

from __future__ import annotations

from dataclasses import replace

from nosana_chain.models.rewards import Reward, RewardsPool, Yield
from nosana_chain.models.stake import Stake
from nosana_chain.programs.staking.formulas import xnos
from nosana_chain.units import NosUnits, XNos


def after_claim(pool: RewardsPool, reward: Reward, stake: Stake) -> tuple[RewardsPool, Reward]:
    """Pool and membership after what is `pending` was claimed; as they are where that is nothing."""
    due = pool.pending(reward)
    return _again(pool, reward, leaving=due, entering=0, xnos=stake.xnos) if due else (pool, reward)


def after_sync(pool: RewardsPool, reward: Reward, stake: Stake) -> tuple[RewardsPool, Reward]:
    """Pool and membership after the membership was brought up to the stake's weight, with what is due left in it."""
    return _again(pool, reward, leaving=0, entering=pool.pending(reward), xnos=stake.xnos)


def after_topup(stake: Stake, amount: int) -> Stake:
    """A stake with `amount` NOS base units more."""
    total = NosUnits(stake.amount + amount)
    return replace(stake, amount=total, xnos=xnos(total, duration=stake.duration))


def yield_of(pool: RewardsPool, reward: Reward, stake: Stake, *, fees: int, times: int) -> Yield:
    """What a membership earns of `fees` NOS base units, with everybody else in the pool as they are.

    It is brought up to the stake's weight first, and what is pending is claimed: that counts for nothing, and else
    would earn a part of the fees without being staked.

    Args:
        pool: the pool.
        reward: the membership, in the pool.
        stake: its stake.
        fees: that are added.
        times: how often it is claimed and topped up, 1 or more.
    """
    rewards = compounded = NosUnits(0)
    if stake.xnos and pool.rate:
        start = after_claim(*after_sync(pool, reward, stake), stake)
        rewards = _compounded(*start, stake, fees=fees, times=1)
        compounded = _compounded(*start, stake, fees=fees, times=times)
    return Yield(staked=stake.amount, fees=NosUnits(fees), rewards=rewards, compounded=compounded, times=times)


def _compounded(pool: RewardsPool, reward: Reward, stake: Stake, *, fees: int, times: int) -> NosUnits:
    """What all claims together pay."""
    earned = 0
    for turn in range(times):
        pool = pool.with_fee(fees * (turn + 1) // times - fees * turn // times)
        due = pool.pending(reward)
        pool, reward = after_claim(pool, reward, stake)
        if due:
            stake = after_topup(stake, due)
            pool, reward = after_sync(pool, reward, stake)
        earned += due
    return NosUnits(earned)


def _again(pool: RewardsPool, reward: Reward, *, leaving: int, entering: int, xnos: int) -> tuple[RewardsPool, Reward]:
    """Leave with `leaving` beside the membership's xNOS, and enter with `entering` beside the stake's."""
    reflection = (xnos + entering) * pool.rate
    changed = replace(
        pool,
        total_reflection=pool.total_reflection - reward.reflection + reflection,
        total_xnos=XNos(pool.total_xnos - reward.xnos - leaving + xnos),
    )
    return changed, replace(reward, reflection=reflection, xnos=XNos(xnos))
