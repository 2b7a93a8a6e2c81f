"""Four processes that share a wallet and a journal: each key is asked for by two of them; exits 1 if it isn't exact.

In a file, and in PostgreSQL, whose server is killed midway.
"""

# ruff: noqa: T201 - a command prints

import argparse
import asyncio
import json
import tempfile
from pathlib import Path

from harness.faults import fast_town
from harness.journals.postgres import NoServerError, PostgresServer
from harness.sharing import Shared, share

DEFAULT_POSTS = 500


async def in_file(folder: Path, posts: int) -> Shared:
    async with fast_town() as scene:
        return await share(scene, str(folder / "journal.sqlite"), posts)


async def in_postgres(folder: Path, posts: int) -> Shared:
    server = PostgresServer(folder / "server", fsync=True)

    async def kill() -> None:
        await asyncio.sleep(2)
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(1)
        await asyncio.to_thread(server.start)

    try:
        async with fast_town() as scene:
            return await share(scene, server.fresh_schema(), posts, meanwhile=kill)
    finally:
        server.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench sharing", description=__doc__)
    parser.add_argument("--posts", type=int, default=DEFAULT_POSTS, help="in all (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    arguments = parser.parse_args()
    rows = []
    for name, run in (("SQLite", in_file), ("PostgreSQL, killed midway", in_postgres)):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o755)
            try:
                shared = asyncio.run(run(Path(folder), arguments.posts))
            except NoServerError as error:
                print(f"no PostgreSQL here: {error}")
                continue
        print(f"{name}: {arguments.posts} posts in {shared.seconds:.1f} s; on the way {dict(shared.errors)}")
        print(*shared.wrong, sep="\n")
        work = f"{arguments.posts} posts of 4 processes, {name}: not exact"
        rows.append({"work": work, "ours": len(shared.wrong), "peer": None, "ratio": None, "aim": 0})
    if arguments.json:
        arguments.json.write_text(json.dumps({"rows": rows}, indent=2) + "\n")
    return 1 if any(row["ours"] for row in rows) else 0


if __name__ == "__main__":
    raise SystemExit(main())
