"""A local network on the validator that the suite runs on: `scripts/test --validator agave`."""

from __future__ import annotations

import os
from contextlib import AbstractAsyncContextManager
from typing import Any

from nosana_chain.localnet import Localnet
from nosana_chain.localnet.agave_binary import VALIDATOR_VARIABLE

#: Slots of 50 ms, on either: nobody waits in a wallet here.
SLOT_MS, TICKS_PER_SLOT = 50, 8


def on_surfpool() -> bool:
    """Whether the suite runs on Surfpool, its default."""
    return os.environ.get(VALIDATOR_VARIABLE, "surfpool") == "surfpool"


def local_network(**settings: Any) -> AbstractAsyncContextManager[Localnet]:
    """As `Localnet.start`, with short slots on whichever validator it is."""
    pace = {"slot_ms": SLOT_MS} if on_surfpool() else {"ticks_per_slot": TICKS_PER_SLOT}
    return Localnet.start(**pace, **settings)
