"""Jobs posted a second, ours against Nosana's official client, each on a fresh local network, in alternating order.

Ours simulates, bounds what each may take, and has intent and signed bytes on disk before they leave; the official
client simulates for the compute units alone. No host waits. CPU is that of the client's process. `stub` puts an
endpoint in place of the network that answers at once, to see what our own side takes.
"""

# ruff: noqa: T201 - a command prints

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.stub import StubChain
from harness.networks import local_network
from npm import install_script
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from nosana_chain.client import NosanaClient
from nosana_chain.job_definition import EXAMPLE_JOB, read_job_definition
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

    def __init__(self, net: Localnet, market: Pubkey, key: Keypair) -> None:
        self.net, self.market, self.key = net, market, key


@asynccontextmanager
async def fresh() -> AsyncIterator[Place]:
    async with local_network() as net:
        async with NosanaClient(net.network, net.wallets["operator"]) as operator:
            market = (await operator.markets.open_market(MarketTerms(job_price=PRICE))).market
        key = Keypair()
        await net.airdrop(key.pubkey(), 100 * 10**9)
        await net.mint_nos(key.pubkey(), nos("1000"))
        yield Place(net, market, key)


Way = Callable[[NosanaClient, Pubkey, int], Awaitable[Any]]


async def one_by_one(client: NosanaClient, market: Pubkey, count: int) -> None:
    for _ in range(count):
        await client.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)


async def twenty_at_once(client: NosanaClient, market: Pubkey, count: int) -> None:
    gate = asyncio.Semaphore(20)

    async def post() -> None:
        async with gate:
            await client.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)

    await asyncio.gather(*(post() for _ in range(count)))


async def all_sent(client: NosanaClient, market: Pubkey, count: int) -> None:
    actions = [client.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT) for _ in range(count)]
    for result in await client.send_all(actions):
        if isinstance(result, Exception):
            raise result


async def measured(work: str, act: Callable[[], Awaitable[None]], count: int) -> Figure:
    wall, cpu = time.perf_counter(), time.process_time()
    await act()
    seconds = time.perf_counter() - wall
    return Figure(work, count, count / seconds, (time.process_time() - cpu) / count * 1000)


async def ours(work: str, way: Way, count: int) -> Figure:
    async with fresh() as place, NosanaClient(place.net.network, Wallet(place.key)) as client:
        await way(client, place.market, 4)  # connections, imports, the journal's file
        return await measured(work, lambda: way(client, place.market, count), count)


async def kits(work: str, at_once: int, count: int) -> Figure:
    script = await asyncio.to_thread(install_script, KIT)
    async with fresh() as place:
        url = str.__str__(place.net.network.rpc_url or "")
        process = await asyncio.create_subprocess_exec(
            "node", script, url, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdin
        assert process.stdout
        try:
            await process.stdout.readline()
            order = {"key": list(bytes(place.key)), "market": str(place.market), "cid": CID, "timeout": TIMEOUT}
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
            await all_sent(client, chain.market, 8)
            return await measured("stub, send_all", lambda: all_sent(client, chain.market, count), count)


def median(figures: list[Figure]) -> Figure:
    return Figure(
        figures[0].work,
        figures[0].count,
        statistics.median(figure.rate for figure in figures),
        statistics.median(figure.cpu_ms for figure in figures),
    )


async def compare(count: int, rounds: int) -> list[dict[str, Any]]:
    ways: dict[str, Callable[[], Awaitable[Figure]]] = {
        "kit, one by one": lambda: kits("kit, one by one", 1, min(count, 60)),
        "ours, one by one": lambda: ours("ours, one by one", one_by_one, min(count, 60)),
        "kit, 20 at once": lambda: kits("kit, 20 at once", 20, count),
        "ours, 20 at once": lambda: ours("ours, 20 at once", twenty_at_once, count),
        "ours, send_all": lambda: ours("ours, send_all", all_sent, count),
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
    best = max((done["kit, one by one"], done["kit, 20 at once"]), key=lambda figure: figure.rate)
    return [
        _row(done["ours, one by one"], done["kit, one by one"], 1.0),
        _row(done["ours, 20 at once"], done["kit, 20 at once"], 1.0),
        _row(done["ours, send_all"], best, 3.5),
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
    parser.add_argument("--stub", type=int, default=1000, help="jobs against an endpoint that answers at once")
    parser.add_argument("--only-stub", action="store_true")
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    given = parser.parse_args()
    rows = [] if given.only_stub else await compare(given.count, given.rounds)
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
