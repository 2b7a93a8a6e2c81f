"""What the staking program computes, in exact integers.

Source of every formula and constant: the program's public source (idl/README.md says which).
"""

from __future__ import annotations

from dataclasses import dataclass

from nosana_chain.models.stake import Stake
from nosana_chain.one_line import one_line
from nosana_chain.units import DAY, U64_MAX, NosUnits, Seconds, UnixSeconds, XNos

DURATION_MIN = Seconds(14 * DAY)
DURATION_MAX = Seconds(365 * DAY)

#: Scale of the multiplier, and the seconds of duration that each add 1 to it (365 days / 3: 1x to 4x).
_PRECISION, _SECONDS_PER_MULTIPLIER = 10**15, 10_512_000


def xnos(amount: int, *, duration: int) -> XNos:
    """Weight of a stake of `amount` NOS base units for `duration` seconds, while it is not being unstaked."""
    multiplier = duration * _PRECISION // _SECONDS_PER_MULTIPLIER + _PRECISION
    return XNos(multiplier * amount // _PRECISION)


def withdrawable(stake: Stake, *, vault_balance: int, now: UnixSeconds) -> NosUnits:
    """NOS base units that a withdrawal pays at `now`; 0 while staked, and where the program would abort.

    Linear over the duration until all of the vault is free. The program divides first to stay inside 64 bits, and so
    does this, to the last unit.
    """
    if stake.time_unstake is None or now < stake.time_unstake:
        return NosUnits(0)
    elapsed = now - stake.time_unstake
    if elapsed >= stake.duration:
        return NosUnits(vault_balance)
    withdrawn = stake.amount - vault_balance
    return NosUnits(max(0, _unlocked(stake, elapsed) - withdrawn) if withdrawn >= 0 else 0)


def due_from(stake: Stake, *, vault_balance: int, now: UnixSeconds) -> UnixSeconds | None:
    """The first moment after `now` at which a withdrawal pays something; None while staked and for an empty vault."""
    if stake.unlocks_at is None or not vault_balance:
        return None
    early, late = now, UnixSeconds(max(now + 1, stake.unlocks_at))  # all of the vault is free at the end
    while late - early > 1:
        middle = UnixSeconds((early + late) // 2)
        if withdrawable(stake, vault_balance=vault_balance, now=middle):
            late = middle
        else:
            early = middle
    return late


def _unlocked(stake: Stake, elapsed: int) -> int:
    largest = max(stake.amount, elapsed)
    precision = U64_MAX // largest - 1 if largest else 0
    return elapsed * precision // stake.duration * stake.amount // precision if precision else 0


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Unlocking:
    """A stake and its vault at a moment, and what comes of them by time alone.

    Attributes:
        stake: the stake.
        vault_balance: NOS base units in its vault.
        now: the moment, by the chain's clock.
    """

    stake: Stake
    vault_balance: NosUnits
    now: UnixSeconds

    @property
    def has_begun(self) -> bool:
        """Whether the stake is being unstaked."""
        return self.stake.unlocks_at is not None

    @property
    def unlocks_at(self) -> UnixSeconds:
        """When all of it can be withdrawn; of one that is staked, if it were unstaked now."""
        begun = self.stake.unlocks_at
        return UnixSeconds(self.now + self.stake.duration) if begun is None else begun

    @property
    def closable_at(self) -> UnixSeconds:
        """When it can be closed, if all of it was withdrawn: a second after `unlocks_at`."""
        return UnixSeconds(self.unlocks_at + 1)

    @property
    def withdrawable(self) -> NosUnits:
        """NOS base units that `withdraw` pays now."""
        return self.withdrawable_at(self.now)

    @property
    def due_at(self) -> UnixSeconds | None:
        """When something can be withdrawn; None where that is now, while staked, and of an empty vault."""
        if self.withdrawable:
            return None
        return due_from(self.stake, vault_balance=self.vault_balance, now=self.now)

    def withdrawable_at(self, moment: int) -> NosUnits:
        """NOS base units that `withdraw` pays at a moment (Unix seconds), if nothing is withdrawn before.

        0 while staked: nothing unlocks before `unstake`.
        """
        return withdrawable(self.stake, vault_balance=self.vault_balance, now=UnixSeconds(moment))
