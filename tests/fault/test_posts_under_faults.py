"""Posts on a real network, through an endpoint that fails and lies: the short form of `scripts/bench faults`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from harness.faults import KINDS, fast_town, run_kind
from stage import Scene

from nosana_chain.engine.journal import MemoryJournal

POSTS = 5  # of each kind


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with fast_town() as town:
        yield town


@pytest.mark.timeout(300)
async def test_none_is_lost_none_double_none_dearer(scene: Scene) -> None:
    async with MemoryJournal() as journal:
        tallies = await asyncio.gather(*(run_kind(kind, POSTS, scene, journal) for kind in KINDS))
    wrong = {kind: tally for kind, tally in zip(KINDS, tallies, strict=True) if not tally.is_exact}
    assert wrong == {}
    assert sum(tally.posted for tally in tallies) > len(KINDS)
    assert sum(bool(tally.errors) for tally in tallies) > len(KINDS) // 5  # the others' faults are overcome
