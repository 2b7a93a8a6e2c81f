"""What the staking program computes, in exact integers.

Source of every formula and constant: the program's public source (idl/README.md says which).
"""

from __future__ import annotations

from nosana_chain.models.stake import Stake
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
