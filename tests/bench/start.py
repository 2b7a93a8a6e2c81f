"""How long the command line takes to start: a bare import of solders beside help, a first answer and a first table.

Usage: scripts/bench start [--runs N]
"""

# ruff: noqa: T201 - a command prints

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.command_line import write_key

from nosana_chain.wallet import Wallet

BASE = "import solders"
MOST = 1.5  #: times the base that any help may take

PROGRAM = (sys.executable, "-m", "nosana_chain")
RUNS: dict[str, Sequence[str]] = {
    BASE: (sys.executable, "-c", "import solders"),
    "import click": (sys.executable, "-c", "import click"),
    "import nosana_chain": (sys.executable, "-c", "import nosana_chain"),
    "import NosanaClient": (sys.executable, "-c", "from nosana_chain import NosanaClient"),
    "--help": (*PROGRAM, "--help"),
    "stake --help": (*PROGRAM, "stake", "--help"),
    "stake topup --help": (*PROGRAM, "stake", "topup", "--help"),
    "pool open-vesting --help": (*PROGRAM, "pool", "open-vesting", "--help"),
    "tx nonce create --help": (*PROGRAM, "tx", "nonce", "create", "--help"),
    "stake estimate": (*PROGRAM, "stake", "estimate", "1000", "90d"),
    "wallet address": (*PROGRAM, "wallet", "address"),
    "config show, a table": (*PROGRAM, "config", "show", "--output", "table"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="of each, one after the other, so that all share the load")
    runs = parser.parse_args().runs
    with TemporaryDirectory() as folder:
        key = write_key(Path(folder) / "id.json", Wallet.generate())
        environ = {**os.environ, "HOME": folder, "NOSANA_WALLET": str(key)}
        took: dict[str, list[float]] = {name: [] for name in RUNS}
        for _ in range(runs + 1):  # the first one fills caches
            for name, command in RUNS.items():
                took[name].append(_seconds(command, environ))
    base = _middle(took[BASE])
    for name, each in took.items():
        print(f"{name:<26} {_middle(each) * 1000:6.0f} ms  {_middle(each) / base:5.2f} times")
    slow = [name for name in RUNS if name.endswith("--help") and _middle(took[name]) > MOST * base]
    if slow:
        sys.exit(f"more than {MOST} times {BASE!r}: {', '.join(slow)}")


def _seconds(command: Sequence[str], environ: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, env=environ, check=True, capture_output=True)
    return time.perf_counter() - begun


def _middle(each: list[float]) -> float:
    return statistics.median(each[1:])


if __name__ == "__main__":
    main()
