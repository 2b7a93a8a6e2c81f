"""Ways in which money was lost once: refusals after forwarding, lies, races, cancels, and doing what an error says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from fault.wire import epoch, failure, http, result, status, statuses
from harness.faults import fast_town
from harness.posts import Cut
from harness.proxy import Forward, Proxy, Rule, after_forwarding, always, changed, proxy_to
from solders.pubkey import Pubkey
from stage import CID, PRICE, Scene

from nosana_chain.client import NosanaClient
from nosana_chain.errors import NosanaError, NotAsQuotedError, ReservedFundsError, Retry, TransactionFailedError
from nosana_chain.programs.jobs.terms import MarketTerms

TIMEOUT = 60
DEPOSIT = TIMEOUT * PRICE
WANTED = {"definition_cid": CID, "timeout": TIMEOUT}
TAKEN = http(result("x"))
BUSY, DENIED = http(b"busy", "503 Service Unavailable"), http(b"no", "403 Forbidden")
PREFLIGHT = http(failure(-32002, "failed", data={"err": "BlockhashNotFound", "logs": []}))
FOOLED = http(failure(-32002, "failed", data={"err": {"InstructionError": [0, {"Custom": 1}]}, "logs": []}))


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with fast_town() as town:
        yield town


@pytest.fixture
async def market(scene: Scene) -> Pubkey:
    return (await scene.operator.markets.open_market(MarketTerms(job_price=PRICE))).market


@pytest.fixture
async def proxy(scene: Scene) -> AsyncIterator[Proxy]:
    async with proxy_to(str(scene.net.network.rpc_url)) as between:
        yield between


def client_of(scene: Scene, proxy: Proxy, **options: Any) -> NosanaClient:
    return NosanaClient(scene.net.network.at(proxy.url), scene.net.wallets["builder"], **options)


async def jobs_of(scene: Scene, market: Pubkey) -> set[Pubkey]:
    return {job.address for job in await scene.builder.jobs.find_jobs(market=market)}


REFUSALS: dict[str, tuple[bytes, ...]] = {
    "a gateway took it, then banned": (BUSY, DENIED),
    "asked to wait, then unknown": (http(b"busy", "429 Too Many Requests"), http(b"no", "401 Unauthorized")),
    "timed out": (http(b"late", "408 Request Timeout"),),
    "closed": (http(b"closed", "499 Client Closed Request"),),
    "conflict": (http(b"conflict", "409 Conflict"),),
    "invalid params": (http(failure(-32602)),),
    "no such method": (http(failure(-32601)),),
    "bad signature": (http(failure(-32003)),),
    "blockhash unknown": (PREFLIGHT,),
    "funds": (FOOLED,),
    "bad signature, in words": (http(failure(-32002, "Transaction signature verification failure")),),
    "broken, then invalid": (http(b"x", "500 Internal Server Error"), http(failure(-32602))),
    "dropped, then blockhash unknown": (b"", PREFLIGHT),
    "moved": (http(b"", "301 Moved Permanently", "Location: http://127.0.0.1:1/"),),
    "a page": (http(b"<html>ok</html>"),),
    "behind": (http(failure(-32005)),),
}


async def test_refused_after_it_was_passed_on(scene: Scene, market: Pubkey, proxy: Proxy) -> None:
    for answers in REFUSALS.values():
        proxy.rules = {"sendTransaction": after_forwarding(*answers)}
        async with client_of(scene, proxy) as client:
            await client.jobs.post_job(market, **WANTED)
    assert len(await jobs_of(scene, market)) == len(REFUSALS)


async def _held_back(_asked: dict[str, Any], forward: Forward) -> bytes:
    """A gateway that passes bytes on three seconds later."""
    asyncio.get_running_loop().call_later(3.0, lambda: asyncio.ensure_future(forward()))
    return TAKEN


def _low(found: Any) -> Any:
    found["value"]["lastValidBlockHeight"] = 0
    return found


LIES: dict[str, dict[str, Rule]] = {
    "good until height 0, and a slow gateway": {"getLatestBlockhash": changed(_low), "sendTransaction": _held_back},
    "another cluster's heights, and a slow gateway": {
        "getEpochInfo": always(http(result(epoch(height=300_000_000, slot=1)))),
        "sendTransaction": _held_back,
    },
    "failed, though it landed": {
        "getSignatureStatuses": always(http(result(statuses(status(err="AccountInUse"), slot=5))))
    },
}


@pytest.mark.parametrize("name", LIES)
async def test_what_the_error_says_pays_nothing_twice(scene: Scene, market: Pubkey, proxy: Proxy, name: str) -> None:
    proxy.rules = dict(LIES[name])
    async with client_of(scene, proxy) as client:
        action = client.jobs.post_job(market, **WANTED)
        error = await _error_within(15, action)
        proxy.rules = {}
        if error is None or error.retry is not Retry.NEVER:
            await action
    assert len(await jobs_of(scene, market)) == 1


async def _error_within(seconds: float, action: Awaitable[Any]) -> NosanaError | None:
    """What it ends with; a deadline is one more way to be cancelled."""
    try:
        async with asyncio.timeout(seconds):
            await action
    except NosanaError as error:
        return error
    except TimeoutError:
        pass
    return None


async def test_the_price_rises_between_simulation_and_landing(scene: Scene, market: Pubkey, proxy: Proxy) -> None:
    async def raise_it(_asked: dict[str, Any], _forward: Forward) -> None:
        proxy.rules = {}
        await scene.operator.markets.update_market(market, job_price=PRICE * 500)

    purse = await scene.builder.fetch_nos_balance()
    proxy.rules = {"sendTransaction": raise_it}
    async with client_of(scene, proxy) as client:
        with pytest.raises((NotAsQuotedError, TransactionFailedError)):
            await client.jobs.post_job(market, **WANTED)
    assert await scene.builder.fetch_nos_balance() == purse


async def test_facts_to_look_with(scene: Scene, market: Pubkey, proxy: Proxy) -> None:
    proxy.rules = {"sendTransaction": always(DENIED)}
    async with client_of(scene, proxy) as client:
        with pytest.raises(NosanaError) as caught:
            await client.jobs.post_job(market, **WANTED)
    assert {"job", "run", "signature", "idempotency_key"} <= set(caught.value.as_json())
    assert caught.value.retry is Retry.CHECK_FIRST


@pytest.mark.parametrize("moment", ["waiting", "answered"])
async def test_cancelled_at_every_suspension(scene: Scene, market: Pubkey, moment: str) -> None:
    for at in range(1, 40):
        action = scene.builder.jobs.post_job(market, **WANTED, idempotency_key=f"order-{at}")
        task = asyncio.create_task(Cut(action, at=at, moment=moment))
        await asyncio.gather(task, return_exceptions=True)
        posted = await scene.builder.jobs.post_job(market, **WANTED, idempotency_key=f"order-{at}")
        assert posted.job in await jobs_of(scene, market)
        assert len(await jobs_of(scene, market)) == at
        if not task.cancelled():
            break
    assert 8 < at < 39
    assert all(entry.live == () and entry.held_until is None for entry in await scene.builder.journal.pending())


async def test_many_cancelled_while_they_are_sent(scene: Scene, market: Pubkey) -> None:
    actions = [scene.builder.jobs.post_job(market, **WANTED) for _ in range(12)]
    tasks = [asyncio.create_task(action) for action in actions]
    while not any(entry.live for entry in await scene.builder.journal.pending()):  # noqa: ASYNC110  only the journal knows
        await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    posted = await asyncio.gather(*actions)
    assert {each.job for each in posted} == await jobs_of(scene, market)
    assert len(posted) == 12


async def test_two_clients_that_both_want_most_of_the_purse(scene: Scene, market: Pubkey) -> None:
    purse = await scene.builder.fetch_nos_balance()
    most = purse // PRICE * 6 // 10
    async with NosanaClient(scene.net.network, scene.net.wallets["builder"]) as second:
        both = [each.jobs.post_job(market, definition_cid=CID, timeout=most) for each in (scene.builder, second)]
        outcomes = await asyncio.gather(*both, return_exceptions=True)
    [refused] = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert isinstance(refused, NosanaError)
    assert isinstance(refused, ReservedFundsError) or refused.retry is not Retry.SAME
    assert len(await jobs_of(scene, market)) == 1


async def test_closed_while_it_is_sent(scene: Scene, market: Pubkey, proxy: Proxy) -> None:
    arrived = asyncio.Event()

    async def slow(_asked: dict[str, Any], forward: Forward) -> bytes:
        answer = http(await forward())
        arrived.set()
        await asyncio.sleep(0.2)
        return answer

    proxy.rules = {"sendTransaction": slow}
    client = client_of(scene, proxy)
    async with client:
        task = asyncio.create_task(client.jobs.post_job(market, **WANTED, idempotency_key="order-1"))
        await arrived.wait()
        await client.connection.aclose()
        [error] = await asyncio.gather(task, return_exceptions=True)
    assert isinstance(error, NosanaError)
    assert error.retry is Retry.CHECK_FIRST
    again = await scene.builder.jobs.post_job(market, **WANTED, idempotency_key="order-1")
    assert await jobs_of(scene, market) == {again.job}


FIRST_LIES: list[tuple[str, Callable[[Any], Any]]] = [
    ("getSignatureStatuses", lambda found: {**found, "value": [{**(found["value"][0] or {}), "slot": 2**64 - 1}]}),
    ("getMultipleAccounts", lambda found: {**found, "context": {"slot": 2**64 - 1}}),
    ("simulateTransaction", lambda found: {**found, "value": {**found["value"], "unitsConsumed": -30_000}}),
    ("simulateTransaction", lambda found: {**found, "value": {**found["value"], "unitsConsumed": 2**64}}),
    ("getRecentPrioritizationFees", lambda _found: [{"slot": 1, "prioritizationFee": 2**64 - 1}]),
    ("getMultipleAccounts", lambda found: {**found, "context": {"slot": 2**62}}),
]


async def test_one_false_answer_never_stops_a_client(scene: Scene, market: Pubkey, proxy: Proxy) -> None:
    for number, (method, lie) in enumerate(FIRST_LIES):
        proxy.rules = {method: changed(lie)}
        async with client_of(scene, proxy) as client:
            action = client.jobs.post_job(market, **WANTED, idempotency_key=f"order-{number}")
            await _error_within(2, action)
            proxy.rules = {}
            await client.jobs.post_job(market, **WANTED, idempotency_key=f"order-{number}")
    assert len(await jobs_of(scene, market)) == len(FIRST_LIES)
