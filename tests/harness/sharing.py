"""Processes that share a wallet and a journal: python -m harness.sharing URL JOURNAL SEED KEY@MARKET... posts them all.

Each key is asked for until there is a job, whatever stands in the way: another process at it, or a journal that is gone
for a while.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stage import CID, PRICE, Scene

from nosana_chain.client import NosanaClient
from nosana_chain.errors import NosanaError
from nosana_chain.localnet.genesis import local_wallet, standard_genesis
from nosana_chain.programs.jobs.terms import MarketTerms

TIMEOUT = 60
AT_ONCE = 8
PROCESSES = 4
ROOM = 250  #: jobs for each market: its queue takes 314
_PATIENCE = 240.0
_PAUSE = 0.2


async def post_all(client: NosanaClient, orders: Sequence[str]) -> dict[str, Any]:
    """A job for each key in its market, and what stood in the way."""
    jobs: dict[str, str] = {}
    errors: Counter[str] = Counter()
    gate, limit = asyncio.Semaphore(AT_ONCE), time.monotonic() + _PATIENCE

    async def post(order: str) -> None:
        key, _, market = order.partition("@")
        async with gate:
            while key not in jobs and time.monotonic() < limit:
                try:
                    posted = await client.jobs.post_job(
                        market, definition_cid=CID, timeout=TIMEOUT, idempotency_key=key
                    )
                    jobs[key] = str(posted.job)
                except NosanaError as error:
                    errors[type(error).__name__] += 1
                    await asyncio.sleep(_PAUSE)

    await asyncio.gather(*(post(order) for order in orders))
    return {"jobs": jobs, "errors": errors}


async def main(url: str, journal: str, seed: str, *orders: str) -> None:
    shuffled = list(orders)
    random.Random(int(seed)).shuffle(shuffled)
    network = standard_genesis().network.at(url)
    async with NosanaClient(network, local_wallet("builder"), journal=journal) as client:
        print(json.dumps(await post_all(client, shuffled)))  # noqa: T201  its parent listens


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What processes came to.

    Attributes:
        wrong: what isn't exact, in words.
        errors: what stood in the way, by name.
        seconds: how long all of it took.
    """

    wrong: list[str]
    errors: Counter[str]
    seconds: float


async def share(scene: Scene, journal: str, count: int, *, meanwhile: Any = None) -> Shared:
    """Have each of `count` keys posted by two of four processes.

    Args:
        scene: the network.
        journal: which they share.
        count: how many keys.
        meanwhile: is run beside them, once the first jobs are there.
    """
    terms = MarketTerms(job_price=PRICE)
    markets = [(await scene.operator.markets.open_market(terms)).market for _ in range(0, count, ROOM)]
    purse = await scene.builder.fetch_nos_balance()
    keys = [f"order-{number}" for number in range(count)]
    orders = [f"{key}@{markets[at // ROOM]}" for at, key in enumerate(keys)]
    shares = [orders[number % 2 :: 2] for number in range(PROCESSES)]
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    started = time.monotonic()
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "ignore", "-m", "harness.sharing"),
            *(str(scene.net.network.rpc_url), journal, str(number), *part),
            stdout=asyncio.subprocess.PIPE,
            env=environ,
        )
        for number, part in enumerate(shares)
    ]
    talking = asyncio.gather(*(process.communicate() for process in processes))
    if meanwhile:
        while not await scene.builder.jobs.find_jobs(market=markets[0]):  # noqa: ASYNC110  only the chain knows
            await asyncio.sleep(_PAUSE)
        await meanwhile()
    told = [json.loads(said) for said, _ in await talking]
    seconds = time.monotonic() - started
    there = [job for market in markets for job in await scene.builder.jobs.find_jobs(market=market)]
    paid = purse - await scene.builder.fetch_nos_balance()
    wrong = _differences(keys, told, {str(job.address) for job in there}, paid)
    return Shared(wrong=wrong, errors=sum((Counter(one["errors"]) for one in told), Counter()), seconds=seconds)


def _differences(keys: Sequence[str], told: Sequence[Any], there: set[str], paid: int) -> list[str]:
    wrong = [] if paid == len(keys) * TIMEOUT * PRICE else [f"paid {paid} for {len(keys)} jobs"]
    if len(there) != len(keys):
        wrong.append(f"{len(there)} jobs on chain")
    for key in keys:
        named = {one["jobs"][key] for one in told if key in one["jobs"]}
        if len(named) != 1 or not named <= there:
            wrong.append(f"{key}: {named or 'no job'}")
    return wrong


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
