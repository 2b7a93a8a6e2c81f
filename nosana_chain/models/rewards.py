"""The rewards pool, and a staker's membership in it, with what the program computes of them in exact integers.

Source of the formulas: the program's public source (idl/README.md says which).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime.layout import key, u128
from nosana_chain.bindings.layouts.rewards import REFLECTION_ACCOUNT, REWARD_ACCOUNT
from nosana_chain.models.by_position import by_position
from nosana_chain.models.stake import Stake
from nosana_chain.one_line import one_line
from nosana_chain.units import NOS_SUPPLY, U128_MAX, NosUnits, XNos

#: Rate of a new pool: the largest whole multiple of the NOS supply that fits 128 bits, over the supply.
INITIAL_RATE = U128_MAX // NOS_SUPPLY

_BASIS_POINTS = 10_000  # of 1

_read_reward = REWARD_ACCOUNT.reader("authority", "reflection", "xnos")
_read_rewards_pool = REFLECTION_ACCOUNT.reader("rate", "total_reflection", "total_xnos", "vault")


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """A staker's membership in the rewards pool.

    Attributes:
        reflection: the member's share, in units of the pool's rate.
        xnos: the stake's weight when the membership was last brought up to date.
    """

    address: Pubkey
    authority: Pubkey
    reflection: int
    xnos: XNos

    @classmethod
    def decode(cls, address: Pubkey, data: bytes) -> Reward:
        """Read a membership from the bytes of its account."""
        authority, reflection, xnos = _read_reward(data)
        return _reward(address, key(authority), u128(reflection), u128(xnos))


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class RewardsPool:
    """The rewards pool's state (the program's reflection account).

    Attributes:
        rate: reflection per xNOS; it falls with each fee that is added.
        total_reflection: sum of all members' reflection.
        total_xnos: sum of all members' xNOS, plus the fees not yet claimed.
        vault: NOS token account that pays the rewards.
    """

    address: Pubkey
    rate: int
    total_reflection: int
    total_xnos: XNos
    vault: Pubkey

    @classmethod
    def decode(cls, address: Pubkey, data: bytes) -> RewardsPool:
        """Read the pool from the bytes of its account."""
        *numbers, vault = _read_rewards_pool(data)
        return _rewards_pool(address, *map(u128, numbers), key(vault))

    def with_member(self, stake: Stake, *, address: Pubkey) -> tuple[RewardsPool, Reward]:
        """The pool and the membership (at `address`) after the owner of `stake` entered, as the program computes it."""
        entering = Reward(
            address=address, authority=stake.authority, reflection=stake.xnos * self.rate, xnos=stake.xnos
        )
        pool = replace(
            self,
            total_reflection=self.total_reflection + entering.reflection,
            total_xnos=XNos(self.total_xnos + entering.xnos),
        )
        return pool, entering

    def with_fee(self, amount: int) -> RewardsPool:
        """The pool after a fee of `amount` NOS base units, as the program computes it.

        Raises:
            ZeroDivisionError: nobody is in the pool, and no fee either.
        """
        total_xnos = XNos(self.total_xnos + amount)
        return replace(self, total_xnos=total_xnos, rate=self.total_reflection // total_xnos)

    def pending(self, reward: Reward) -> NosUnits:
        """NOS base units that a claim by `reward` pays now: reflection // rate - xNOS, as the program computes it.

        A pool whose rate fell to 0 (a fee was added while nobody was in it) can never pay again: 0.
        """
        return NosUnits(reward.reflection // self.rate - reward.xnos) if self.rate else NosUnits(0)


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Yield:
    """What a stake would earn in the rewards pool within 365 days, if nothing but fees changed.

    Attributes:
        staked: NOS base units in the stake.
        fees: NOS base units that are added to the pool in that time.
        rewards: NOS base units that a claim at its end would pay for them, with none in between.
        compounded: NOS base units that all claims together would pay, if it were claimed `times` times, evenly, and
            each time topped up by what came. Of a large part of the pool that isn't much more: the fees stay the same.
        times: how often.
    """

    staked: NosUnits
    fees: NosUnits
    rewards: NosUnits
    compounded: NosUnits
    times: int

    @property
    def apr(self) -> Fraction:
        """Rewards over stake, exactly and without compounding; 0.05 is 5 %."""
        return self._over_stake(self.rewards)

    @property
    def apy(self) -> Fraction:
        """The same with compounding, as `compounded` says."""
        return self._over_stake(self.compounded)

    @property
    def apr_basis_points(self) -> int:
        """APR in hundredths of a percent, rounded down."""
        return floor(self.apr * _BASIS_POINTS)

    @property
    def apy_basis_points(self) -> int:
        """APY in hundredths of a percent, rounded down."""
        return floor(self.apy * _BASIS_POINTS)

    def _over_stake(self, earned: int) -> Fraction:
        return Fraction(earned, self.staked) if self.staked else Fraction(0)


_reward, _rewards_pool = by_position(Reward), by_position(RewardsPool)
