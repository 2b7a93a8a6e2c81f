"""The command behind scripts/lock."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from locking.licences import licence_problems, licences_page
from locking.lockfile import compile_lock, lock_problems, locked_versions

ROOT = Path(__file__).resolve().parents[2]
LOCK, PAGE = ROOT / "requirements-dev.txt", ROOT / "docs" / "licences.md"


def main() -> int:
    """Write lock and page, or compare them; 1 with lines that say what is wrong."""
    parser = argparse.ArgumentParser(prog="scripts/lock", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if something isn't locked or listed")
    if not parser.parse_args().check:
        try:
            compile_lock(ROOT, LOCK)
        except subprocess.CalledProcessError as error:
            print(f"lock: {error}; see the lines above", file=sys.stderr)
            return 1
        PAGE.write_text(licences_page(ROOT, locked_versions(LOCK.read_text())))
    locked = locked_versions(LOCK.read_text())
    problems = [*lock_problems(ROOT, locked), *licence_problems(PAGE.read_text(), locked)]
    for problem in problems:
        print(f"{problem}: run scripts/lock and commit what it writes", file=sys.stderr)
    if not problems:
        print(f"{len(locked)} packages are locked, and their licences listed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
