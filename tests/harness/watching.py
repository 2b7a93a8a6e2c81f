"""Watchers on bad lines, while random lives of jobs go on; what they heard is held against the blocks themselves."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest

from harness.twisted_sockets import Message, twisted_dial
from solders.pubkey import Pubkey
from stage import CID, RESULT, Scene

from nosana_chain.engine.engine import Engine
from nosana_chain.engine.following.fetching import fetch_block_order
from nosana_chain.engine.following.watch import Watch
from nosana_chain.errors import NosanaError, RpcUnreachableError
from nosana_chain.networks import Network
from nosana_chain.programs.jobs.actions import Jobs
from nosana_chain.programs.jobs.events import JobEvent, job_events
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.subscriptions import Subscriptions
from nosana_chain.wire.transactions import fetch_transaction
from nosana_chain.wire.transport import HttpTransport, RpcRequest
from nosana_chain.wire.websocket import SocketLostError


class BadLine:
    """HTTP to a node that fails now and then, and sometimes gives an answer that it gave before: it is behind.

    Nothing is retried underneath, as a client's own wire would: a failure is the watcher's.
    """

    def __init__(self, url: str, chance: random.Random) -> None:
        self._inner = HttpTransport(url)
        self._chance = chance
        self._old: dict[bytes, bytes] = {}

    @property
    def endpoint(self) -> str:
        return self._inner.endpoint

    async def send(self, request: RpcRequest) -> bytes:
        if self._chance.random() < 0.03:
            raise RpcUnreachableError("the line is bad", endpoint=self.endpoint, method=request.method)
        old = self._old.get(request.body)
        if old is not None and request.method == "getSignaturesForAddress" and self._chance.random() < 0.2:
            return old
        answer = await self._inner.send(request)
        self._old = {request.body: answer}
        return answer

    async def aclose(self) -> None:
        await self._inner.aclose()


def storm() -> Callable[[random.Random, Message], Iterable[Message]]:
    """Sockets that die, go mute, lose notices, tell them again, and tell them in another order."""
    held: deque[Message] = deque(maxlen=20)
    mute = 0

    def twist(chance: random.Random, message: Message) -> Iterable[Message]:
        nonlocal mute
        if "params" not in message:
            return [message]
        held.append(message)
        if chance.random() < 0.03:
            raise SocketLostError("killed")
        if mute:
            mute -= 1
            return []
        if chance.random() < 0.05:
            mute = chance.randint(1, 30)
        lost = chance.random() < 0.3
        again = [chance.choice(held) for _ in range(chance.choice([0, 0, 1, 3]))]
        return again if lost else chance.sample([message, *again], len(again) + 1)

    return twist


@asynccontextmanager
async def watcher(network: Network, seed: int) -> AsyncIterator[Jobs]:
    """A reader on bad lines."""
    chance = random.Random(seed)
    line = BadLine(str(network.rpc_url), chance)
    socket = Subscriptions(network, dial=twisted_dial(storm(), chance))
    async with Connection(network, transport=line) as connection, socket:
        engine = Engine(connection=connection, subscriptions=socket)
        yield Jobs(engine)
        await engine.reads.aclose()


async def listen(watch: Watch[JobEvent], heard: list[JobEvent], *, until: Callable[[], bool]) -> None:
    """Take events until all is heard; in small waits that are cancelled, as people write them."""
    while not until():
        try:
            heard.append(await asyncio.wait_for(anext(watch), 0.5))
        except TimeoutError:
            continue


async def true_events(connection: Connection, first: int, last: int) -> list[JobEvent]:
    """All events of jobs in the blocks of these slots, in the order of the blocks."""
    slots = await connection.call("getBlocks", first, last, {"commitment": "confirmed"}, answer=list[int])
    events: list[JobEvent] = []
    for slot in slots:
        for signature in await fetch_block_order(connection, slot) or []:
            landed = await fetch_transaction(connection, signature)
            if landed is not None:
                events += job_events(landed, network=connection.network)
    return events


@dataclass
class Storm:
    """What came of watchers in a storm.

    Attributes:
        changes: of jobs.
        events: that there were.
        wrong: of each watcher that missed, repeated or misplaced one, or couldn't tell its job, where it began.
    """

    changes: int = 0
    events: int = 0
    wrong: tuple[str, ...] = ()

    def __add__(self, other: Storm) -> Storm:
        return Storm(self.changes + other.changes, self.events + other.events, self.wrong + other.wrong)


async def weather(scene: Scene, market: Pubkey, *, seeds: Iterable[int], changes: int) -> Storm:
    """Watchers of one market, each on lines of its own seed, while so many changes happen there."""
    seeds, lives, connection = [*seeds], Lives(scene, market, sum(seeds)), scene.operator.connection
    heard: list[list[JobEvent]] = [[] for _ in seeds]
    truth: list[JobEvent] = []
    top = 0  # what lands later, of an action that was given up, is of no interest

    def has_all(ears: list[JobEvent]) -> bool:
        return 0 < len(truth) <= len([event for event in ears if event.slot <= top])

    async with AsyncExitStack() as stack:
        readers = [await stack.enter_async_context(watcher(scene.net.network, seed)) for seed in seeds]
        watches = [await stack.enter_async_context(reader.watch_jobs(market=market)) for reader in readers]
        first = await connection.call("getSlot", {"commitment": "confirmed"}, answer=int)
        listening = [
            asyncio.create_task(listen(watch, ears, until=partial(has_all, ears)))
            for watch, ears in zip(watches, heard, strict=True)
        ]
        await lives.go_on(changes)
        top = await connection.call("getSlot", {"commitment": "confirmed"}, answer=int)
        truth += await true_events(connection, first, top)
        await asyncio.wait(listening, timeout=60)
        for task in listening:
            task.cancel()
    timely = [[event for event in ears if event.slot <= top] for ears in heard]
    wrong = tuple(difference for ears in timely if (difference := _difference(ears, truth)))
    return Storm(lives.changes, len(truth), wrong)


def _difference(heard: list[JobEvent], truth: list[JobEvent]) -> str:
    """Where what was heard begins to differ from what is true; nothing where it doesn't."""
    said = [(event.slot, event.kind.value, str(event.signature)[:8], event.place) for event in heard]
    true = [(event.slot, event.kind.value, str(event.signature)[:8], event.place) for event in truth]
    for number, (one, other) in enumerate(zip_longest(said, true)):
        if one != other:
            return f"{said[number - 2 : number + 6]} in place of {true[number - 2 : number + 6]}"
    nameless = [event for event in heard if event.address is None]
    return f"no job: {nameless}" if nameless else ""


class Lives:
    """Jobs of one market that are posted, run, quit, evicted and all the rest, as chance has it."""

    def __init__(self, scene: Scene, market: Pubkey, seed: int) -> None:
        self.changes = 0
        self._scene, self._market = scene, market
        self._chance = random.Random(seed)
        self._jobs: dict[Pubkey, str] = {}
        self._host_waits = False

    async def go_on(self, changes: int) -> None:
        """So many changes of state, one to four at a time."""
        goal = self.changes + changes
        while self.changes < goal:
            some = [self._next() for _ in range(self._chance.choice([1, 1, 2, 4]))]
            done = await asyncio.gather(*(act() for act in some))
            self.changes += sum(done)

    def _next(self) -> Callable[[], Awaitable[bool]]:
        states = [(job, state) for job, state in self._jobs.items() if state not in ("over", "busy")]
        job, state = self._chance.choice(states) if states else (None, "")
        if job is None or self._chance.random() < 0.3:
            return self._post
        self._jobs[job] = "busy"
        acts: dict[str, list[Callable[[Pubkey], Awaitable[str]]]] = {
            "queued": [self._extend, self._delist, self._work, self._work, self._work],
            "running": [self._finish, self._quit, self._evict, self._end, self._extend_running],
            "stopped": [self._claim, self._recover],
            "ended": [self._complete, self._clean],
            "done": [self._clean],
        }
        act = self._chance.choice(acts[state]) if state in acts else self._nothing

        async def doing() -> bool:
            try:
                self._jobs[job] = await act(job)
            except NosanaError:  # another one was faster: of no interest here
                self._jobs[job] = await self._state_of(job)
                return False
            return True

        return doing

    async def _post(self) -> bool:
        posted = await self._scene.builder.jobs.post_job(self._market, definition_cid=CID, timeout=600)
        self._jobs[posted.job] = await self._state_of(posted.job)
        return True

    async def _state_of(self, job: Pubkey) -> str:
        try:
            found = await self._scene.builder.jobs.fetch_job(job)
        except NosanaError:
            return "over"
        if found.run is not None:
            return "running"
        return found.state.name.lower()

    async def _nothing(self, job: Pubkey) -> str:
        return await self._state_of(job)

    async def _work(self, job: Pubkey) -> str:
        await self._scene.host.hosts.join_queue(self._market)
        for other, state in list(self._jobs.items()):
            if state == "queued":
                self._jobs[other] = await self._state_of(other)
        return await self._state_of(job)

    async def _extend(self, job: Pubkey) -> str:
        await self._scene.builder.jobs.extend_job(job, by=60)
        return await self._state_of(job)

    async def _extend_running(self, job: Pubkey) -> str:
        await self._scene.builder.jobs.extend_job(job, by=1)
        return await self._state_of(job)

    async def _delist(self, job: Pubkey) -> str:
        await self._scene.builder.jobs.stop_job(job)
        return await self._state_of(job)

    async def _end(self, job: Pubkey) -> str:
        await self._scene.builder.jobs.stop_job(job)
        return "ended"

    async def _finish(self, job: Pubkey) -> str:
        await self._scene.host.hosts.finish_job(job, result_cid=RESULT)
        return "done"

    async def _quit(self, job: Pubkey) -> str:
        await self._scene.host.hosts.quit_job(job)
        return "stopped"

    async def _claim(self, job: Pubkey) -> str:
        await self._scene.host.hosts.claim_job(job)
        return "running"

    async def _recover(self, job: Pubkey) -> str:
        await self._scene.builder.jobs.recover_job(job)
        return "over"

    async def _evict(self, job: Pubkey) -> str:
        await self._scene.authority.hosts.evict_host(job)
        return await self._state_of(job) if self._chance.random() < 0.5 else "done"  # then an admin cleans it

    async def _complete(self, job: Pubkey) -> str:
        await self._scene.host.hosts.complete_job(job, result_cid=RESULT)
        return "done"

    async def _clean(self, job: Pubkey) -> str:
        await self._scene.authority.jobs.clean_job_as_admin(job)
        return "over"
