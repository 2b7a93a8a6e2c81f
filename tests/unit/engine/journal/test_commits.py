import asyncio
import threading
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from nosana_chain.engine.journal.commits import Commits
from nosana_chain.engine.journal.database import Answer, Database, Row, each
from nosana_chain.errors import InProgressError, JournalError, NosanaError


class DriverError(Exception):
    pass


class LostError(DriverError):
    """The connection is gone; another one may be had."""


class OwnError(DriverError):
    """This one statement is wrong."""


class FakeStore:
    """Keeps words; fails as it is told, once for each fault."""

    place = "fake"

    def __init__(self, *faults: tuple[str, Exception], patience: float = 5.0) -> None:
        self.patience = patience
        self.faults = list(faults)
        self.kept: list[str] = []
        self.commits: list[int] = []  # how many words each had
        self.connections = 0
        self.committing = threading.Event()
        self.gate = threading.Event()
        self.gate.set()

    def fail(self, where: str) -> None:
        if self.faults and self.faults[0][0] == where:
            raise self.faults.pop(0)[1]

    def connect(self) -> Database:
        self.fail("connect")
        self.connections += 1
        return FakeDatabase(self)

    def is_passing(self, error: BaseException, /) -> bool:
        return isinstance(error, LostError)

    def is_fatal(self, error: BaseException, /) -> bool:
        return isinstance(error, (DriverError, NosanaError)) and not isinstance(error, OwnError)

    def failure(self, error: BaseException, /) -> Exception:
        assert isinstance(error, Exception)
        return JournalError(f"in words: {error}") if isinstance(error, DriverError) else error


class FakeDatabase:
    place, bytes_type = "fake", "BLOB"

    def __init__(self, store: FakeStore) -> None:
        self._store, self._words = store, list[str]()

    def begin(self) -> None:
        self._store.fail("begin")
        assert self._words == []

    def commit(self) -> None:
        self._store.committing.set()
        self._store.gate.wait()
        self._store.fail("commit")
        self._store.kept += self._words
        self._store.commits.append(len(self._words))
        self._words = []
        self._store.fail("after commit")

    def rollback(self) -> None:
        self._words = []

    def execute(self, sql: str, _parameters: Sequence[Any] = ()) -> list[Row]:
        self._store.fail(sql)
        self._words.append(sql)
        return [(sql,)]

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        raise NotImplementedError

    def now(self) -> int:
        return 0

    def set_version(self, version: int) -> None:
        raise NotImplementedError

    def close(self) -> None:
        self._store.connections -= 1


def answer(database: Database, word: str) -> str:
    if word == "refused":
        raise InProgressError("no")
    return str(database.execute(word)[0][0])


ONE_BY_ONE = each(answer)


async def write(commits: Commits, word: str) -> str:
    return await commits.ask(ONE_BY_ONE, word)


async def test_what_waits_goes_together() -> None:
    store = FakeStore()
    commits = Commits(store)
    words = [f"w{number}" for number in range(100)]
    assert await asyncio.gather(*(write(commits, word) for word in words)) == words
    assert store.commits == [100]
    await commits.close()
    assert store.connections == 0


async def test_what_comes_during_a_commit_waits_for_the_next() -> None:
    store = FakeStore()
    commits = Commits(store)
    store.gate.clear()
    first = asyncio.create_task(write(commits, "first"))
    await asyncio.to_thread(store.committing.wait)
    others = [asyncio.create_task(write(commits, "later")) for _ in range(50)]
    await asyncio.sleep(0.02)  # the loop runs while the disk is waited for
    assert not first.done()
    store.gate.set()
    await asyncio.gather(first, *others)
    assert store.commits == [1, 50]
    await commits.close()


async def test_calls_that_wait_together_are_answered_together() -> None:
    asked: list[int] = []

    def count(_: Database, calls: Sequence[int]) -> list[Answer[int]]:
        asked.append(len(calls))
        return [call * 2 if call else InProgressError("no") for call in calls]

    commits = Commits(FakeStore())
    given = await asyncio.gather(*(commits.ask(count, number) for number in range(50)), return_exceptions=True)
    assert given[1:] == [number * 2 for number in range(1, 50)]
    assert isinstance(given[0], InProgressError)
    assert asked == [50]
    await commits.close()


async def test_what_must_come_in_turn_does() -> None:
    commits, others = Commits(store := FakeStore()), each(answer)
    asked = [
        commits.ask(work, word, in_turn=word == "turn")
        for work, word in (
            (ONE_BY_ONE, "a"),
            (others, "b"),
            (ONE_BY_ONE, "c"),
            (others, "turn"),
            (ONE_BY_ONE, "d"),
        )
    ]
    await asyncio.gather(*asked)
    assert store.kept == ["a", "c", "b", "turn", "d"]
    assert store.commits == [5]
    await commits.close()


async def test_a_refusal_is_its_own() -> None:
    commits = Commits(store := FakeStore())
    results = await asyncio.gather(
        write(commits, "a"), write(commits, "refused"), write(commits, "b"), return_exceptions=True
    )
    assert [type(result) for result in results] == [str, InProgressError, str]
    assert (store.kept, store.commits) == (["a", "b"], [2])
    await commits.close()


@pytest.mark.parametrize("error", [OwnError("wrong"), ZeroDivisionError("bug")])
async def test_a_mistake_fails_nobody_else(error: Exception) -> None:
    store = FakeStore(("b", error), ("b", error))  # together, then by itself
    commits = Commits(store)
    results = await asyncio.gather(*(write(commits, word) for word in "abc"), return_exceptions=True)
    assert (results[0], results[2]) == ("a", "c")
    assert isinstance(results[1], JournalError if isinstance(error, OwnError) else ZeroDivisionError)
    assert (store.kept, store.commits) == (["a", "c"], [1, 1])
    await commits.close()


async def test_a_fatal_fault_is_told_to_all_at_once_and_the_next_may_work() -> None:
    commits = Commits(store := FakeStore(("commit", DriverError("disk full"))))
    results = await asyncio.gather(*(write(commits, word) for word in "abc"), return_exceptions=True)
    assert [str(result) for result in results] == ["in words: disk full"] * 3
    assert await write(commits, "d") == "d"
    assert store.kept == ["d"]
    await commits.close()


async def test_a_store_that_can_not_be_opened_is_told_at_once() -> None:
    commits = Commits(FakeStore(("connect", LostError("refused"))))
    with pytest.raises(JournalError, match="refused"):
        await write(commits, "a")
    assert await write(commits, "b") == "b"
    await commits.close()


async def test_a_lost_connection_is_made_anew_and_the_work_done_again() -> None:
    lost = LostError("lost")
    commits = Commits(store := FakeStore())
    await write(commits, "before")
    store.faults = [("a", lost), ("connect", lost), ("after commit", lost)]
    assert await write(commits, "a") == "a"
    assert store.kept == ["before", "a", "a"]  # the answer was lost, not the commit: work is made to bear that
    assert store.connections == 1
    await commits.close()


async def test_patience_ends() -> None:
    commits = Commits(store := FakeStore(patience=0.1))
    await write(commits, "before")
    store.faults = [("begin", LostError("lost")), *[("connect", LostError("gone"))] * 100]
    with pytest.raises(JournalError, match="gone"):
        await write(commits, "a")
    store.faults = []
    await commits.close()


async def test_cancelled_work_is_carried_out_all_the_same() -> None:
    commits = Commits(store := FakeStore())
    store.gate.clear()
    task = asyncio.create_task(write(commits, "a"))
    await asyncio.to_thread(store.committing.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    store.gate.set()
    await commits.close()
    assert store.kept == ["a"]


async def test_closing_carries_out_what_was_asked_before_and_nothing_after() -> None:
    commits = Commits(store := FakeStore())
    asked = asyncio.create_task(write(commits, "a"))
    await asyncio.sleep(0)
    await commits.close()
    assert await asked == "a"
    with pytest.raises(JournalError, match="closed"):
        await write(commits, "b")
    assert store.kept == ["a"]


def test_one_thread_serves_several_event_loops() -> None:
    commits = Commits(store := FakeStore())

    async def some(name: str) -> None:
        await asyncio.gather(*(write(commits, name) for _ in range(20)))

    threads = [threading.Thread(target=asyncio.run, args=(some(name),)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asyncio.run(commits.close())
    assert sorted(store.kept) == sorted("abcd" * 20)


def test_a_loop_that_ended_while_it_waited_stops_nobody() -> None:
    commits = Commits(store := FakeStore())
    store.gate.clear()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(write(commits, "a"), 0.05)

    asyncio.run(give_up())
    store.gate.set()
    assert asyncio.run(write(commits, "b")) == "b"
    asyncio.run(commits.close())
