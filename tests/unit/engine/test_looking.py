from typing import Any

import pytest
from fault.chain import FakeChain
from solders.account import Account
from solders.pubkey import Pubkey
from solders.rpc.filter import Memcmp

from nosana_chain.engine.looking import Looking, look, search, see, see_all
from nosana_chain.errors import NotFoundError, RpcUnreachableError
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.connection import Connection

FIRST, SECOND, NOWHERE, PROGRAM = (Pubkey(bytes([n]) * 32) for n in (1, 2, 3, 4))
GONE = RpcUnreachableError("gone", endpoint="http://fake", method="any")


def _chain() -> FakeChain:
    return FakeChain({FIRST: Account(1, bytes(SECOND), PROGRAM), SECOND: Account(2, b"end", PROGRAM)})


def _follow(start: Pubkey) -> Looking[bytes]:
    """An account that tells where the next one is."""
    first = (yield from look(start))[start]
    if first is None:
        raise NotFoundError("nothing there", address=str(start), kind="start")
    target = Pubkey.from_bytes(first.data)
    second = (yield from look(target))[target]
    assert second
    return second.data


async def test_what_it_raises_reaches_the_caller() -> None:
    with pytest.raises(NotFoundError):
        await see(Connection(LOCALNET, transport=_chain()), _follow(NOWHERE))


async def test_an_endpoint_that_is_gone() -> None:
    chain = _chain()
    chain.rules["getMultipleAccounts"] = lambda _params, _answer: GONE
    with pytest.raises(RpcUnreachableError):
        await see(Connection(LOCALNET, transport=chain), _follow(FIRST))


async def test_one_of_many_that_fails_leaves_the_others() -> None:
    found = await see_all(Connection(LOCALNET, transport=_chain()), [_follow(FIRST), _follow(NOWHERE), _follow(FIRST)])
    assert [found[0], found[2]] == [b"end", b"end"]
    assert isinstance(found[1], NotFoundError)


async def test_many_share_their_reads() -> None:
    chain = _chain()
    asked: list[list[str]] = []
    chain.rules["getMultipleAccounts"] = lambda params, answer: asked.append(params[0]) or answer
    found = await see_all(Connection(LOCALNET, transport=chain), [_follow(FIRST) for _ in range(240)])
    assert set(found) == {b"end"}
    assert asked == [[str(FIRST)], [str(SECOND)]]


async def test_equal_searches_are_asked_once() -> None:
    chain = _chain()
    asked: list[Any] = []

    def found(params: list[Any], _answer: Any) -> Any:
        asked.append(params)
        return []

    chain.rules["getProgramAccounts"] = found

    def searching() -> Looking[int]:
        return len((yield from search(PROGRAM, Memcmp(0, b"a"))))

    assert await see_all(Connection(LOCALNET, transport=chain), [searching(), searching()]) == [0, 0]
    assert len(asked) == 1


async def test_needs_nothing() -> None:
    def known() -> Looking[int]:
        yield from ()
        return 7

    chain = _chain()
    assert await see(Connection(LOCALNET, transport=chain), known()) == 7
    assert chain.methods == []
