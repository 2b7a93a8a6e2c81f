"""Another process that goes on with a watch: python carried.py RPC_URL MARKET CURSOR COUNT prints what it is told."""

from __future__ import annotations

import asyncio
import sys

from nosana_chain.client import NosanaClient
from nosana_chain.networks import LOCALNET


async def main(rpc_url: str, market: str, cursor: str, count: str) -> None:
    async with (
        NosanaClient(LOCALNET.at(rpc_url)) as client,
        client.jobs.watch_jobs(market=market, since=cursor) as watch,
    ):
        for _ in range(int(count)):
            event = await anext(watch)
            print(event.kind, event.signature, event.cursor)  # noqa: T201  its parent reads it


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
