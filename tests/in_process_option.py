"""`scripts/test --validator in-process`: how the suites are told."""

import os

IN_PROCESS = "in-process"  #: of `--validator`
IN_PROCESS_VARIABLE = "NOSANA_TESTS_IN_PROCESS"


def in_process() -> bool:
    """Whether local networks are on LiteSVM: no time passes, nothing expires, nobody is told of anything."""
    return bool(os.environ.get(IN_PROCESS_VARIABLE))
