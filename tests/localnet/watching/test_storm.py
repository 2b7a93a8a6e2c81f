"""Watchers whose sockets are killed, muted, robbed and mixed up, against the blocks themselves."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from harness.watching import Heard, Lives, listen, true_events, watcher
from solders.pubkey import Pubkey
from stage import Scene

from nosana_chain.client import NosanaClient

SEEDS = (1, 2, 3, 4)
CHANGES = 120


async def test_four_watchers_in_a_storm_hear_everything_once_and_in_order(
    scene: Scene, market: Pubkey, staked_host: NosanaClient
) -> None:
    assert staked_host.wallet
    network, lives = scene.net.network, Lives(scene, market, seed=9)
    heard = [Heard() for _ in SEEDS]
    connection = scene.operator.connection
    async with AsyncExitStack() as stack:
        jobs = [await stack.enter_async_context(watcher(network, seed)) for seed in SEEDS]
        watches = [each.watch_jobs(market=market) for each in jobs]
        for watch in watches:
            await stack.enter_async_context(watch)
        first = await connection.call("getSlot", {"commitment": "confirmed"}, answer=int)
        truth: list[object] = []
        listening = [
            asyncio.create_task(listen(watch, ears, until=lambda ears=ears: 0 < len(truth) <= len(ears.events)))
            for watch, ears in zip(watches, heard, strict=True)
        ]
        await lives.go_on(CHANGES)
        last = await connection.call("getSlot", {"commitment": "confirmed"}, answer=int)
        events = await true_events(connection, first, last + 2)
        truth += [event.identity for event in events]
        await asyncio.wait_for(asyncio.gather(*listening), 60)
    for ears in heard:
        assert ears.identities == truth
        assert None not in {event.address for event in ears.events}
        kinds = [(event.kind, event.signature) for event in ears.events]
        assert kinds == [(event.kind, event.signature) for event in events]
