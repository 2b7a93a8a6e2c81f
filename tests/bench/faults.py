"""Posts through a proxy that fails and lies, so many of each kind; exits 1 if one is lost, double, or dearer.

Each post is asked for once through the proxy, and once more without it under the same key.
"""

# ruff: noqa: T201 - a command prints

import argparse
import asyncio
import json
import tempfile
from pathlib import Path

from harness.faults import KINDS, Tally, fast_town, run_kind

from nosana_chain.engine.journal import SqliteJournal

DEFAULT_POSTS = 1_000
A_NETWORK = 100  # posts


async def measure(kinds: list[str], posts: int, seed: int) -> dict[str, Tally]:
    """Every kind, each time another seed and a network of its own: Surfpool slows down as its history grows."""
    tallies = {kind: Tally() for kind in kinds}
    for kind, tally in tallies.items():
        for start in range(0, posts, A_NETWORK):
            with tempfile.TemporaryDirectory() as folder:
                async with fast_town() as scene, SqliteJournal(Path(folder) / "journal.sqlite") as journal:
                    count = min(A_NETWORK, posts - start)
                    tally.add(await run_kind(kind, count, scene, journal, seed=seed + start))
        wrong = f"lost {tally.lost}, double {tally.double}, dearer {tally.dearer}, foreign {tally.foreign[:3]}"
        print(f"{kind:32} {tally.posts:>5} posts, {tally.posted:>5} at once; {wrong}; {tally.errors}", flush=True)
    return tallies


def row(kind: str, tally: Tally) -> dict[str, object]:
    wrong = tally.lost + tally.double + tally.dearer + len(tally.foreign)
    work = f"{tally.posts} posts, {kind}: lost, double, dearer or another's error"
    return {"work": work, "ours": wrong, "peer": None, "ratio": None, "aim": 0}


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench faults", description=__doc__)
    parser.add_argument("--posts", type=int, default=DEFAULT_POSTS, help="of each kind (default: %(default)s)")
    parser.add_argument("--kind", action="append", choices=list(KINDS), help="only this one; may be repeated")
    parser.add_argument("--seed", type=int, default=8, help="of chance (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    arguments = parser.parse_args()
    tallies = asyncio.run(measure(arguments.kind or list(KINDS), arguments.posts, arguments.seed))
    if arguments.json:
        rows = [row(kind, tally) for kind, tally in tallies.items()]
        arguments.json.write_text(json.dumps({"rows": rows}, indent=2) + "\n")
    return 0 if all(tally.is_exact for tally in tallies.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
