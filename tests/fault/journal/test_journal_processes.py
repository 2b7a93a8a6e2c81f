"""Processes that share a journal, and processes that are killed while they write."""

import asyncio
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from harness.journals.actors import SCOPE, intent, intents, lease_of, signed
from harness.journals.postgres import PostgresServer

from nosana_chain.engine.journal import (
    AttemptState,
    EntryState,
    Journal,
    Owner,
    PostgresJournal,
    SqliteJournal,
    open_journal,
)
from nosana_chain.engine.journal.database import each
from nosana_chain.engine.journal.schema import MIGRATIONS
from nosana_chain.errors import JournalError

KEYS = 24
KILLS = 6
WORDS_A_KEY = 4  # begun, recorded, landed, done


def start(*words: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "harness.journals.worker", *map(str, words)]
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ)


def opened(place: str) -> Journal:
    journal = open_journal(place)
    assert journal is not None
    return journal


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "journal.sqlite")
    url: str = request.getfixturevalue("url")
    return url


@pytest.mark.timeout(300)
async def test_what_a_killed_process_said_is_there_and_the_next_goes_on(place: str) -> None:
    chance = random.Random(8)
    for _ in range(KILLS):
        with start("lives", place, KEYS) as worker:
            said = listen(worker, chance.randrange(1, KEYS * WORDS_A_KEY))
            worker.kill()
            rest = worker.stdout.read() if worker.stdout else ""
        whole = [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]  # the last may be cut short
        await check_facts(place, [*said, *whole])
    with start("lives", place, KEYS) as worker:
        assert worker.wait() == 0, worker.stderr.read() if worker.stderr else ""
    journal = opened(place)
    for number in range(KEYS):
        (entry,) = await journal.show(f"key-{number}")
        assert entry.state is EntryState.DONE
        assert [attempt.state for attempt in entry.attempts] == [AttemptState.FINAL]  # none was signed twice
    assert await journal.pending(scope=SCOPE) == []
    await journal.close()


def listen(worker: subprocess.Popen[str], lines: int) -> list[str]:
    assert worker.stdout is not None
    return [line.strip() for _, line in zip(range(lines), worker.stdout, strict=False)]


async def check_facts(place: str, said: list[str]) -> None:
    journal = opened(place)
    for line in said:
        word, key, *signature = line.split()
        (entry,) = await journal.show(key)
        states = {
            "begun": tuple(EntryState),
            "recorded": tuple(EntryState),
            "landed": (EntryState.LANDED, EntryState.DONE),
            "done": (EntryState.DONE,),
        }
        assert entry.state in states[word]
        assert set(signature) <= {str(attempt.signature) for attempt in entry.attempts}
    await journal.close()


@pytest.mark.timeout(300)
async def test_four_processes_begin_exactly_what_fits(place: str) -> None:
    workers = [start("compete", place, 500, 321, seed) for seed in range(4)]
    outputs = await asyncio.gather(*(asyncio.to_thread(worker.communicate) for worker in workers))
    assert [worker.returncode for worker in workers] == [0] * 4, outputs
    new = Counter(line for output, _ in outputs for line in output.splitlines() if line.startswith("new"))
    assert len(new) == 321
    assert set(new.values()) == {1}  # none twice
    journal = opened(place)
    assert {f"new {entry.intent.key}" for entry in await journal.pending(scope=SCOPE)} == set(new)
    await journal.close()


async def test_what_a_dead_process_held_is_free_at_once(place: str) -> None:
    with start("lives", place, 1) as worker:
        listen(worker, 1)
        worker.kill()
    journal = opened(place)
    (entry,) = await journal.show("key-0")
    if entry.state is EntryState.OPEN:  # it may have come further before it died
        assert entry.holder.pid == worker.pid
        assert entry.holder.is_dead()
    assert entry.holder.host == Owner.here().host
    claimed = await journal.claim([entry.id])
    assert (claimed[0] is not None) == (entry.state in (EntryState.OPEN, EntryState.LANDED))
    await journal.close()


async def test_a_server_killed_midway_is_waited_for(server: PostgresServer, url: str) -> None:
    async with PostgresJournal(url) as journal:
        await journal.begin(intents(10))

        async def post(number: int) -> None:
            (begun,) = await journal.begin([intent(f"post-{number}")])
            assert begun.is_new, "done again after a lost answer, it is still ours"
            await journal.record([signed(f"{number}", lease_of(begun))])

        async def post_all() -> None:
            for start_at in range(0, 300, 5):
                await asyncio.gather(*(post(number) for number in range(start_at, start_at + 5)))

        posting = asyncio.create_task(post_all())
        for _ in range(2):
            await asyncio.sleep(0.1)
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
        await posting
        entries = [entry for entry in await journal.pending(scope=SCOPE) if entry.intent.key.startswith("post")]
        assert len(entries) == 300
        assert {len(entry.live) for entry in entries} == {1}


async def test_a_server_that_is_not_there_is_told_at_once_without_the_password(tmp_path: Path) -> None:
    async with PostgresJournal(f"postgresql://me:open-sesame@/jobs?host={tmp_path}") as journal:
        with pytest.raises(JournalError, match="can't be reached") as caught:
            await journal.begin([intent()])
    error = caught.value
    assert "open-sesame" not in str(error) + repr(vars(error))
    assert error.__context__ is None


async def test_a_postgres_of_a_newer_release_is_refused(url: str) -> None:
    import psycopg  # noqa: PLC0415  the test alone needs it

    async with PostgresJournal(url) as journal:
        await journal.begin([intent()])
        with psycopg.connect(url) as connection:
            connection.execute("UPDATE nosana_journal SET version = version + 1")
        with pytest.raises(JournalError, match="upgrade"):
            await journal.begin([intent("order-2")])
    async with PostgresJournal(url) as journal:
        with pytest.raises(JournalError, match=f"knows version {len(MIGRATIONS)}"):
            await journal.begin([intent("order-2")])


async def test_a_commit_is_durable_even_where_the_server_would_not_wait(server: PostgresServer, url: str) -> None:
    import psycopg  # noqa: PLC0415  the test alone needs it

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER ROLE postgres SET synchronous_commit = off")
    try:
        async with PostgresJournal(url) as journal:
            await journal.begin([intent()])
            show = each(lambda database, name: database.execute(f"SHOW {name}"))
            setting = await journal._commits.ask(show, "synchronous_commit")  # noqa: SLF001
        assert setting == [("on",)]
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ALTER ROLE postgres RESET synchronous_commit")


async def test_two_files_of_the_same_wallet_are_two_journals(tmp_path: Path) -> None:
    async with SqliteJournal(tmp_path / "a") as first, SqliteJournal(tmp_path / "b") as second:
        assert (await first.begin([intent()]))[0].is_new
        assert (await second.begin([intent()]))[0].is_new
