"""What the rewards program computes, in exact integers.

Source: the program's public source (idl/README.md says which). What a member can claim is `RewardsPool.pending`.
"""

from __future__ import annotations

from nosana_chain.units import NOS_SUPPLY, U128_MAX

#: Rate of a new pool: the largest whole multiple of the NOS supply that fits 128 bits, over the supply.
INITIAL_RATE = U128_MAX // NOS_SUPPLY


def reflection_of(xnos: int, *, rate: int) -> int:
    """Share in the pool of a member who enters with `xnos` at `rate`."""
    return xnos * rate
