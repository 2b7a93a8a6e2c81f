"""Ends processes that post at every touch of network and journal, starts them again, and counts what was paid."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fault.wire import failure, http
from harness.networks import local_network
from harness.proxy import Proxy, Rule, always, changed, proxy_to
from solders.pubkey import Pubkey
from stage import CID, PRICE, Scene, scene_on

from nosana_chain.errors import NosanaError
from nosana_chain.programs.jobs.terms import MarketTerms

TIMEOUT = 60
DEPOSIT = TIMEOUT * PRICE
NEVER = 0
#: Touches of a post that nobody interrupts, about; a point beyond the last one is a life that isn't ended.
TOUCHES = 34
ROOM = 280  #: jobs in a market before the next one is opened: its queue takes 314
PACK = 8
PACK_TOUCHES = 134  #: likewise of a pack
REFUSALS = ("AlreadyDoneError", "HistoryTooShortError", "OutcomeUnknownError", "InProgressError")


@dataclass(frozen=True, slots=True)
class Point:
    """A story: where the first life ends, and what happens before the last one.

    Attributes:
        kill_at: the touch that is the last one of the first life.
        journal: whether it is kept for the next one.
        delisted: whether what landed is ended meanwhile.
        pruned: whether the node of the next life keeps no history.
        resumed_at: the touch that ends a second life, which resumes the journal; None for no such life.
        again_at: likewise of one that posts again.
        size: jobs that are posted at once; several share transactions.
    """

    kill_at: int
    journal: str = "kept"
    delisted: bool = False
    pruned: bool = False
    resumed_at: int | None = None
    again_at: int | None = None
    size: int = 1

    @property
    def kind(self) -> str:
        words = [f"{self.size} at once"] if self.size > 1 else []
        words += [f"journal {self.journal}", *(["delisted"] if self.delisted else [])]
        words += ["pruned"] if self.pruned else []
        words += ["resumed"] if self.resumed_at is not None else []
        return ", ".join([*words, *(["killed twice"] if self.again_at is not None else [])])


@dataclass
class Town:
    """A network, a market, and a worker that lives and dies."""

    scene: Scene
    market: Pubkey
    proxy: Proxy
    worker: asyncio.subprocess.Process
    folder: Path
    faults: list[str] = field(default_factory=list)
    refused: int = 0
    killed: int = 0
    _count: int = 0

    async def live(
        self, keys: Sequence[str], kill_at: int | str, *, journal: Path | None, verb: str = "post", **more: Any
    ) -> Any:
        order = {
            "url": self.proxy.url,
            "market": str(self.market),
            "cid": CID,
            "timeout": TIMEOUT,
            "keys": keys,
            "kill_at": kill_at,
            "journal": None if journal is None else str(journal),
            "wallet": "builder",
            "verb": verb,
            "strict": False,
            **more,
        }
        assert self.worker.stdin
        assert self.worker.stdout
        self.worker.stdin.write(json.dumps(order).encode() + b"\n")
        told = json.loads(await self.worker.stdout.readline())
        self.killed += bool(told.get("killed"))
        return told

    async def jobs(self) -> set[Pubkey]:
        builder = self.scene.builder
        return {job.address for job in await builder.jobs.find_jobs(market=self.market)}

    async def _before(self) -> set[Pubkey]:
        """The jobs that are there already; in another market, once this one's queue gets full."""
        before = await self.jobs()
        if len(before) < ROOM:
            return before
        self.market = (await self.scene.operator.markets.open_market(MarketTerms(job_price=PRICE))).market
        return set()

    async def play(self, point: Point) -> None:
        """One story; what is wrong in it goes to `faults`."""
        self._count += 1
        keys = [f"order-{self._count}-{number}" for number in range(point.size)]
        journal = self.folder / f"{self._count}.sqlite"
        before, purse = await self._before(), await self.scene.builder.fetch_nos_balance()
        told = [await self.live(keys, point.kill_at, journal=journal)]
        ended = await self._delist(before) if point.delisted else set()
        if point.journal == "lost":
            journal = self.folder / f"{self._count}.another.sqlite"
        self.proxy.rules = dict(PRUNED) if point.pruned else {}
        if point.resumed_at is not None:
            told.append(await self.live(keys, point.resumed_at, journal=journal, verb="resume"))
        if point.again_at is not None:
            told.append(await self.live(keys, point.again_at, journal=journal))
        # what a node without history and a lost journal can't tell is what strict_key is for
        strict = point.journal == "lost" and point.pruned and point.delisted
        told.append(await self.live(keys, NEVER, journal=journal, strict=strict))
        self.proxy.rules = {}
        self._check(
            point, told, ended, await self.jobs() - before, purse - await self.scene.builder.fetch_nos_balance()
        )

    async def _delist(self, before: set[Pubkey]) -> set[Pubkey]:
        await asyncio.sleep(0.25)  # what left has landed by then
        ended = await self.jobs() - before
        for job in ended:
            await self.scene.builder.jobs.stop_job(job)
        return ended

    def _check(self, point: Point, told: list[Any], ended: set[Pubkey], jobs: set[Pubkey], paid: int) -> None:
        posts = told[-1]["posts"]
        refused = sum(post.get("error") in REFUSALS for post in posts)
        self.refused += refused
        may_refuse = bool(ended) or point.pruned
        exact = len(jobs) == point.size - refused and paid == len(jobs) * DEPOSIT and (may_refuse or not refused)
        once = len(jobs) + len(ended) <= point.size
        told_so = {post["job"] for post in posts if "job" in post} == {str(job) for job in jobs}
        if not (exact and once and told_so):
            self.faults.append(f"{point}: {len(jobs)} jobs, {len(ended)} ended, {paid} paid; {told}")


_NO_HISTORY = http(failure(-32011, "Transaction history is not available from this node"))


async def _without_history(asked: dict[str, Any], _forward: Any) -> bytes | None:
    return _NO_HISTORY if asked["params"][1].get("searchTransactionHistory") else None


#: A node that keeps recent statuses and nothing else, and whose first block is the present one.
PRUNED: dict[str, Rule] = {
    "getSignaturesForAddress": changed(lambda _result: []),
    "getFirstAvailableBlock": changed(lambda _result: 1),
    "getTransaction": always(_NO_HISTORY),
    "getSignatureStatuses": _without_history,
}


@asynccontextmanager
async def town(folder: Path) -> AsyncIterator[Town]:
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    async with local_network() as net, scene_on(net) as scene:
        market = (await scene.operator.markets.open_market(MarketTerms(job_price=PRICE))).market
        pipe = asyncio.subprocess.PIPE
        command = [sys.executable, "-W", "ignore", "-m", "harness.lives"]
        async with proxy_to(str(net.network.rpc_url)) as proxy:
            worker = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, env=environ)
            try:
                yield Town(scene, market, proxy, worker, folder)
            finally:
                assert worker.stdin
                worker.stdin.close()
                await worker.wait()


def short_form() -> list[Point]:
    """Each touch once, in one kind of story or another."""
    kinds = [("kept", False, False), ("lost", False, False), ("kept", True, False), ("lost", True, False)]
    points = [Point(at, *kinds[at % len(kinds)]) for at in range(1, TOUCHES, 2)]
    packs = [Point(at, *kinds[at % len(kinds)], size=PACK) for at in range(20, PACK_TOUCHES, 25)]
    odd = [Point(26, "kept", pruned=True), Point(27, "lost", delisted=True, pruned=True)]
    return [*points, *odd, *_resumed(26, 8), *packs]


def long_form() -> Iterable[Point]:
    """Each touch in each kind of story."""
    for at in range(1, TOUCHES + 1):
        yield from (Point(at, journal, delisted) for journal in ("kept", "lost") for delisted in (False, True))
        yield from (Point(at, journal, pruned=True) for journal in ("kept", "lost"))
        yield Point(at, "lost", delisted=True, pruned=True)
        yield Point(at, "kept", again_at=at)
        yield Point(at, "lost", again_at=at)
    yield from _resumed(26, 1)
    yield from _resumed(22, 1)
    for at in range(1, PACK_TOUCHES + 1):
        yield from (
            Point(at, journal, delisted, size=PACK) for journal in ("kept", "lost") for delisted in (False, True)
        )
        yield Point(at, "kept", resumed_at=at % 24, size=PACK)
        yield Point(at, "kept", again_at=at, size=PACK)


def _resumed(kill_at: int, step: int) -> list[Point]:
    return [Point(kill_at, resumed_at=at) for at in range(1, 24, step)]


async def play_all(points: Iterable[Point], folder: Path) -> tuple[Town, dict[str, int]]:
    """Play them one after the other: the town as they left it, and how many there were of each kind."""
    counts: dict[str, int] = {}
    async with town(folder) as place:
        for point in points:
            try:
                await place.play(point)
            except NosanaError as error:
                place.faults.append(f"{point}: {error}")
            counts[point.kind] = counts.get(point.kind, 0) + 1
    return place, counts
