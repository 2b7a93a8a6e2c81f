"""The rewards pool, and a staker's membership in it."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from nosana_chain.bindings.rewards.accounts import ReflectionAccount, RewardAccount
from nosana_chain.units import NosUnits, XNos


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
        account = RewardAccount.decode(data)
        return cls(
            address=address,
            authority=account.authority,
            reflection=account.reflection,
            xnos=XNos(account.xnos),
        )


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
        account = ReflectionAccount.decode(data)
        return cls(
            address=address,
            rate=account.rate,
            total_reflection=account.total_reflection,
            total_xnos=XNos(account.total_xnos),
            vault=account.vault,
        )

    def pending(self, reward: Reward) -> NosUnits:
        """NOS base units that a claim by `reward` pays now: reflection // rate - xNOS, as the program computes it.

        A pool whose rate fell to 0 (a fee was added while nobody was in it) can never pay again: 0.
        """
        return NosUnits(reward.reflection // self.rate - reward.xnos) if self.rate else NosUnits(0)
