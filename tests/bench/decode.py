"""Accounts decoded a second, one by one: ours against AnchorPy's and against those of Nosana's official client.

AnchorPy runs in an environment of its own, the official client under Node.js with decoders that are made once. All have
the same accounts, in one run and in alternating order; a figure is the median of the rounds, in seconds of the process'
CPU, and the ratio that of what was measured one after the other. Ours gives a model with addresses and units; the CIDs
of a job become text when they are asked for, and are asked for where the row says so. Every account is another one, and
nothing is kept between two. Where no aim was set it is 1: not slower.
"""

# ruff: noqa: T201 - a command prints

from __future__ import annotations

import argparse
import json
import random
import runpy
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from node_process import NodeProcess, node_script
from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime.layout import AccountLayout
from nosana_chain.bindings.layouts.jobs import JOB_ACCOUNT, MARKET_ACCOUNT
from nosana_chain.bindings.layouts.staking import STAKE_ACCOUNT
from nosana_chain.models.job import Job, JobState
from nosana_chain.models.market import Market, QueueKind
from nosana_chain.models.stake import Stake

ROOT = Path(__file__).parents[2]
INTEROP = ROOT / "tests" / "interop"
ACCOUNTS = 100  # of each kind
QUEUED = 100  # keys in a market
MARKET_BYTES = 10_224  # as the program allocates it
BATCH_SECONDS = 0.1  # of CPU, about, that one figure takes
SEED = 20261127

#: What decodes these accounts so many times over: seconds of CPU.
Decode = Callable[[list[bytes], int], float]


def random_account(layout: AccountLayout, draw: random.Random, **fixed: int) -> bytes:
    """An account with any values, but those that are `fixed`."""
    data = bytearray(layout.build(**{field.name: bytes(field.size) for field in layout.fields}))
    for field in layout.fields:
        value: int | bytes = fixed.get(field.name, draw.randbytes(field.size))
        data[field.offset : field.offset + field.size] = field.encode(value)
    return bytes(data)


def market(draw: random.Random) -> bytes:
    head = random_account(MARKET_ACCOUNT, draw, queue_type=QueueKind.JOBS)[: MARKET_ACCOUNT.tail_offset]
    return (head + QUEUED.to_bytes(4, "little") + draw.randbytes(32 * QUEUED)).ljust(MARKET_BYTES, b"\0")


def job(draw: random.Random) -> bytes:
    return random_account(JOB_ACCOUNT, draw, state=JobState.DONE)


def stake(draw: random.Random) -> bytes:
    return random_account(STAKE_ACCOUNT, draw)


def ours(read: Callable[[Pubkey, bytes], Any]) -> Decode:
    address = Pubkey.new_unique()

    def decode(accounts: list[bytes], rounds: int) -> float:
        begun = time.process_time()
        for _ in range(rounds):
            for data in accounts:
                read(address, data)
        return time.process_time() - begun

    return decode


def theirs(process: NodeProcess, **facts: Any) -> Decode:
    def decode(accounts: list[bytes], rounds: int) -> float:
        told = process.ask("decode", accounts=[data.hex() for data in accounts], rounds=rounds, **facts)
        return float(told)

    return decode


def with_cids(address: Pubkey, data: bytes) -> tuple[str, str | None]:
    read = Job.decode(address, data)
    return read.definition_cid, read.result_cid


@dataclass(frozen=True)
class Row:
    """One comparison."""

    work: str
    make: Callable[[random.Random], bytes]
    ours: Decode
    peer: Decode
    aim: float

    def measured(self, rounds: int) -> dict[str, Any]:
        accounts = [self.make(random.Random(SEED + number)) for number in range(ACCOUNTS)]
        sides = {"ours": self.ours, "peer": self.peer}
        repeats = {name: _repeats(decode, accounts) for name, decode in sides.items()}
        rates: dict[str, list[float]] = {name: [] for name in sides}
        for number in range(rounds):
            for name in sorted(sides, reverse=number % 2 == 1):
                seconds = sides[name](accounts, repeats[name])
                rates[name].append(ACCOUNTS * repeats[name] / seconds)
        own, peer = (statistics.median(rates[name]) for name in sides)
        ratio = statistics.median(one / other for one, other in zip(rates["ours"], rates["peer"], strict=True))
        return {
            "work": self.work,
            "ours": round(own),
            "peer": round(peer),
            "ratio": round(ratio, 2),
            "aim": self.aim,
        }


def _repeats(decode: Decode, accounts: list[bytes]) -> int:
    """How often a side goes over the accounts for one figure; what it takes to find that out warms it up."""
    repeats = 1
    while (seconds := decode(accounts, repeats)) < BATCH_SECONDS / 3:
        repeats *= 2
    return max(1, round(repeats * BATCH_SECONDS / seconds))


@contextmanager
def anchorpy() -> Iterator[NodeProcess]:
    """AnchorPy in the environment that scripts/generate-bindings makes."""
    prepare = runpy.run_path(str(ROOT / "scripts" / "bindings" / "environment.py"))["prepare"]
    python = prepare(ROOT / ".tools" / "anchorpy").folder / "bin" / "python"
    command = [python, INTEROP / "anchorpy" / "decode.py", ROOT / "idl"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        yield NodeProcess(process.stdin, process.stdout)
        process.stdin.close()


def rows(anchor: NodeProcess, kit: NodeProcess) -> list[Row]:
    by_anchor = {program: theirs(anchor, program=program) for program in ("jobs", "staking")}
    queue = f"market accounts with {QUEUED} queued keys a second"
    return [
        Row("job accounts a second, against AnchorPy", job, ours(Job.decode), by_anchor["jobs"], 50),
        Row("job accounts with their CIDs a second, against AnchorPy", job, ours(with_cids), by_anchor["jobs"], 1),
        Row(f"{queue}, against AnchorPy", market, ours(Market.decode), by_anchor["jobs"], 8),
        Row("stake accounts a second, against AnchorPy", stake, ours(Stake.decode), by_anchor["staking"], 1),
        Row("job accounts a second, against @nosana/kit", job, ours(Job.decode), theirs(kit, kind="JobAccount"), 1),
        Row(
            "job accounts with their CIDs a second, against @nosana/kit",
            job,
            ours(with_cids),
            theirs(kit, kind="JobAccount", cids=True),
            1,
        ),
        Row(f"{queue}, against @nosana/kit", market, ours(Market.decode), theirs(kit, kind="MarketAccount"), 1),
        Row(
            "stake accounts a second, against @nosana/kit",
            stake,
            ours(Stake.decode),
            theirs(kit, kind="StakeAccount"),
            1,
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=21, help="figures of each side, whose median counts")
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    given = parser.parse_args()
    measured = []
    with ExitStack() as stack:
        kit = NodeProcess(*stack.enter_context(node_script(INTEROP / "nosana_kit" / "decode.mjs")))
        for row in rows(stack.enter_context(anchorpy()), kit):
            measured.append(row.measured(given.rounds))
            print("{work}: {ours} / {peer} = {ratio} (aim {aim})".format(**measured[-1]), flush=True)
    if given.json:
        given.json.write_text(json.dumps({"rows": measured}, indent=1) + "\n")


if __name__ == "__main__":
    main()
