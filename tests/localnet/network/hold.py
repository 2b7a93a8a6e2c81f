"""Holds a local network open until its standard input ends: run as a process of its own, to be ended in every way.

Prints the ids of its children (Surfpool alone) in one JSON line, and when it unwinds, the time of the chain.
"""

import asyncio
import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from nosana_chain.localnet import Localnet, standard_genesis


def tell(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def children() -> list[int]:
    listed = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text()
    return [int(pid) for pid in listed.split()]


def fork() -> None:
    if not os.fork():
        signal.pause()


async def main(*, with_fork: bool) -> None:
    genesis = replace(standard_genesis(), programs={})
    async with Localnet.start(genesis=genesis) as net:
        surfpool = children()
        if with_fork:
            fork()
        tell(surfpool)
        try:
            await asyncio.to_thread(sys.stdin.read)
        finally:
            tell(await net.unix_time())


asyncio.run(main(with_fork="--fork" in sys.argv))
