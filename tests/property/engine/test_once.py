"""Any order of posts, cancels, crashes, resumes, delays and delists: at most one job a key, ever.

A crash is a process whose last word was spoken at some suspension of its work: nothing that it does afterwards reaches
the chain or the journal, not even its cleaning up.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Any

from fault.wire import FakeTime
from harness.posts import WALLET, Chain, Cut, ForgetfulSigner, Poster
from hypothesis import given, settings
from hypothesis import strategies as st

from nosana_chain.engine.journal import EntryState, MemoryJournal
from nosana_chain.errors import NosanaError, RpcUnreachableError
from nosana_chain.wallet import Signer

LEASE = 130.0  # seconds, after which what a dead process held is free
GONE = RpcUnreachableError("gone", endpoint="http://fake", method="any")
#: What the chain does with what arrives from now on.
WEATHER = {
    "fair": {},
    "deaf": {"sendTransaction": lambda _params, _answer: GONE},  # it lands, and the answer is lost
    "blind": {"getSignatureStatuses": lambda _params, _answer: GONE},
    "forgetful": {"getTransaction": lambda _params, _answer: None},
    "rushed": {"getEpochInfo": lambda _params, answer: answer | {"blockHeight": answer["blockHeight"] + 200}},
    "lagging": {"getSignatureStatuses": lambda _params, _answer: {"context": {"slot": 1}, "value": [None]}},
    "pruned": {},  # and no history from now on
}


@dataclass
class Line:
    """A wire or a journal that a process can be cut off from."""

    far: Any
    cut: bool = False

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.far, name)
        if not self.cut:
            return found
        if name == "let_go":
            return lambda _leases: None
        if name == "endpoint":
            return found
        return self._silence

    async def _silence(self, *_ignored: Any, **_also: Any) -> Any:
        raise GONE


class World:
    """A chain, a journal, and processes of one wallet."""

    def __init__(self, wallet: Signer, *, journalled: bool) -> None:
        self.chain, self.time, self.wallet = Chain(), FakeTime(), wallet
        self.journal = MemoryJournal(clock=self.time.clock) if journalled else None
        self.keys: set[str] = set()

    def process(self) -> tuple[Poster, list[Line]]:
        lines = [Line(self.chain), Line(self.journal)]
        wire: Any = lines[0]
        journal: Any = lines[1] if self.journal else None
        return Poster(self.chain, journal, wallet=self.wallet, time=self.time, wire=wire), lines

    async def play(self, move: tuple[Any, ...]) -> None:
        await getattr(self, move[0])(*move[1:])

    async def post(self, key: str, at: int, how: str) -> None:
        self.keys.add(key)
        poster, lines = self.process()
        await self._run(poster, lines, poster.post(key), at, how)

    async def resume(self, at: int, how: str) -> None:
        if self.journal:
            poster, lines = self.process()
            await self._run(poster, lines, poster.journal.resume(), at, how)

    async def twice(self, key: str) -> None:
        self.keys.add(key)
        posters = [self.process()[0] for _ in range(2)]
        await asyncio.gather(*(poster.post(key) for poster in posters), return_exceptions=True)
        for poster in posters:
            await poster.close()

    async def wait(self, seconds: float) -> None:
        self.time.now += seconds
        self.chain.height += int(seconds / 0.4)
        self.chain.slot += int(seconds / 0.4)

    async def hold(self) -> None:
        self.chain.holds = True

    async def let_in(self) -> None:
        self.chain.let_in()

    async def delist(self) -> None:
        self.chain.delist()

    async def weather(self, name: str) -> None:
        self.chain.rules, self.chain.pruned = dict(WEATHER[name]), name == "pruned"

    async def _run(self, poster: Poster, lines: list[Line], work: Any, at: int, how: str) -> None:
        task = asyncio.create_task(Cut(work, at=at) if how == "cancel" else Crash(work, lines, at=at))
        [outcome] = await asyncio.gather(task, return_exceptions=True)
        assert not isinstance(outcome, Exception) or isinstance(outcome, NosanaError), outcome
        await poster.close()

    async def require_exact(self, *, ends_well: bool) -> None:
        """Nothing was paid twice; and asked once more in fair weather, each key is one job, or was one."""
        self.require_once()
        await self.weather("fair")
        self.chain.holds = self.chain.swallows = False
        await self.wait(LEASE)
        poster, _ = self.process()
        for key in sorted(self.keys):
            await asyncio.gather(poster.post(key), return_exceptions=True)
            assert not ends_well or Counter(self.chain.paid)[b"post " + key.encode()] == 1
        await poster.close()
        self.require_once()
        if self.journal:
            await poster.journal.resume()
            pending = await self.journal.pending(scope=await poster.engine.connection.fetch_genesis_hash())
            assert {entry.state for entry in pending} <= {EntryState.LANDED}
            await self.journal.close()

    def require_once(self) -> None:
        assert not [key for key, times in Counter(self.chain.paid).items() if times > 1]


class Crash(Cut):
    """Cut off from wire and journal at a suspension, and then cancelled: nobody hears what it says."""

    def __init__(self, running: Any, lines: list[Line], *, at: int) -> None:
        super().__init__(running, at=at)
        self._lines = lines

    def send(self, value: Any) -> Any:
        if self._left == 1:
            for line in self._lines:
                line.cut = True
        return super().send(value)


AT, HOW = st.integers(1, 30), st.sampled_from(["cancel", "crash"])
KEY = st.sampled_from(["a", "b"])
MOVES = st.one_of(
    st.tuples(st.just("post"), KEY, AT, HOW),
    st.tuples(st.just("post"), KEY, AT, HOW),
    st.tuples(st.just("post"), KEY, st.just(1000), HOW),
    st.tuples(st.just("resume"), AT, HOW),
    st.tuples(st.just("twice"), KEY),
    st.tuples(st.just("wait"), st.sampled_from([1.0, 30.0, 70.0, LEASE])),
    st.tuples(st.just("hold")),
    st.tuples(st.just("let_in")),
    st.tuples(st.just("weather"), st.sampled_from(sorted(WEATHER))),
)
LIVES = st.lists(st.one_of(MOVES, MOVES, MOVES, st.tuples(st.just("delist"))), min_size=1, max_size=12)


def live(moves: list[tuple[Any, ...]], wallet: Signer, *, journalled: bool) -> None:
    async def life() -> None:
        world = World(wallet, journalled=journalled)
        for move in moves:
            await world.play(move)
        await world.require_exact(ends_well=True)

    asyncio.run(life())


@settings(max_examples=60)
@given(LIVES)
def test_with_a_journal(moves: list[tuple[Any, ...]]) -> None:
    live(moves, WALLET, journalled=True)


@settings(max_examples=40)
@given(LIVES)
def test_with_a_journal_and_keys_that_it_holds(moves: list[tuple[Any, ...]]) -> None:
    live(moves, ForgetfulSigner(1), journalled=True)


@settings(max_examples=40)
@given(LIVES)
def test_without_a_journal(moves: list[tuple[Any, ...]]) -> None:
    fair = [move for move in moves if move != ("weather", "pruned")]  # there strict_key is needed
    live(fair, WALLET, journalled=False)
