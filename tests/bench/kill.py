"""A process that posts ends by SIGKILL at every touch of network and journal, and is started again; exits 1 at a fault.

In each story one job and one deposit must be the end of it, or a refusal that says why.
"""

# ruff: noqa: T201 - a command prints

import argparse
import asyncio
import json
import tempfile
from itertools import islice
from pathlib import Path

from harness.killing import long_form, play_all


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench kill", description=__doc__)
    parser.add_argument("--points", type=int, default=10_000, help="at most so many (default: all, 300 and more)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place, counts = asyncio.run(play_all(islice(long_form(), arguments.points), Path(folder)))
    total = sum(counts.values())
    rows = [{"work": work, "ours": count, "peer": None, "ratio": None, "aim": None} for work, count in counts.items()]
    rows.append({"work": "stories in all", "ours": total, "peer": None, "ratio": None, "aim": 300})
    rows.append({"work": "lives ended by SIGKILL", "ours": place.killed, "peer": None, "ratio": None, "aim": None})
    rows.append({"work": "refusals that say why", "ours": place.refused, "peer": None, "ratio": None, "aim": None})
    rows.append(
        {"work": "stories lost or paid twice", "ours": len(place.faults), "peer": None, "ratio": None, "aim": 0}
    )
    for row in rows:
        print(f"{row['work']:40} {row['ours']:>6}")
    print(*place.faults, sep="\n")
    if arguments.json:
        arguments.json.write_text(json.dumps({"rows": rows}, indent=2) + "\n")
    return 1 if place.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
