"""A network that lives long: Surfpool stops answering once about 1,500 slots' events wait to be taken."""

import asyncio

from nosana_chain.localnet import Localnet
from nosana_chain.wire.connection import Connection

MANY_SLOTS = 4_000


async def test_it_goes_on_answering() -> None:
    async with Localnet.start(slot_ms=1) as net, Connection(net.network) as connection:
        slot = 0
        while slot < MANY_SLOTS:
            slot = await asyncio.wait_for(connection.call("getSlot", answer=int), timeout=10)
            await asyncio.sleep(0.05)
