"""Random calls through the programs' .so files and the model side by side; exits 1 if any differ."""

# ruff: noqa: T201 - a command prints

import argparse
from collections.abc import Iterable
from pathlib import Path

from behaviour.vectors import write_cases
from fidelity.compare import DEFAULT_SEED, Difference, compare
from fidelity.report import coverage, reproducer, summary

DEFAULT_CALLS = 20_000
SHOWN_DIFFERENCES = 10


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench fidelity", description=__doc__)
    parser.add_argument("--calls", type=int, default=DEFAULT_CALLS, help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="which ones (default: %(default)s)")
    parser.add_argument("--outcomes", action="store_true", help="list every outcome: instruction, error name, field")
    parser.add_argument("--save", type=Path, metavar="DIR", help="write differing calls as cases for the replay")
    return parser.parse_args()


def save(folder: Path, differences: Iterable[Difference]) -> None:
    by_build: dict[str, list[Difference]] = {}
    for difference in differences:
        by_build.setdefault(difference.build, []).append(difference)
    for build, found in by_build.items():
        print("saved", write_cases(folder, build, (difference.case for difference in found)))
    print(f"see them again: scripts/test tests/localnet/replay --vectors {folder}")


def main() -> int:
    arguments = parse_arguments()
    comparison = compare(arguments.calls, arguments.seed)
    for difference in comparison.differences[:SHOWN_DIFFERENCES]:
        print(*reproducer(difference), "", sep="\n")
    if arguments.save and comparison.differences:
        save(arguments.save, comparison.differences)
    if arguments.outcomes:
        print(*coverage(comparison), sep="\n")
    print(*summary(comparison), sep="\n")
    return 1 if comparison.differences else 0


if __name__ == "__main__":
    raise SystemExit(main())
