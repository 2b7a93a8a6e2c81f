"""A file that is damaged, foreign, newer, unwritable or gone is told, and never silently made anew."""

import os
import pickle
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from harness.journals.actors import SCOPE, START, FakeClock, intent, intents, lease_of, signed, wallet

from nosana_chain.engine.journal import Balance, Conclusion, Outcome, Owner, SqliteJournal, StoredJournal
from nosana_chain.engine.journal.schema import MIGRATIONS
from nosana_chain.engine.journal.sqlite import FileStore
from nosana_chain.engine.journal.sqlite_database import SqliteDatabase
from nosana_chain.engine.journal.sqlite_file import FileLock, default_path
from nosana_chain.engine.keys import Seed
from nosana_chain.errors import JournalError, ReservedFundsError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.sqlite"


async def begin(path: Path, *keys: str) -> None:
    async with SqliteJournal(path, clock=FakeClock()) as journal:
        await journal.begin([intent(key) for key in keys or ("order-1",)])


async def refusal(path: Path) -> str:
    with pytest.raises(JournalError) as caught:
        await begin(path)
    error = caught.value
    assert "nothing was signed" in error.message
    assert error.place == str(path)
    assert error.__cause__ is None
    assert error.__context__ is None
    assert pickle.loads(pickle.dumps(error)).message == error.message  # noqa: S301  ours
    return error.message


async def test_only_its_owner_may_read_it(path: Path) -> None:
    old = os.umask(0)
    try:
        async with SqliteJournal(path) as journal:
            await journal.begin([intent()])
            modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    finally:
        os.umask(old)
    assert set(modes) == {"journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm", "journal.sqlite-lock"}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_a_file_that_others_may_read_is_closed_to_them(path: Path) -> None:
    await begin(path)
    path.chmod(0o644)
    await begin(path, "order-2")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_it_is_synced_at_every_commit(path: Path) -> None:
    database = FileStore(path, FakeClock()).connect()
    with closing(database):
        assert database.execute("PRAGMA synchronous") == [(2,)]  # FULL
        assert database.execute("PRAGMA journal_mode") == [("wal",)]


async def test_nothing_is_made_before_it_is_needed(path: Path) -> None:
    journal = SqliteJournal(path)
    assert str(path) in repr(journal)
    await journal.close()
    assert not path.parent.exists()


async def test_no_secret_stays_in_it(path: Path) -> None:
    seed = Seed(b"held-seed-of-a-throw-away-account"[:32])
    async with SqliteJournal(path, clock=FakeClock()) as journal:
        (begun,) = await journal.begin([intent(held_seed=seed)])
        await journal.record([attempt := signed("a", lease_of(begun))])
        await journal.conclude([Conclusion(attempt.signature, Outcome.landed(1, final=True))])
        assert seed.reveal() in path.with_name("journal.sqlite-wal").read_bytes()  # so the test could fail
    assert seed.reveal() not in path.read_bytes()
    assert not path.with_name("journal.sqlite-wal").exists()


@pytest.mark.parametrize("damage", [b"", b"not a database at all, but long enough to be read" * 100])
async def test_a_file_that_lost_its_content(path: Path, damage: bytes) -> None:
    await begin(path)
    path.write_bytes(damage)
    assert "empty" in (message := await refusal(path)) or "damaged" in message
    assert path.read_bytes() == damage


async def test_a_file_with_a_damaged_page(path: Path) -> None:
    await begin(path, *(f"order-{number}" for number in range(50)))
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 9] = os.urandom(4096 * 6)
    path.write_bytes(content)
    assert "damaged" in await refusal(path)
    assert path.read_bytes() == content


async def test_a_file_cut_short(path: Path) -> None:
    await begin(path, *(f"order-{number}" for number in range(50)))
    content = path.read_bytes()[: 4096 * 4]
    path.write_bytes(content)
    assert "damaged" in await refusal(path)


async def test_a_write_ahead_log_without_its_file(path: Path) -> None:
    await begin(path)
    path.with_name("journal.sqlite-wal").write_bytes(b"left")
    path.unlink()
    assert "journal.sqlite-wal is there" in await refusal(path)
    assert not path.exists()


async def test_a_database_of_something_else(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE photos (name TEXT)")
        other.commit()
    before = path.read_bytes()
    assert "something else" in await refusal(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("kind", ["folder", "fifo"])
async def test_no_regular_file(path: Path, kind: str) -> None:
    path.parent.mkdir()
    path.mkdir() if kind == "folder" else os.mkfifo(path)
    assert "no regular file" in await refusal(path)


async def test_a_file_where_the_folder_belongs(path: Path) -> None:
    path.parent.write_text("in the way")
    assert await refusal(path)


async def test_a_file_deleted_while_it_is_in_use(path: Path) -> None:
    async with SqliteJournal(path) as journal:
        await journal.begin([intent()])
        path.unlink()
        with pytest.raises(JournalError, match="deleted or replaced"):
            await journal.begin([intent("order-2")])


async def test_a_writer_that_hangs_is_told(path: Path) -> None:
    await begin(path)
    lock = FileLock(path)
    assert lock.acquire(0)
    waiting = FileLock(path)
    assert not waiting.acquire(0.05)
    lock.release()
    assert waiting.acquire(0)
    waiting.close()
    lock.close()


NEXT = (*MIGRATIONS, "ALTER TABLE nosana_entries ADD COLUMN mood TEXT; CREATE TABLE nosana_moods (name {bytes})")


def newer(path: Path) -> StoredJournal:
    """The journal of a release that knows one more version."""
    return StoredJournal(FileStore(path, FakeClock(), NEXT))


async def test_an_older_file_is_brought_up_with_all_that_it_holds(path: Path) -> None:
    await begin(path)
    async with newer(path) as journal:
        assert [entry.intent.key for entry in await journal.pending(scope=SCOPE)] == ["order-1"]
    with closing(sqlite3.connect(path)) as found:
        assert found.execute("SELECT mood FROM nosana_entries").fetchall() == [(None,)]
        assert found.execute("PRAGMA user_version").fetchone() == (len(NEXT),)


async def test_a_file_of_before_payers_counts_what_its_wallet_began(path: Path) -> None:
    async with StoredJournal(FileStore(path, FakeClock(), MIGRATIONS[:1])) as old:
        await old.prune(ended_before=0)  # makes the file
    with closing(sqlite3.connect(path)) as found:
        found.execute(
            "INSERT INTO nosana_entries VALUES ('1', ?, ?, 'post_job', 'order-1', 0, '{}', '', '{}', '{}', NULL, 1000, "
            "10, 'open', 0, 0, 0, NULL, NULL, NULL, NULL, NULL, '', NULL, ?, NULL, NULL)",
            (SCOPE, str(wallet()), Owner.here().as_text()),
        )
        found.commit()
    async with SqliteJournal(path) as journal:
        [entry] = await journal.pending(scope=SCOPE)
        assert (entry.intent.payer, entry.intent.fee_payer, entry.intent.fee_lamports) == (wallet(), None, 0)
        with pytest.raises(ReservedFundsError):
            await journal.begin([intent("order-2")], balance=Balance(nos=1_999, lamports=100))


async def test_a_newer_file_is_refused(path: Path) -> None:
    async with newer(path) as journal:
        await journal.begin([intent()])
    assert f"version {len(NEXT)}" in await refusal(path)


async def test_a_file_that_a_newer_release_took_over_meanwhile_is_refused(path: Path) -> None:
    async with SqliteJournal(path) as old:
        await old.begin([intent()])
        async with newer(path) as journal:
            await journal.begin([intent("order-2")])
        with pytest.raises(JournalError, match="upgrade"):
            await old.begin([intent("order-3")])


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"XDG_STATE_HOME": "/x", "HOME": "/home/me"}, "/x/nosana-chain/journal.sqlite"),
        ({"XDG_STATE_HOME": "relative", "HOME": "/home/me"}, "/home/me/.local/state/nosana-chain/journal.sqlite"),
        ({"HOME": "/home/me"}, "/home/me/.local/state/nosana-chain/journal.sqlite"),
    ],
)
def test_where_it_is(environ: dict[str, str], expected: str) -> None:
    assert default_path(environ) == Path(expected)


def run(script: str, **environ: str) -> str:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, env=environ)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become a user without a home")
def test_a_user_without_a_home() -> None:
    script = """
import asyncio, os
from harness.journals.actors import intent
from nosana_chain.engine.journal import open_journal
os.setgroups([]); os.setgid(54321); os.setuid(54321)
async def main():
    try:
        await open_journal().begin([intent()])
    except Exception as error:
        print(type(error).__name__, error)
asyncio.run(main())
"""
    said = run(script, PYTHONPATH=os.pathsep.join(sys.path))
    assert said.startswith("JournalError")
    assert "no home folder" in said
    assert "journal=None" in said


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=384k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S607  of the system


async def fill(journal: SqliteJournal) -> int:
    """Begin until there is no room; how many there were."""
    for number in range(1_000):
        try:
            await journal.begin([intent(f"order-{number}", details={"note": "x" * 4_000})])
        except JournalError as error:
            return number if "disk is full" in error.message else -1
    return -1


async def test_a_full_disk_is_told_and_loses_nothing(small_disk: Path) -> None:
    path = small_disk / "journal.sqlite"
    async with SqliteJournal(path) as journal:
        kept = await fill(journal)
        assert kept > 3
        assert len(await journal.pending(scope=SCOPE)) == kept
    async with SqliteJournal(path) as journal:
        assert len(await journal.pending(scope=SCOPE)) == kept


async def test_a_read_only_disk_is_told(small_disk: Path) -> None:
    path = small_disk / "journal.sqlite"
    await begin(path)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)  # noqa: S607
    assert "read-only" in await refusal(path)


async def test_a_fork_opens_its_own(path: Path) -> None:
    script = f"""
import asyncio, os, sys
from harness.journals.actors import intent, SCOPE
from nosana_chain.engine.journal import SqliteJournal
journal = SqliteJournal({str(path)!r})
asyncio.run(journal.begin([intent("parent")]))
child = os.fork()
asyncio.run(journal.begin([intent("child" if child == 0 else "parent-2")]))
if child == 0:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
print(sorted(entry.intent.key for entry in asyncio.run(journal.pending(scope=SCOPE))))
"""
    assert run(f"import warnings; warnings.simplefilter('ignore')\n{script}", PYTHONPATH=os.pathsep.join(sys.path)) == (
        "['child', 'parent', 'parent-2']\n"
    )


def test_a_fork_does_not_hold_the_lock_of_its_parent(path: Path) -> None:
    script = f"""
import os, sys, time
from pathlib import Path
from nosana_chain.engine.journal.sqlite_file import FileLock
path = Path({str(path)!r})
path.parent.mkdir()
lock = FileLock(path)
assert lock.acquire(0)
reader, writer = os.pipe()
if os.fork() == 0:
    os.read(reader, 1)  # until the grandparent has tried
    os._exit(0)
os.close(lock._file)  # as when the parent is killed
print(FileLock(path).acquire(0.2))
os.write(writer, b"x")
os.wait()
"""
    assert run(script) == "True\n"


async def test_a_large_file_is_quick(path: Path) -> None:
    """Every look-up has its index: none scans the entries."""
    await begin(path)
    scans = []
    with closing(sqlite3.connect(path)) as found:
        for condition in (
            f"id IN ('{intent().id}')",
            "idempotency_key = 'a'",
            "scope = 'a' AND wallet = 'b' AND state = 'open'",
            "scope = 'a' AND wallet = 'b' AND landed_at > 5",
            "scope = 'a' AND wallet = 'b' AND state <> 'open' AND slot > 5",
        ):
            plan = found.execute(f"EXPLAIN QUERY PLAN SELECT SUM(nos) FROM nosana_entries WHERE {condition}").fetchall()  # noqa: S608
            scans += [row[3] for row in plan if "SCAN" in row[3]]
    assert scans == []


def test_a_file_that_is_refused_is_closed_at_once(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(sqlite3.DatabaseError, match="not a database") as caught:
        SqliteDatabase(str(path), time.time, 1)
    database = caught.traceback[-1].frame.f_locals["self"]
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        database.execute("SELECT 1")


async def test_no_number_in_it_is_a_float(path: Path) -> None:
    """SQLite compares integers with floats wrongly in a process where the x87 unit was left full."""
    async with SqliteJournal(path) as journal:  # by the real clock, which is never whole
        begun = await journal.begin(intents(2))
        await journal.record([attempt := signed("a", lease_of(begun[0]), signed_at=START + 0.123456)])
        await journal.conclude([Conclusion(attempt.signature, Outcome.landed(1, final=True))])
        await journal.renew([lease_of(begun[1])], lease_seconds=0.7)
        (entry,) = await journal.show("order-0")
        assert entry.attempts[0].signed_at == START + 0.123456  # to the microsecond
    with closing(sqlite3.connect(path)) as found:
        for table in ("nosana_entries", "nosana_attempts", "nosana_tries"):
            for row in found.execute(f"SELECT * FROM {table}"):  # noqa: S608
                assert not any(isinstance(value, float) for value in row)


async def test_what_begins_together_is_one_commit(path: Path) -> None:
    async with SqliteJournal(path) as journal:
        await journal.begin(intents(1))
        log = path.with_name("journal.sqlite-wal")
        before = log.stat().st_size
        await journal.begin(intents(240, terms={"market": "m1", "cid": "Qm1"}))
        frames = (log.stat().st_size - before) / (4096 + 24)
    assert frames < 240  # each page once, not once an entry
