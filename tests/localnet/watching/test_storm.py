"""Watchers whose sockets are killed, muted, robbed and mixed up, on bad lines, against the blocks themselves."""

from __future__ import annotations

from harness.watching import weather
from solders.pubkey import Pubkey
from stage import Scene

from nosana_chain.client import NosanaClient

CHANGES = 100


async def test_four_watchers_in_a_storm_hear_everything_once_and_in_order(
    scene: Scene, market: Pubkey, staked_host: NosanaClient
) -> None:
    assert staked_host.wallet
    storm = await weather(scene, market, seeds=(1, 2, 3, 4), changes=CHANGES)
    assert storm.changes >= CHANGES
    assert storm.events > CHANGES
    assert "\n".join(storm.wrong) == ""
