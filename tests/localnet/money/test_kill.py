"""A process is ended by SIGKILL at a touch of network or journal, and started again: one job, or one run, each."""

import asyncio
from pathlib import Path

from harness.killing import NEVER, Town, play_all, short_form, town
from solders.pubkey import Pubkey
from stage import CID, TIMEOUT

from nosana_chain.units import DAY, nos

LANDS_WITHIN_SECONDS = 10


async def test_killed_at_each_touch(tmp_path: Path) -> None:
    place, counts = await play_all(short_form(), tmp_path)
    assert place.faults == []
    assert place.killed > len(counts) > 4


async def test_a_claim_that_was_written_down_and_not_sent_is_made_once(tmp_path: Path) -> None:
    """And one that was sent, and of which nobody was told."""
    async with town(tmp_path) as place:
        job = await given_up(place)
        for key, killed_at in (("a", "before sendTransaction"), ("b", "after sendTransaction")):
            before = set(await runs(place))
            order = {"job": str(job), "wallet": "host", "journal": tmp_path / f"{key}.sqlite"}
            assert (await place.live([key], killed_at, verb="claim_job", **order))["killed"]
            if key == "b":
                await landed(place, before)
            else:
                assert set(await runs(place)) == before
            assert (await place.live([key], NEVER, verb="resume", **order))["fates"] == ["landed"]
            [run] = set(await runs(place)) - before
            told = await place.live([key], NEVER, verb="claim_job", **order)
            assert (told["run"], told["sent"]) == (str(run), False)
            assert set(await runs(place)) - before == {run}


async def given_up(place: Town) -> Pubkey:
    """A job that its host quit."""
    scene = place.scene
    await scene.host.stakes.stake(nos("1000"), duration=14 * DAY)
    job = (await scene.builder.jobs.post_job(place.market, definition_cid=CID, timeout=TIMEOUT)).job
    await scene.host.hosts.join_queue(place.market)
    await scene.host.hosts.quit_job(job)
    return job


async def landed(place: Town, before: set[Pubkey]) -> None:
    """What left is on chain; the official validator takes some slots."""
    async with asyncio.timeout(LANDS_WITHIN_SECONDS):
        while set(await runs(place)) == before:  # noqa: ASYNC110  the chain's own pace
            await asyncio.sleep(0.05)


async def runs(place: Town) -> list[Pubkey]:
    return [run.address for run in await place.scene.host.hosts.find_runs()]
