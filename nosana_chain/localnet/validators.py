"""Which validator a local network runs on, at what pace, and on which ports."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from nosana_chain.errors import InputError
from nosana_chain.localnet.agave import MS_PER_TICK, TICKS_PER_SLOT, running_agave
from nosana_chain.localnet.agave_binary import VALIDATOR_VARIABLE, find_validator
from nosana_chain.localnet.child_process import Endpoints
from nosana_chain.localnet.genesis import Genesis
from nosana_chain.localnet.surfpool import running_surfpool
from nosana_chain.localnet.surfpool_package import TellUser
from nosana_chain.localnet.toolchain import Toolchain, find_toolchain
from nosana_chain.units import i64

_LAST_PORT = 65_535

# A blockhash lives 150 slots, which is the runtime's own number, and finality takes 31. At 250 ms that is 37 s and 8 s:
# longer than the 30 s for which @solana/web3.js 1.x hands out a blockhash that it has, and time for a person to approve
# a transaction in a wallet; while an action still takes 0.25 s, where mainnet's 400 ms would make it 0.4.
_SLOT_MS = 250

_SURFPOOL = "surfpool"
_LEAST_TICKS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """A validator and how fast it makes slots.

    Attributes:
        validator: surfpool, agave, or the path of an official one.
        slot_ms: length of a slot, in milliseconds.
        ticks_per_slot: the same in ticks of the official validator; None for Surfpool.
    """

    validator: str
    slot_ms: float
    ticks_per_slot: int | None = None

    @property
    def is_surfpool(self) -> bool:
        """Whether it can move time and put accounts in place."""
        return self.ticks_per_slot is None


def backend_of(validator: str | os.PathLike[str] | None, *, slot_ms: int | None, ticks_per_slot: int | None) -> Backend:
    """The validator that is meant, and its slots. Without a name, what NOSANA_VALIDATOR says; or else Surfpool.

    Raises:
        InputError: a setting of the other validator, or out of range.
    """
    chosen = os.fspath(validator or os.environ.get(VALIDATOR_VARIABLE) or _SURFPOOL)
    if chosen == _SURFPOOL:
        if ticks_per_slot is not None:
            raise InputError("ticks_per_slot is for the official validator; Surfpool takes slot_ms")
        return Backend(validator=chosen, slot_ms=_SLOT_MS if slot_ms is None else i64(slot_ms, "slot_ms", minimum=1))
    ticks = _ticks(slot_ms, ticks_per_slot)
    return Backend(validator=chosen, slot_ms=ticks * MS_PER_TICK, ticks_per_slot=ticks)


def _ticks(slot_ms: int | None, ticks_per_slot: int | None) -> int:
    """A slot of the official validator, in ticks; the nearest to a length in milliseconds."""
    if slot_ms is not None and ticks_per_slot is not None:
        raise InputError("slot_ms and ticks_per_slot say the same: give one of them")
    if slot_ms is not None:
        if not _LEAST_TICKS * MS_PER_TICK <= slot_ms <= TICKS_PER_SLOT * MS_PER_TICK:
            span = f"{_LEAST_TICKS * MS_PER_TICK} to {TICKS_PER_SLOT * MS_PER_TICK:g}"
            raise InputError(f"a slot of the official validator takes {span} ms, not {slot_ms}: Surfpool takes others")
        return round(slot_ms / MS_PER_TICK)
    ticks = TICKS_PER_SLOT if ticks_per_slot is None else i64(ticks_per_slot, "ticks_per_slot", minimum=_LEAST_TICKS)
    if ticks > TICKS_PER_SLOT:
        raise InputError(f"ticks_per_slot is {_LEAST_TICKS} to {TICKS_PER_SLOT}, not {ticks}")
    return ticks


@asynccontextmanager
async def running_validator(
    backend: Backend,
    genesis: Genesis,
    *,
    ports: Mapping[str, int],
    toolchain: Toolchain | None,
    progress: TellUser | None,
    fork_url: str | None = None,
) -> AsyncIterator[Endpoints]:
    """Run the validator on `genesis` for the length of the block: as `running_surfpool` or `running_agave`."""
    if backend.ticks_per_slot is not None:
        validator = await asyncio.to_thread(find_validator, backend.validator)
        async with running_agave(validator, genesis, ticks_per_slot=backend.ticks_per_slot, ports=ports) as endpoints:
            yield endpoints
        return
    if toolchain is None:
        toolchain = await asyncio.to_thread(find_toolchain, progress=progress)
    slot_ms = int(backend.slot_ms)
    async with running_surfpool(toolchain, genesis, slot_ms=slot_ms, ports=ports, fork_url=fork_url) as endpoints:
        yield endpoints


def chosen_ports(rpc_port: int | None, ws_port: int | None, backend: Backend) -> dict[str, int]:
    """The ports that the caller chose; InputError for what is no port, or none that the validator takes."""
    chosen = {name: port for name, port in (("rpc_url", rpc_port), ("ws_url", ws_port)) if port is not None}
    for port in chosen.values():
        if not 1 <= port <= _LAST_PORT:
            raise InputError(f"{port} is not a port; ports are 1 to {_LAST_PORT}", port=port)
    if rpc_port == _LAST_PORT and ws_port is None:
        raise InputError(
            f"{rpc_port} is the last port, and WebSockets are on the next: give ws_port, too", port=rpc_port
        )
    if not backend.is_surfpool and ws_port is not None and ws_port - 1 != rpc_port:
        raise InputError("the official validator serves WebSockets on the port after rpc_port; leave ws_port out")
    return chosen
