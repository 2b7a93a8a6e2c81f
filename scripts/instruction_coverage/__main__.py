"""The command behind scripts/generate-coverage."""

from __future__ import annotations

import argparse
import sys

from instruction_coverage.errors import CoverageError
from instruction_coverage.page import PAGE, ROOT, with_table
from instruction_coverage.rows import rows


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="scripts/generate-coverage", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the table is not what the code is")
    return parser.parse_args()


def main() -> int:
    """Write the table into its page, or compare it."""
    check, page = parse_arguments().check, PAGE.read_text()
    try:
        fresh = with_table(page, rows())
    except CoverageError as error:
        print(f"generate-coverage: {error}", file=sys.stderr)
        return 1
    shown = PAGE.relative_to(ROOT)
    if not check:
        PAGE.write_text(fresh)
        print(f"wrote {shown}")
    elif fresh != page:
        print(f"{shown} is not what the code is: run scripts/generate-coverage and commit it", file=sys.stderr)
        return 1
    else:
        print(f"{shown} is what the code is")
    return 0


if __name__ == "__main__":
    sys.exit(main())
