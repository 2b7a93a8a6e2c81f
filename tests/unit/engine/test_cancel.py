"""Cancelled at every step: what left is in the journal, what is asked again is done once, and nothing is left over."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from harness.posts import WALLET, Chain, Cut, ForgetfulSigner, Poster

from nosana_chain.engine.action import Action
from nosana_chain.engine.journal import EntryState, MemoryJournal
from nosana_chain.errors import AlreadyDoneError, OutcomeUnknownError, RpcUnreachableError
from nosana_chain.wallet import Signer

GONE = RpcUnreachableError("gone", endpoint="http://fake", method="any")

KINDS = ["post", "pay"]
KEYS = ["order-1", None]
MOMENTS = ["waiting", "answered"]
MOST = 60  # suspensions of a post are about 12, those of reads that are shared apart


class Story:
    """An action that is cancelled, and everything that is left of it."""

    def __init__(self, poster: Poster, complaints: list[dict[str, Any]]) -> None:
        self.poster, self.chain, self.complaints = poster, poster.chain, complaints

    async def cut(self, action: Coroutine[Any, Any, Any], at: int, moment: str = "waiting") -> bool:
        """Whether it was cancelled, and not over before."""
        task = asyncio.create_task(Cut(action, at=at, moment=moment))
        await asyncio.gather(task, return_exceptions=True)
        return task.cancelled()

    async def entries(self) -> list[Any]:
        journal = self.poster.engine.journal
        assert journal is not None
        await journal.show("flushed")  # what was queued is carried out
        return await journal.pending(scope=await self.poster.engine.connection.fetch_genesis_hash())

    async def require_known(self) -> None:
        """Whatever left is in the journal."""
        known = {str(one.signature) for entry in await self.entries() for one in entry.attempts}
        assert set(self.chain.signatures) <= known

    async def require_tidy(self) -> None:
        """Nothing is held or reserved, no task is left, and nobody's error was forgotten."""
        await self.poster.close()
        for entry in await self.entries():
            assert entry.state is EntryState.LANDED
            assert entry.held_until is None
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert self.complaints == []


@asynccontextmanager
async def story(wallet: Signer = WALLET, **rules: Any) -> AsyncIterator[Story]:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
    async with MemoryJournal() as journal:
        yield Story(Poster(Chain(**rules), journal, wallet=wallet), complaints)


def action_of(story: Story, kind: str, key: str | None) -> Action[Any]:
    return story.poster.post(key) if kind == "post" else story.poster.pay(key)


async def each_cut(scene: Callable[[Story, int], Awaitable[bool]], *, wallet: Signer = WALLET, fewest: int = 7) -> None:
    """Play `scene` with a cut at the first suspension, at the second, and so on, until there is nothing left to cut."""
    for at in range(1, MOST):
        async with story(wallet) as told:
            was_cut = await scene(told, at)
            await told.require_tidy()
        if not was_cut:
            break
    gc.collect()
    assert fewest <= at < MOST - 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("moment", MOMENTS)
async def test_the_same_action_again(kind: str, key: str | None, moment: str) -> None:
    async def scene(told: Story, at: int) -> bool:
        action = action_of(told, kind, key)
        was_cut = await told.cut(action, at, moment)
        await told.require_known()
        await action
        assert len(told.chain.signatures) == 1
        return was_cut

    await each_cut(scene)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("moment", MOMENTS)
async def test_another_action_with_its_key(kind: str, key: str | None, moment: str) -> None:
    async def scene(told: Story, at: int) -> bool:
        action = action_of(told, kind, key)
        was_cut = await told.cut(action, at, moment)
        again = action_of(told, kind, action.idempotency_key or key)
        try:
            found = await again
        except AlreadyDoneError:  # a payment leaves nothing that could be given back
            assert kind == "pay"
        else:
            assert kind == "pay" or [found] == told.chain.made
        assert len(told.chain.signatures) == 1
        return was_cut

    await each_cut(scene)


@pytest.mark.parametrize("key", KEYS)
async def test_it_is_resumed(key: str | None) -> None:
    async def scene(told: Story, at: int) -> bool:
        was_cut = await told.cut(told.poster.post(key), at)
        await told.require_known()
        for entry in await told.entries():  # what never left reserves nothing
            assert entry.state is not EntryState.OPEN or entry.live
        await told.poster.journal.resume()
        assert len(told.chain.signatures) <= 1
        return was_cut

    await each_cut(scene)


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_resume_that_is_cancelled(moment: str) -> None:
    async def scene(told: Story, at: int) -> bool:
        told.chain.rules["getSignatureStatuses"] = lambda _params, _answer: GONE
        with pytest.raises(OutcomeUnknownError):
            await told.poster.post("order-1")
        told.chain.rules.clear()
        was_cut = await told.cut(told.poster.journal.resume(), at, moment)
        await told.poster.post("order-1")
        assert len(told.chain.signatures) == 1
        return was_cut

    await each_cut(scene, fewest=3)


async def test_cancelled_again_and_again() -> None:
    async def scene(told: Story, at: int) -> bool:
        action = told.poster.post("order-1")
        was_cut = await told.cut(action, at)
        await told.cut(action, at)
        await asyncio.gather(told.poster.post("order-1"), told.cut(action, at), return_exceptions=True)
        assert await told.poster.post("order-1") == told.chain.made[0]
        assert len(told.chain.made) == 1
        return was_cut

    await each_cut(scene)


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_wallet_from_which_no_key_is_derived(moment: str) -> None:
    async def scene(told: Story, at: int) -> bool:
        was_cut = await told.cut(told.poster.post("order-1"), at, moment)
        job = await told.poster.post("order-1")
        assert told.chain.made == [job]
        assert await told.poster.post("order-1") == job
        return was_cut

    await each_cut(scene, wallet=ForgetfulSigner(1))


async def test_without_a_journal() -> None:
    for at in range(1, MOST):
        poster = Poster(Chain(), None)
        task = asyncio.create_task(Cut(poster.post("order-1"), at=at))
        await asyncio.gather(task, return_exceptions=True)
        assert await poster.post("order-1") == poster.chain.made[0]
        assert len(poster.chain.made) == 1
        await poster.close()


async def test_a_job_whose_key_is_gone_is_found_by_its_address() -> None:
    """Of a final job the journal keeps no seed: its address is all that it takes to see it."""
    async with story(ForgetfulSigner(1)) as told:
        job = await told.poster.post("order-1")
        finalize(told.chain)
        await told.poster.journal.resume()
        assert await told.entries() == []
        assert await told.poster.post("order-1") == job
        told.chain.delist()
        with pytest.raises(AlreadyDoneError) as caught:
            await told.poster.post("order-1")
        assert caught.value.facts["job"] == str(job)


def finalize(chain: Chain) -> None:
    def rule(_params: Any, answer: Any) -> Any:
        for one in filter(None, answer["value"]):
            one["confirmationStatus"] = "finalized"
        return answer

    chain.rules["getSignatureStatuses"] = rule
