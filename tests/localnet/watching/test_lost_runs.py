"""Whose run it was that is gone, on a line that fails: what was read once is not read again."""

from __future__ import annotations

from collections import Counter

from solders.pubkey import Pubkey
from stage import CID, TIMEOUT, Scene

from nosana_chain.client import NosanaClient
from nosana_chain.errors import RpcUnreachableError
from nosana_chain.programs.jobs.histories import Kept, find_job_of_run
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.transport import HttpTransport, RpcRequest

WAITING, EVERY = 12, 4


class Failing:
    """A line on which every fourth transaction that is asked for gets lost."""

    def __init__(self, url: str) -> None:
        self.asked: Counter[str] = Counter()
        self._inner = HttpTransport(url)

    @property
    def endpoint(self) -> str:
        return self._inner.endpoint

    async def send(self, request: RpcRequest) -> bytes:
        self.asked[request.method] += 1
        if request.method == "getTransaction" and self.asked[request.method] % EVERY == 0:
            raise RpcUnreachableError("the line is bad", endpoint=self.endpoint, method=request.method)
        return await self._inner.send(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


async def test_a_search_that_fails_goes_on_where_it_was(
    scene: Scene, market: Pubkey, staked_host: NosanaClient
) -> None:
    jobs = [
        (await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)).job for _ in range(WAITING)
    ]
    joined = await staked_host.hosts.join_queue(market)
    assert joined.run
    await scene.authority.hosts.evict_host(jobs[0])
    line = Failing(str.__str__(scene.net.network.rpc_url or ""))
    kept: Kept = {}
    failures = 0
    async with Connection(scene.net.network, transport=line) as connection:
        while True:
            try:
                found = await find_job_of_run(connection, joined.run, kept=kept)
                break
            except RpcUnreachableError:
                failures += 1
    assert found == jobs[0]
    assert failures >= 3
    assert line.asked["getTransaction"] == len(kept) + failures
