"""The programs in this process, and everybody on them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from harness.in_process import InProcessChain
from harness.in_process_stage import Stage, stage_on


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with stage_on(InProcessChain()) as everybody:
        yield everybody
