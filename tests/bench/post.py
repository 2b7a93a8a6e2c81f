"""Jobs posted a second, ours against Nosana's official client, each on a fresh local network, in alternating order.

Ours simulates, bounds what each may take, and has intent and signed bytes on disk before they leave; the official
client simulates for the compute units alone. No host waits. CPU is that of the client's process. `stub` puts an
endpoint in place of the network that answers at once, to see what our own side takes.
"""

# ruff: noqa: T201 - a command prints

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.stub import StubChain
from harness.networks import local_network, on_surfpool
from npm import install_script
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from nosana_chain.client import NosanaClient
from nosana_chain.job_definition import EXAMPLE_JOB, read_job_definition
from nosana_chain.localnet.agave_binary import VALIDATOR_VARIABLE
from nosana_chain.localnet.network import Localnet
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.units import nos
from nosana_chain.wallet import Wallet

CID = read_job_definition(EXAMPLE_JOB).cid
PRICE, TIMEOUT = nos("0.001"), 60
KIT = Path(__file__).parents[1] / "interop" / "nosana_kit" / "post.mjs"
SLOT_MS = 50
ROOM = 300  # jobs that one market's queue takes, and a few for warming up


@dataclass(frozen=True)
class Figure:
    """What a client did.

    Attributes:
        rate: jobs a second.
        cpu_ms: milliseconds of the client's CPU a job.
    """

    work: str
    count: int
    rate: float
    cpu_ms: float


class Place:
    """A fresh network with a market, and a wallet that both clients have."""

    def __init__(self, net: Localnet, markets: Sequence[Pubkey], key: Keypair) -> None:
        self.net, self.markets, self.key = net, markets, key


@asynccontextmanager
async def fresh(markets: int = 1) -> AsyncIterator[Place]:
    """On Surfpool with slots of 50 ms, on the official validator with its own 400."""
    async with local_network() if on_surfpool() else Localnet.start() as net:
        async with NosanaClient(net.network, net.wallets["operator"]) as operator:
            opened = [(await operator.markets.open_market(MarketTerms(job_price=PRICE))).market for _ in range(markets)]
        key = Keypair()
        await net.airdrop(key.pubkey(), 100 * 10**9)
        await net.mint_nos(key.pubkey(), nos("1000"))
        yield Place(net, opened, key)


Way = Callable[[NosanaClient, Sequence[Pubkey], int], Awaitable[Any]]


async def one_by_one(client: NosanaClient, markets: Sequence[Pubkey], count: int) -> None:
    for _ in range(count):
        await client.jobs.post_job(markets[0], definition_cid=CID, timeout=TIMEOUT)


def at_once(most: int) -> Way:
    async def way(client: NosanaClient, markets: Sequence[Pubkey], count: int) -> None:
        gate = asyncio.Semaphore(most)

        async def post() -> None:
            async with gate:
                await client.jobs.post_job(markets[0], definition_cid=CID, timeout=TIMEOUT)

        await asyncio.gather(*(post() for _ in range(count)))

    return way


async def all_sent(client: NosanaClient, markets: Sequence[Pubkey], count: int) -> None:
    turns = itertools.islice(itertools.cycle(markets), count)
    actions = [client.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT) for market in turns]
    for result in await client.send_all(actions):
        if isinstance(result, Exception):
            raise result


async def measured(work: str, act: Callable[[], Awaitable[None]], count: int) -> Figure:
    wall, cpu = time.perf_counter(), time.process_time()
    await act()
    seconds = time.perf_counter() - wall
    return Figure(work, count, count / seconds, (time.process_time() - cpu) / count * 1000)


async def ours(work: str, way: Way, count: int, markets: int = 1) -> Figure:
    async with fresh(markets) as place, NosanaClient(place.net.network, Wallet(place.key)) as client:
        await way(client, place.markets, 4)  # connections, imports, the journal's file
        return await measured(work, lambda: way(client, place.markets, count), count)


async def kits(work: str, at_once: int, count: int) -> Figure:
    script = await asyncio.to_thread(install_script, KIT)
    async with fresh() as place:
        urls = [str.__str__(url or "") for url in (place.net.network.rpc_url, place.net.network.ws_url)]
        process = await asyncio.create_subprocess_exec(
            "node", script, *urls, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdin
        assert process.stdout
        try:
            await process.stdout.readline()
            order = {"key": list(bytes(place.key)), "market": str(place.markets[0]), "cid": CID, "timeout": TIMEOUT}
            for number, each in ((4, min(at_once, 4)), (count, at_once)):
                line = json.dumps(order | {"count": number, "at_once": each}) + "\n"
                process.stdin.write(line.encode())
                await process.stdin.drain()
                told = json.loads(await process.stdout.readline())
        finally:
            process.kill()
            await process.wait()
    if told["failed"]:
        print(f"{work}: {told['failed']} failed, the first: {told['first']}")
    posted = max(1, told["posted"])
    return Figure(work, told["posted"], posted / told["seconds"], told["cpu_seconds"] / posted * 1000)


async def stub(count: int) -> Figure:
    wallet = Wallet.generate()
    chain = StubChain(wallet.address, price=PRICE)
    with tempfile.TemporaryDirectory() as folder:
        client = NosanaClient(LOCALNET, wallet, transport=chain, journal=f"{folder}/journal.sqlite")
        async with client:
            await all_sent(client, [chain.market], 8)
            return await measured("stub, send_all", lambda: all_sent(client, [chain.market], count), count)


def median(figures: list[Figure]) -> Figure:
    return Figure(
        figures[0].work,
        figures[0].count,
        statistics.median(figure.rate for figure in figures),
        statistics.median(figure.cpu_ms for figure in figures),
    )


async def compare(count: int, rounds: int, most: int, markets: int) -> list[dict[str, Any]]:
    """`count` jobs of each way to one market, and `count` for each market by send_all."""
    single, alike, together = "one by one", f"{most} at once", "send_all"
    ways: dict[str, Callable[[], Awaitable[Figure]]] = {
        f"kit, {single}": lambda: kits(f"kit, {single}", 1, min(count, 60)),
        f"ours, {single}": lambda: ours(f"ours, {single}", one_by_one, min(count, 60)),
        f"kit, {alike}": lambda: kits(f"kit, {alike}", most, count),
        f"ours, {alike}": lambda: ours(f"ours, {alike}", at_once(most), count),
        f"ours, {together}": lambda: ours(f"ours, {together}", all_sent, count * markets, markets),
    }
    seen: dict[str, list[Figure]] = {work: [] for work in ways}
    for number in range(rounds):
        for work in list(ways) if number % 2 == 0 else reversed(list(ways)):
            figure = await ways[work]()
            seen[work].append(figure)
            print(
                f"{work:18} {figure.count:5} jobs  {figure.rate:7.1f} /s  {figure.cpu_ms:6.2f} ms CPU a job", flush=True
            )
    done = {work: median(figures) for work, figures in seen.items()}
    best = max((done[f"kit, {single}"], done[f"kit, {alike}"]), key=lambda figure: figure.rate)
    return [
        _row(done[f"ours, {single}"], done[f"kit, {single}"], 1.0),
        _row(done[f"ours, {alike}"], done[f"kit, {alike}"], 1.0),
        _row(done["ours, send_all"], best, 3.5 if on_surfpool() else 4.0),
        {
            "work": f"ms of CPU a job, send_all of {done['ours, send_all'].count}",
            "ours": round(done["ours, send_all"].cpu_ms, 2),
            "peer": round(best.cpu_ms, 2),
            "ratio": round(done["ours, send_all"].cpu_ms / best.cpu_ms, 3),
            "aim": 0.1,
        },
    ]


def _row(own: Figure, peer: Figure, aim: float) -> dict[str, Any]:
    return {
        "work": f"{own.work}: jobs/s of {own.count}, against {peer.work} of {peer.count}",
        "ours": round(own.rate, 1),
        "peer": round(peer.rate, 1),
        "ratio": round(own.rate / peer.rate, 2),
        "aim": aim,
    }


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=240, help=f"jobs of each way, up to {ROOM}")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--at-once", type=int, default=20, help="posts under way at a time, ours and the kit's")
    parser.add_argument("--markets", type=int, default=1, help="of send_all, which posts --count jobs to each")
    parser.add_argument("--validator", default="surfpool", help="surfpool, agave, or the path of one")
    parser.add_argument(
        "--stub", type=int, default=1000, help="jobs against an endpoint that answers at once; 0 for none"
    )
    parser.add_argument("--only-stub", action="store_true")
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    given = parser.parse_args()
    os.environ[VALIDATOR_VARIABLE] = given.validator
    rows = [] if given.only_stub else await compare(given.count, given.rounds, given.at_once, given.markets)
    if given.stub:
        figure = await stub(given.stub)
        print(f"stub, send_all {figure.count} jobs  {figure.rate:.0f} /s  {figure.cpu_ms:.2f} ms CPU a job")
        rows.append({"work": f"stub: jobs/s of {figure.count}", "ours": round(figure.rate), "peer": 1000,
                     "ratio": round(figure.rate / 1000, 2), "aim": 1.0})  # fmt: skip
    for row in rows:
        print(f"{row['work']}: {row['ours']} / {row['peer']} = {row['ratio']} (aim {row['aim']})")
    if given.json:
        given.json.write_text(json.dumps({"rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
