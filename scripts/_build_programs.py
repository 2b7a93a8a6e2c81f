"""Build the local programs in a temporary folder, then install or compare: scripts/build-programs."""

import argparse
import sys
import tempfile
from pathlib import Path

from nosana_chain.localnet.build.compiler import Compiler
from nosana_chain.localnet.build.errors import BuildError
from nosana_chain.localnet.build.output import differences, install
from nosana_chain.localnet.build.programs import PROGRAMS_FOLDER, build_programs

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Do what the command line asks for; 0, or 1 with lines that say what is wrong."""
    parser = argparse.ArgumentParser(prog="scripts/build-programs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a rebuild gives other files")
    check = parser.parse_args().check
    try:
        with tempfile.TemporaryDirectory() as folder:
            build_programs(Compiler.pinned_by(ROOT / "pyproject.toml"), ROOT, Path(folder))
            return compare(Path(folder)) if check else replace(Path(folder))
    except BuildError as error:
        print(f"build-programs: {error}", file=sys.stderr)
        return 1


def compare(built: Path) -> int:
    """Name the files of the project that a build would change."""
    drift = differences(built, ROOT / PROGRAMS_FOLDER)
    for file in drift:
        print(f"differs from what a rebuild gives: {PROGRAMS_FOLDER / file}", file=sys.stderr)
    if drift:
        print("run scripts/build-programs and commit the result", file=sys.stderr)
        return 1
    print("the local programs are what a rebuild gives")
    return 0


def replace(built: Path) -> int:
    """Put a build's files into the project."""
    print(f"wrote {install(built, ROOT / PROGRAMS_FOLDER)} files below {PROGRAMS_FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
