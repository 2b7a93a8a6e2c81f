"""A program in a pseudo-terminal, and a person at it: what it shows, what is typed, and Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

_PATIENCE = 30.0


class Terminal:
    """A running program, as its user sees it: stdout and stderr on one screen."""

    def __init__(self, process: subprocess.Popen[bytes], screen: int) -> None:
        self.process = process
        self._screen = screen
        self._shown = b""

    @property
    def shown(self) -> str:
        """All that was shown so far."""
        return self._shown.decode().replace("\r\n", "\n")

    def type(self, text: str) -> None:
        os.write(self._screen, text.encode())

    def wait_for(self, text: str) -> None:
        """Until `text` is on the screen."""
        until = time.monotonic() + _PATIENCE
        while text not in self.shown:
            assert time.monotonic() < until, self.shown
            assert self._read(0.5), self.shown

    def sees(self, text: str) -> bool:
        """Whether `text` is on the screen within a second."""
        until = time.monotonic() + 1
        while text not in self.shown and time.monotonic() < until:
            self._read(0.2)
        return text in self.shown

    def end(self, *, typing: str = "") -> int:
        """Read to the end, typing that again each second, as people do with Ctrl-C; the exit code.

        A signal that comes right before readline begins to wait is seen by it at the next letter only.
        """
        until = time.monotonic() + _PATIENCE
        self.type(typing)
        seen = len(self._shown)
        while self._read(1.0):
            if typing and len(self._shown) == seen:
                self.type(typing)
            seen = len(self._shown)
            assert time.monotonic() < until, f"it doesn't end: {self.shown}"
        code = self.process.wait(_PATIENCE)
        return 130 if code == -signal.SIGINT else code  # as shells number it: Python itself was ending already

    def _select(self, seconds: float) -> bool:
        return bool(select.select([self._screen], [], [], seconds)[0])

    def _read(self, seconds: float) -> bool:
        if not self._select(seconds):
            return self.process.poll() is None
        try:
            piece = os.read(self._screen, 65536)
        except OSError:  # EIO: the other end is closed
            return False
        self._shown += piece
        return bool(piece)


@contextmanager
def terminal(
    arguments: Sequence[str], *, env: Mapping[str, str], width: int = 100, stdout: int | None = None
) -> Iterator[Terminal]:
    """`python -m nosana_chain` with these arguments, in a terminal of its own; it ends with the block at the latest."""
    screen, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "nosana_chain", *arguments],
        stdin=inner,
        stdout=inner if stdout is None else stdout,
        stderr=inner,
        env={**env, "TERM": "xterm-256color"},
        start_new_session=True,
        preexec_fn=_take_the_terminal,  # noqa: PLW1509  so that Ctrl-C typed there is a signal; it is one system call
    )
    os.close(inner)
    try:
        yield Terminal(process, screen)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(screen)


def _take_the_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
