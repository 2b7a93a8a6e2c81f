"""Any part of any answer replaced by anything, all through a post: no error but ours, none lost, none paid twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

from harness.posts import Chain, Poster
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nosana_chain.engine.confirm import VERDICTS
from nosana_chain.engine.journal import MemoryJournal
from nosana_chain.errors import NosanaError, Retry

METHODS = (
    "getGenesisHash",
    "getMultipleAccounts",
    "getSignaturesForAddress",
    "simulateTransaction",
    "getRecentPrioritizationFees",
    "getLatestBlockhash",
    "sendTransaction",
    "getSignatureStatuses",
    "getTransaction",
    "getEpochInfo",
)
NASTY: list[Any] = [
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 2**64 - 1, 2**64, 2**70, 10**400, -(10**30), 1.5, 1e308),
    *("", "x", "\ud800", "\x00", "1" * 5000, [], {}, [None], [[]], {"": None}, "processed", "confirmed", "finalized"),
    *({"InstructionError": [0]}, {"InstructionError": ["x", {}]}, {"InstructionError": [-1, {"Custom": 2**80}]}),
    *({"Custom": None}, {"InstructionError": [0, {"BorshIoError": "x"}]}, {"DuplicateInstruction": 1}),
    "Program log: AnchorError occurred. Error Code: A. Error Number: " + "9" * 5000 + ". Error Message: x",
    "Transfer: insufficient lamports " + "9" * 5000 + ", need 1",
]
RAW = [
    *(b"", b"null", b"[]", b"{}", b"NaN", b'{"result":NaN}', b'{"result":1,"result":2}', b'{"result":"\xff"}'),
    *(b'{"result":' + b"[" * 500 + b"]" * 500 + b"}", b'{"result":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    *(b'{"error":{"code":1e3,"message":"x"}}', b'{"error":{"code":-32002,"message":"x"}}', b'{"error":"text"}'),
    b'{"error":{"code":-32002,"message":"x","data":{"err":{"InstructionError":[0,{"Custom":1}]},"logs":["a"]}}}',
    *(b'{"error":{"code":-32005,"message":"m"},"result":5}', b'{"error":{"code":99999999999999999999,"message":"m"}}'),
    *(b'[{"jsonrpc":"2.0","id":0,"result":null}]', b'\xef\xbb\xbf{"result":null}', b'{"result":' + b"1" * 5000 + b"}"),
]


def paths(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in an answer."""
    yield above
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in below:
        yield from paths(inner, (*above, key))


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    value = value.copy()
    value[path[0]] = put(value[path[0]], path[1:], new)
    return value


def rule(where: float, what: Any) -> Any:
    """Something else at a part of each answer; bytes in place of the whole of it."""

    def altered(_params: Any, honest: Any) -> Any:
        if isinstance(what, bytes):
            return what
        places = list(paths(honest))
        wrong = put(honest, places[int(where * len(places))], what)
        try:
            return json.dumps({"jsonrpc": "2.0", "id": 0, "result": wrong}).encode()
        except ValueError:  # an integer that Python doesn't write
            return b'{"result":' + b"9" * 400 + b"}"

    return altered


async def post_through(chain: Chain, journal: MemoryJournal) -> None:
    """Ask through what is altered, do what the error says, and look again without it."""
    poster = Poster(chain, journal)
    [outcome] = await asyncio.gather(poster.post("order-1"), return_exceptions=True)
    if isinstance(outcome, BaseException):
        assert isinstance(outcome, NosanaError), repr(outcome)
        looks_first = outcome.retry is Retry.CHECK_FIRST or isinstance(outcome, VERDICTS)
        assert looks_first or not chain.arrived, repr(outcome)
    await poster.close()
    chain.rules.clear()
    honest = Poster(chain, journal)
    job = await honest.post("order-1")
    assert chain.made == [job]
    await honest.close()


@settings(max_examples=150)
@given(st.sampled_from(METHODS), st.floats(0, 0.999), st.sampled_from([*NASTY, *RAW]))
@example("getSignatureStatuses", 0.99, "AccountInUse")
@example("getTransaction", 0.0, None)
@example("getGenesisHash", 0.0, "processed")  # under another scope the key would be new
def test_no_answer_loses_or_doubles_a_post(method: str, where: float, what: Any) -> None:
    async def story() -> None:
        async with MemoryJournal() as journal:
            await post_through(Chain(**{method: rule(where, what)}), journal)

    asyncio.run(story())
