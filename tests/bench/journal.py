"""Posts a second through the journal: begin, record and conclude of each durable before it goes on.

The peer is what one would write without it: the same three writes of each post, plainly, one commit each. All in one
run, on one disk, in alternating order; the best of some rounds. CPU is that of this process, with SQLite and its
flushes.
"""

# ruff: noqa: T201 - a command prints

import argparse
import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from harness.journals.actors import BOUND, intent, intents, lease_of, signed
from harness.journals.postgres import NoServerError, PostgresServer

from nosana_chain.engine.journal import Balance, Conclusion, Journal, Outcome, PostgresJournal, SqliteJournal

AIM = 1_000  # posts a second, against an endpoint that answers at once
RICH = Balance(nos=10**15, lamports=10**15, slot=10**9)
_TABLE = "CREATE TABLE posts (id TEXT PRIMARY KEY, terms TEXT, bytes {bytes}, outcome TEXT)"
_WRITES = (
    ("INSERT INTO posts (id, terms) VALUES (?, ?)", lambda key, content: (key, "terms" * 20)),
    ("UPDATE posts SET bytes = ? WHERE id = ?", lambda key, content: (content, key)),
    ("UPDATE posts SET outcome = 'landed' WHERE id = ?", lambda key, content: (key,)),
)


async def post(journal: Journal, key: str) -> None:
    (begun,) = await journal.begin([intent(key)], balance=RICH)
    attempt = signed(key, lease_of(begun))
    await journal.record([attempt])
    await journal.conclude([Conclusion(attempt.signature, Outcome.landed(9))])


async def at_once(journal: Journal, count: int) -> None:
    await asyncio.gather(*(post(journal, f"key-{number}") for number in range(count)))


async def one_by_one(journal: Journal, count: int) -> None:
    for number in range(count):
        await post(journal, f"key-{number}")


async def packs(journal: Journal, count: int) -> None:
    """Packs of four, begun together, recorded together: as `send_all` does it."""
    leases = [lease_of(each) for each in await journal.begin(intents(count), balance=RICH)]
    attempts = [signed(f"{at}", *leases[at : at + 4], bound=BOUND) for at in range(0, count, 4)]
    await journal.record(attempts)
    await journal.conclude([Conclusion(attempt.signature, Outcome.landed(9)) for attempt in attempts])


def plain(execute: Callable[[str, tuple[Any, ...]], object], count: int) -> None:
    for number in range(count):
        for sql, parameters in _WRITES:
            execute(sql, parameters(f"key-{number}", bytes(1_000)))


def plain_sqlite(folder: Path, count: int) -> None:
    with closing(sqlite3.connect(folder / "plain.sqlite", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(_TABLE.format(bytes="BLOB"))
        plain(connection.execute, count)


def plain_postgres(url: str, count: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_TABLE.format(bytes="BYTEA"))  # type: ignore[arg-type]
        plain(lambda sql, parameters: connection.execute(sql.replace("?", "%s"), parameters), count)  # type: ignore[arg-type]


def rate(count: int, work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)


def ours(make: Callable[[], Journal], work: Callable[[Journal, int], Awaitable[None]], count: int) -> float:
    async def run() -> float:
        journal = make()
        await journal.show("opened")  # the file is made before the clock runs
        start = time.perf_counter()
        await work(journal, count)
        seconds = time.perf_counter() - start
        await journal.close()
        return count / seconds

    return asyncio.run(run())


@contextmanager
def new_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bench-journal-") as name:
        yield Path(name)


def sqlite_rates(work: Callable[[Journal, int], Awaitable[None]], count: int, peers: int) -> tuple[float, float]:
    with new_folder() as folder:
        mine = ours(lambda: SqliteJournal(folder / "journal.sqlite"), work, count)
        return mine, rate(peers, lambda: plain_sqlite(folder, peers))


def postgres_rates(
    server: PostgresServer, work: Callable[[Journal, int], Awaitable[None]], count: int, peers: int
) -> tuple[float, float]:
    def fresh() -> str:
        url = server.fresh_url()
        with psycopg.connect(url) as connection:
            (name,) = connection.execute("SELECT current_setting('search_path')").fetchone() or ("",)
            connection.execute(f"CREATE SCHEMA {name}")  # type: ignore[arg-type]
        return url

    first, second = fresh(), fresh()
    return ours(lambda: PostgresJournal(first), work, count), rate(peers, lambda: plain_postgres(second, peers))


def row(work: str, rates: Callable[[], tuple[float, float]], rounds: int, aim: float | None) -> dict[str, Any]:
    found = [rates() for _ in range(rounds)]
    mine, peer = max(each[0] for each in found), max(each[1] for each in found)
    return {"work": work, "ours": round(mine, 1), "peer": round(peer, 1), "ratio": round(mine / peer, 2), "aim": aim}


def cpu_row(count: int, rounds: int) -> dict[str, Any]:
    """Milliseconds of CPU a post; less is better, so the ratio is the peer's by ours."""

    def used(run: Callable[[Path], object], each: int) -> float:
        with new_folder() as folder:
            start = time.process_time()
            run(folder)
            return (time.process_time() - start) / each * 1_000

    few = max(50, count // 10)
    mine = min(
        used(lambda folder: ours(lambda: SqliteJournal(folder / "journal.sqlite"), at_once, count), count)
        for _ in range(rounds)
    )
    peer = min(used(lambda folder: plain_sqlite(folder, few), few) for _ in range(rounds))
    work = f"ms of CPU a post, {count} at once, SQLite"
    return {"work": work, "ours": round(mine, 3), "peer": round(peer, 3), "ratio": round(peer / mine, 2), "aim": None}


def measure(count: int, rounds: int) -> list[dict[str, Any]]:
    few = max(50, count // 10)
    rows = [
        row(f"{count} posts/s, all at once, SQLite", lambda: sqlite_rates(at_once, count, few), rounds, AIM),
        row(f"{few} posts/s, one by one, SQLite", lambda: sqlite_rates(one_by_one, few, few), rounds, None),
        row("240 posts/s, send_all in packs of 4, SQLite", lambda: sqlite_rates(packs, 240, few), rounds, AIM),
        cpu_row(count, rounds),
    ]
    with new_folder() as folder:
        folder.chmod(0o755)
        try:
            server = PostgresServer(folder / "server", fsync=True)
        except NoServerError as error:
            print(f"no PostgreSQL here: {error}")
            return rows
        try:
            for name, work, many, aim in (
                ("all at once", at_once, count, AIM),
                ("one by one", one_by_one, few, None),
                ("in packs of 4", packs, 240, AIM),
            ):
                rates = lambda work=work, many=many: postgres_rates(server, work, many, few)  # noqa: E731
                rows.append(row(f"{many} posts/s, {name}, PostgreSQL", rates, rounds, aim))
        finally:
            server.close()
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench journal", description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000, help="how many at once (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="the best of how many (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    arguments = parser.parse_args()
    rows = measure(arguments.posts, arguments.rounds)
    for each in rows:
        aim = f"  aim {each['aim']}" if each["aim"] else ""
        print(f"{each['work']:52} ours {each['ours']:>8}  plain {each['peer']:>8}  {each['ratio']:>6} times{aim}")
    if arguments.json:
        arguments.json.write_text(json.dumps({"rows": rows}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
