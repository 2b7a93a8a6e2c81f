"""Watchers in a storm of killed, muted and lying sockets, on bad lines; exits 1 if one missed or repeated an event.

Four watchers, with seeds of their own, hear the same random lives of jobs; each market's worth of them runs on a fresh
network. Then memory over many events of a chain in memory, and how fast they come.
"""

# ruff: noqa: T201 - a command prints

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import time
import tracemalloc
from pathlib import Path

from harness.ledger import EndlessLedger
from harness.simple_teller import SimpleTeller, watching
from harness.watching import Storm, weather
from stage import PRICE, scene_on

from nosana_chain.localnet.network import Localnet
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.units import DAY, nos

SEEDS = (1, 2, 3, 4)
EACH = 250  # changes on one network: Surfpool slows down as its history grows


async def storm(changes: int, seeds: tuple[int, ...]) -> Storm:
    """Watchers and lives, network by network."""
    total = Storm()
    while total.changes < changes:
        async with Localnet.start(slot_ms=50) as net, scene_on(net) as scene:
            await scene.host.stakes.stake(nos("1000"), duration=14 * DAY)
            market = (await scene.operator.markets.open_market(MarketTerms(job_price=PRICE))).market
            some = min(EACH, changes - total.changes)
            total += await weather(scene, market, seeds=[seed + total.changes for seed in seeds], changes=some)
        wrong = f"{len(total.wrong)} watchers were wrong {total.wrong[:1]}"
        print(f"{total.changes:5} changes, {total.events:6} events; {wrong}", flush=True)
    return total


async def flat(events: int) -> tuple[float, int]:
    """Events a second, and the bytes that were held more at the end than after a tenth of them."""
    ledger = EndlessLedger(1_000)
    async with watching(ledger, SimpleTeller()) as watch:
        ledger.slot += events // 2
        early, begun = 0, time.perf_counter()
        tracemalloc.start()
        for number in range(events):
            await anext(watch)
            if number == events // 10:
                early = tracemalloc.get_traced_memory()[0]
        late = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
    return events / (time.perf_counter() - begun), late - early


def _row(work: str, ours: int, aim: int) -> dict[str, object]:
    return {"work": work, "ours": ours, "peer": None, "ratio": None, "aim": aim}


async def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench watch", description=__doc__)
    parser.add_argument("--changes", type=int, default=2_000, help="of jobs (default: %(default)s)")
    parser.add_argument("--events", type=int, default=100_000, help="of the chain in memory (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    given = parser.parse_args()
    rate, grown = await flat(given.events)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{given.events} events: {rate:.0f} /s while traced; {grown:+} bytes since the first tenth; {peak} KB peak")
    total = await storm(given.changes, SEEDS)
    rows = [
        _row(f"{total.changes} changes in a storm, {len(SEEDS)} watchers: wrong ones", len(total.wrong), 0),
        _row(f"bytes grown over {given.events} events", grown, 500_000),
    ]
    if given.json:
        given.json.write_text(json.dumps({"rows": rows}, indent=1) + "\n")
    return 0 if not total.wrong and grown < 500_000 else 1


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
