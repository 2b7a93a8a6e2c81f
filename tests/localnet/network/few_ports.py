"""Starts four networks at once, several times, where the system has few ports to hand out. Exit code 0: all started."""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from nosana_chain.localnet import Localnet, standard_genesis

GENESIS = replace(standard_genesis(), programs={}, accounts={})
ROUNDS = 6


async def live() -> None:
    async with Localnet.start(genesis=GENESIS, slot_ms=50) as net:
        await net.warp(1)


async def main() -> None:
    for _ in range(ROUNDS):
        await asyncio.gather(*(live() for _ in range(4)))


Path("/proc/sys/net/ipv4/ip_local_port_range").write_text(sys.argv[1])
asyncio.run(main())
