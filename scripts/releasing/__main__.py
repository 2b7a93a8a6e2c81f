"""The command behind scripts/release."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from releasing.build import build, try_wheel
from releasing.refusals import refusals

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Go through all of it; 1 with one line for each reason why not."""
    parser = argparse.ArgumentParser(prog="scripts/release", description=__doc__)
    parser.add_argument("version")
    parser.add_argument("--no-tag", action="store_true", help="all but the tag")
    arguments = parser.parse_args()
    reasons = list(refusals(ROOT, arguments.version))
    if reasons:
        print("\n".join(f"release: {reason}" for reason in reasons), file=sys.stderr)
        return 1
    try:
        _release(arguments.version, tag=not arguments.no_tag)
    except subprocess.CalledProcessError as error:
        print(f"release: {error}; nothing was tagged", file=sys.stderr)
        return 1
    return 0


def _release(version: str, *, tag: bool) -> None:
    _run("scripts/check")
    wheel, sdist = build(ROOT, ROOT / "dist", version)
    print(try_wheel(wheel, version))
    if tag:
        _run("git", "tag", "--annotate", f"v{version}", "--message", f"nosana-chain {version}")
    print(f"built {wheel.relative_to(ROOT)} and {sdist.relative_to(ROOT)}" + (f", tagged v{version}" if tag else ""))


def _run(*command: str) -> None:
    subprocess.run(command, cwd=ROOT, check=True, stdin=subprocess.DEVNULL)  # noqa: S603  our own


if __name__ == "__main__":
    sys.exit(main())
