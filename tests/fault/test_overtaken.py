"""Two machines post under one key, without a journal in common: who comes second gets the job that is there."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from harness.posts import PROGRAM, Chain, Poster
from solders.transaction import VersionedTransaction

from nosana_chain.engine.journal import MemoryJournal
from nosana_chain.errors import AlreadyDoneError
from nosana_chain.wire.transport import RpcRequest

ALREADY_IN_USE = {"InstructionError": [0, {"Custom": 0}]}
_SYSTEM, _FAILED = "Program 11111111111111111111111111111111", "failed: custom program error: 0x0"
REFUSED = [
    f"Program {PROGRAM} invoke [1]",
    f"{_SYSTEM} invoke [2]",
    f"{_SYSTEM} {_FAILED}",
    f"Program {PROGRAM} {_FAILED}",
]


class Meanwhile:
    """A wire on which something happens right before a method is asked for the first time."""

    endpoint = "http://fake"

    def __init__(self, chain: Chain, method: str, happens: Callable[[], Awaitable[Any]]) -> None:
        self._chain, self._method, self._happens = chain, f'"{method}"'.encode(), happens
        self.has_happened = False

    async def send(self, request: RpcRequest) -> bytes:
        if self._method in request.body and not self.has_happened:
            self.has_happened = True
            await self._happens()
        return await self._chain.send(request)

    async def aclose(self) -> None:
        """Nothing is open."""


def refused_where_it_is(chain: Chain) -> Callable[[list[Any], Any], Any]:
    """A simulation that fails as it does where the account is there."""

    def rule(params: list[Any], answer: Any) -> Any:
        message = VersionedTransaction.from_bytes(base64.b64decode(params[0])).message
        taken = set(chain.made) & set(message.account_keys)
        return {**answer, "value": answer["value"] | {"err": ALREADY_IN_USE, "logs": REFUSED}} if taken else answer

    return rule


async def overtaken_before(method: str, *, chain: Chain, then: Callable[[], None] = lambda: None) -> Any:
    """What a post comes to that another machine's overtakes right before a method is asked."""
    chain.rules["simulateTransaction"] = refused_where_it_is(chain)
    async with MemoryJournal() as ours, MemoryJournal() as theirs:
        other = Poster(chain, theirs)

        async def posts() -> None:
            await other.post("order-1")
            then()

        wire = Meanwhile(chain, method, posts)
        poster = Poster(chain, ours, wire=wire)
        try:
            return await poster.post("order-1")
        finally:
            assert wire.has_happened
            await poster.close()
            await other.close()


@pytest.mark.parametrize("method", ["getSignaturesForAddress", "simulateTransaction", "sendTransaction"])
async def test_the_job_of_the_other_is_found(method: str) -> None:
    chain = Chain()

    job = await overtaken_before(method, chain=chain)

    assert chain.made == [job]
    assert len(chain.paid) == 1


async def test_a_job_that_is_gone_by_then_was_done_before() -> None:
    chain = Chain()

    with pytest.raises(AlreadyDoneError):
        await overtaken_before("getSignaturesForAddress", chain=chain, then=chain.delist)

    assert len(chain.paid) == 1
