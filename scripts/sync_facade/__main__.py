"""The command behind scripts/generate-sync."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from sync_facade.errors import FacadeError
from sync_facade.formatting import format_folder
from sync_facade.modules import modules

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "nosana_chain" / "sync" / "generated"


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="scripts/generate-sync", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is not what it should be")
    return parser.parse_args()


def generated() -> dict[str, str]:
    """The content of every file, by its name, formatted as the project is."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in modules():
            (Path(folder) / name).write_text(content)
        format_folder(Path(folder), ROOT)
        return {file.name: file.read_text() for file in sorted(Path(folder).glob("*.py"))}


def main() -> int:
    """Write the files, or compare them."""
    check = parse_arguments().check
    try:
        fresh = generated()
    except FacadeError as error:
        print(f"generate-sync: {error}", file=sys.stderr)
        return 1
    return compare(fresh) if check else install(fresh)


def install(fresh: dict[str, str]) -> int:
    """Replace what is there."""
    TARGET.mkdir(exist_ok=True)
    for file in TARGET.glob("*.py"):
        file.unlink()
    for name, content in fresh.items():
        (TARGET / name).write_text(content)
    print(f"wrote {len(fresh)} files in {TARGET.relative_to(ROOT)}")
    return 0


def compare(fresh: dict[str, str]) -> int:
    """Name every file that is missing, stale or different; 1 if there is one, else 0."""
    there = {file.name: file.read_text() for file in TARGET.glob("*.py")}
    drift = sorted(name for name in {*fresh, *there} if fresh.get(name) != there.get(name))
    for name in drift:
        print(f"differs from what the classes give: {(TARGET / name).relative_to(ROOT)}", file=sys.stderr)
    if drift:
        print("run scripts/generate-sync and commit the result", file=sys.stderr)
        return 1
    print(f"{len(fresh)} files are what the asynchronous classes give")
    return 0


if __name__ == "__main__":
    sys.exit(main())
