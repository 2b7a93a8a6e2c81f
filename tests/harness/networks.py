"""A local network on the validator that the suite runs on: `scripts/test --validator agave`."""

from __future__ import annotations

import os
from contextlib import AbstractAsyncContextManager
from typing import Any

from harness.in_process_served import served_in_process
from in_process_option import in_process

from nosana_chain.localnet import Localnet
from nosana_chain.localnet.agave_binary import VALIDATOR_VARIABLE

SLOT_MS = 50  #: nobody waits in a wallet here; the official validator falls behind with less, where the machine is busy


def on_surfpool() -> bool:
    """Whether the suite runs on Surfpool, its default."""
    return os.environ.get(VALIDATOR_VARIABLE, "surfpool") == "surfpool"


def local_network(slot_ms: int = SLOT_MS, **settings: Any) -> AbstractAsyncContextManager[Localnet]:
    """As `Localnet.start`, with short slots on whichever validator it is."""
    if in_process():
        return served_in_process(**settings)  # type: ignore[return-value]  what suites use of it
    return Localnet.start(slot_ms=slot_ms if on_surfpool() else max(slot_ms, SLOT_MS), **settings)
