"""Several questions at once."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

Answer = TypeVar("Answer")


async def gathered(questions: Sequence[Coroutine[Any, Any, Answer]], *, at_once: int = 8) -> list[Answer]:
    """All answers, in order; the first error ends the questions that are still open, and is raised as it is.

    Args:
        questions: coroutines, which haven't begun.
        at_once: so many are open at a time; many endpoints take no more from one client.
    """
    if len(questions) == 1:
        return [await questions[0]]
    gate = asyncio.Semaphore(at_once)
    tasks = [asyncio.ensure_future(_in_turn(gate, question)) for question in questions]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for question in questions:
            question.close()  # those whose turn never came


async def _in_turn(gate: asyncio.Semaphore, question: Coroutine[Any, Any, Answer]) -> Answer:
    async with gate:
        return await question
