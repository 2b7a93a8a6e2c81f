"""Waiting until what was sent can't be rolled back any more, and being told of it."""

from collections.abc import Callable

from harness.networks import on_surfpool
from solders.pubkey import Pubkey
from stage import CID, TIMEOUT, Scene

from nosana_chain.client import NosanaClient
from nosana_chain.wire.tracing import Exchange


class Noting:
    """A tracer that knows what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def started(self, method: str, _endpoint: str) -> Callable[[Exchange], object]:
        self.asked.append(method)
        return lambda _exchange: None


async def test_a_post_is_final_when_it_is_said_to_be_done(scene: Scene, market: Pubkey) -> None:
    wallet = scene.net.wallets["builder"]
    async with NosanaClient(scene.net.network, wallet, wait="finalized") as client:
        posted = await client.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
        assert posted.receipt
        answer = await client.connection.call("getSignatureStatuses", [str(posted.receipt.signature)], answer=dict)
        assert answer["value"][0]["confirmationStatus"] == "finalized"
        assert not await client.journal.pending()
    async with NosanaClient(scene.net.network, wallet) as client:
        await client.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
        assert len(await client.journal.pending()) == 1  # done, and provisional


async def test_landings_are_told_and_not_asked_for(scene: Scene, market: Pubkey) -> None:
    noting = Noting()
    async with NosanaClient(scene.net.network, scene.net.wallets["builder"], tracer=noting) as client:
        await client.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)  # opens the socket
        noting.asked.clear()
        for _ in range(5):
            await client.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    assert noting.asked.count("sendTransaction") == 5
    # A second look, where the machine is slow; the official validator takes about a slot to agree that it will tell,
    # and is asked meanwhile.
    assert noting.asked.count("getSignatureStatuses") < (5 if on_surfpool() else 15)
