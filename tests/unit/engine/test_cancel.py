"""Cancelled at every step: what left is in the journal, what is asked again is done once, and nothing is left over."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from harness.posts import WALLET, Chain, ForgetfulSigner, Poster
from solders.pubkey import Pubkey

from nosana_chain.engine.action import Action
from nosana_chain.engine.journal import EntryState, MemoryJournal
from nosana_chain.errors import AlreadyDoneError
from nosana_chain.wallet import Signer

STEPS = range(1, 70, 2)
KINDS = ["post", "pay"]
KEYS = ["order-1", None]


class Story:
    """A post that is cancelled, and everything that is left of it."""

    def __init__(self, poster: Poster, complaints: list[dict[str, Any]]) -> None:
        self.poster, self.chain, self.complaints = poster, poster.chain, complaints

    async def cancel(self, action: Action[Any], steps: int) -> bool:
        """Whether it was over before it was cancelled."""
        task = asyncio.create_task(action)
        for _ in range(steps):
            await asyncio.sleep(0)
            if steps % 3 == 0:  # now and then the journal's thread is first
                await asyncio.sleep(0.0002)
        over = not task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return over

    async def entries(self) -> list[Any]:
        journal = self.poster.engine.journal
        assert journal is not None
        await journal.show("flushed")  # what was queued is carried out
        scope = await self.poster.engine.connection.fetch_genesis_hash()
        return await journal.pending(scope=scope)

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
        await asyncio.sleep(0.001)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        gc.collect()
        assert self.complaints == []


@asynccontextmanager
async def story(wallet: Signer = WALLET, **rules: Any) -> AsyncIterator[Story]:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
    async with MemoryJournal() as journal:
        yield Story(Poster(Chain(**rules), journal, wallet=wallet), complaints)


def action_of(story: Story, kind: str, key: str | None) -> Action[Any]:
    return story.poster.post(key) if kind == "post" else story.poster.pay(key)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("steps", STEPS)
async def test_the_same_action_again(steps: int, key: str | None, kind: str) -> None:
    async with story() as told:
        action = action_of(told, kind, key)
        await told.cancel(action, steps)
        await told.require_known()
        await action
        assert len(told.chain.signatures) == 1
        await told.require_tidy()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("steps", STEPS)
async def test_another_action_with_its_key(steps: int, key: str | None, kind: str) -> None:
    async with story() as told:
        action = action_of(told, kind, key)
        over = await told.cancel(action, steps)
        again = action_of(told, kind, action.idempotency_key or key)
        try:
            found = await again
        except AlreadyDoneError:  # a payment leaves nothing that could be given back
            assert kind == "pay"
        else:
            assert kind == "pay" or found == told.chain.made[0]
        assert len(told.chain.signatures) == 1
        assert not over or await action
        await told.require_tidy()


@pytest.mark.parametrize("steps", STEPS)
async def test_it_is_resumed(steps: int) -> None:
    async with story() as told:
        await told.cancel(told.poster.post("order-1"), steps)
        await told.require_known()
        await told.poster.journal.resume()
        assert len(told.chain.signatures) <= 1
        await told.require_tidy()


@pytest.mark.parametrize("steps", range(1, 90, 4))
async def test_a_resume_that_is_cancelled(steps: int) -> None:
    async with story() as told:
        await told.cancel(told.poster.post("order-1"), 31)
        task = asyncio.create_task(told.poster.journal.resume())
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await told.poster.post("order-1")
        assert len(told.chain.signatures) == 1
        await told.require_tidy()


@pytest.mark.parametrize("steps", STEPS)
async def test_cancelled_twice_and_asked_by_another(steps: int) -> None:
    async with story() as told:
        action = told.poster.post("order-1")
        await told.cancel(action, steps)
        await told.cancel(action, 60 - steps)
        await asyncio.gather(told.poster.post("order-1"), told.cancel(action, steps), return_exceptions=True)
        await told.poster.post("order-1")
        assert len(told.chain.made) == 1
        await told.require_tidy()


@pytest.mark.parametrize("steps", STEPS)
async def test_never_asked_again(steps: int) -> None:
    """What never left reserves nothing; what may have left is what `resume` looks after."""
    async with story() as told:
        await told.cancel(told.poster.post(), steps)
        for entry in await told.entries():
            assert entry.state is not EntryState.OPEN or entry.live
        await told.poster.journal.resume()
        await told.require_tidy()


@pytest.mark.parametrize("steps", STEPS)
async def test_a_wallet_from_which_no_key_is_derived(steps: int) -> None:
    async with story(wallet=ForgetfulSigner(1)) as told:
        await told.cancel(told.poster.post("order-1"), steps)
        job = await told.poster.post("order-1")
        assert told.chain.made == [job]
        assert await told.poster.post("order-1") == job
        await told.require_tidy()


async def test_a_job_whose_key_is_gone_is_found_by_its_address() -> None:
    """Of a final job the journal keeps no seed: its address is all that it takes to see it."""
    async with story(wallet=ForgetfulSigner(1)) as told:
        job = await told.poster.post("order-1")
        finalize(told.chain)
        await told.poster.journal.resume()
        assert await told.entries() == []
        assert await told.poster.post("order-1") == job
        told.chain.delist()
        with pytest.raises(AlreadyDoneError) as caught:
            await told.poster.post("order-1")
        assert caught.value.facts["job"] == str(job)
        assert isinstance(job, Pubkey)


def finalize(chain: Chain) -> None:
    def rule(_params: Any, answer: Any) -> Any:
        for one in filter(None, answer["value"]):
            one["confirmationStatus"] = "finalized"
        return answer

    chain.rules["getSignatureStatuses"] = rule
