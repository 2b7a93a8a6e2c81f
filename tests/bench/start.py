"""How long the command line takes to start: help, a first answer and a first table, beside a bare import of solders
and, where there is Node.js, the import of Nosana's official client.

Usage: scripts/bench start [--runs N]
"""

# ruff: noqa: T201 - a command prints

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from harness.command_line import write_key
from npm import install_script

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
        every = {**RUNS, **_official()}
        took: dict[str, list[Took]] = {name: [] for name in every}
        for _ in range(runs + 1):  # the first one fills caches
            for name, command in every.items():
                took[name].append(_timed(command, environ))
    middles = {name: _middle(each[1:]) for name, each in took.items()}
    base = middles[BASE]
    for name, one in middles.items():
        times = f"{one.seconds / base.seconds:5.2f} times, of CPU {one.cpu / base.cpu:5.2f}"
        print(f"{name:<26} {one.seconds * 1000:6.0f} ms  {times}")
    slow = [name for name, one in middles.items() if name.endswith("--help") and one.cpu > MOST * base.cpu]
    if slow:
        sys.exit(f"more than {MOST} times the CPU of {BASE!r}: {', '.join(slow)}")


class Took(NamedTuple):
    """Seconds by the clock, and of a processor: the second is the same on a machine that has much else to do."""

    seconds: float
    cpu: float


def _official() -> dict[str, Sequence[str]]:
    """The official client's import, from where its packages are installed for the tests."""
    node = shutil.which("node")
    if node is None:
        return {}
    script = install_script(Path(__file__).parents[1] / "interop" / "nosana_kit" / "post.mjs")
    entry = script.with_name("only_import.mjs")
    entry.write_text("import '@nosana/kit';\n")
    return {"node, import @nosana/kit": (node, str(entry))}


def _timed(command: Sequence[str], environ: dict[str, str]) -> Took:
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=environ, check=True, capture_output=True)
    seconds, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Took(seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _middle(each: Sequence[Took]) -> Took:
    return Took(statistics.median(one.seconds for one in each), statistics.median(one.cpu for one in each))


if __name__ == "__main__":
    main()
