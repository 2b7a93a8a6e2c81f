"""`localnet_up` in a process of its own: python run_up.py FOLDER. Says `ready` when it runs, and what ended it."""

import asyncio
import sys
from pathlib import Path

from nosana_chain import NosanaError
from nosana_chain.localnet.up import UpSettings, localnet_up


def tell(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


async def main() -> None:
    async with localnet_up(UpSettings(state=Path(sys.argv[1]), rpc_port=None, slot_ms=50)) as up:
        tell("ready")
        await up.until_stopped()
    tell("stopped")


try:
    asyncio.run(main())
except NosanaError as error:
    tell(type(error).__name__, error)
    raise SystemExit(1) from None
