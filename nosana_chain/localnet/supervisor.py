"""Runs one program for the process that started this one, and ends it with that process, however that comes.

Usage: python -I supervisor.py PROGRAM [ARGUMENT ...]

The end of standard input is the order to stop: it comes when the parent closes it, and when the parent is killed. What
the program prints goes to standard output; the exit code is the program's, and 0 where it was stopped as ordered. It is
killed without a warning: it keeps nothing, and the official validator hadn't ended 10 s after it was asked to.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading


def main() -> int:
    """Run the program until it ends, or standard input does."""
    for interrupt in (signal.SIGINT, signal.SIGTERM):
        signal.signal(interrupt, signal.SIG_IGN)  # the parent decides, by closing the pipe
    running = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT)  # noqa: S603  what the parent names
    ordered = threading.Event()
    threading.Thread(target=_stop_at_end_of_input, args=(running, ordered), daemon=True).start()
    code = running.wait()
    return 0 if ordered.is_set() else code if 0 <= code < 128 else 1  # noqa: PLR2004  a signal is no exit code


def _stop_at_end_of_input(running: subprocess.Popen[bytes], ordered: threading.Event) -> None:
    while os.read(0, 4096):
        pass
    ordered.set()
    running.kill()


if __name__ == "__main__":
    raise SystemExit(main())
