"""Command lines in processes of their own: `python -m harness.forked_command` imports the program, and forks for each.

What takes long is importing it, and is done once; arguments, environment, folder, streams and exit are a process's.
"""

from __future__ import annotations

import fcntl
import gc
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, NoReturn

from nosana_chain.cli.main import NOUNS, main
from nosana_chain.client import NosanaClient

_PATIENCE = 30.0
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


@dataclass(frozen=True)
class Ended:
    """What a process left; in a terminal both of its streams are in `stdout`."""

    code: int
    stdout: str
    stderr: str


class ForkedCommands:
    """Whoever forks, and the folder for what the processes print."""

    def __init__(self, server: subprocess.Popen[bytes], scratch: Path) -> None:
        self._server, self._scratch = server, scratch

    def run(self, words: Sequence[str], environ: Mapping[str, str], folder: Path, stdin: str = "") -> Ended:
        """A command line without the program's name, in a pipe; it sees `environ` and nothing else of this process."""
        files = [self._scratch / name for name in ("stdin", "stdout", "stderr")]
        files[0].write_text(stdin)
        self._order(words, environ, folder, files)
        code = int(self._answers.readline())
        return Ended(code, files[1].read_text(), files[2].read_text())

    def run_in_terminal(self, words: Sequence[str], environ: Mapping[str, str], folder: Path) -> Ended:
        """Likewise in a terminal of 100 columns, with nobody at it."""
        screen, inner = pty.openpty()
        try:
            fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
            os.write(screen, b"\x04")  # Ctrl-D, which ends what reads from it
            self._order(words, environ, folder, [Path(os.ttyname(inner))] * 3)
            shown = b""
            while screen in (ready := select.select([screen, self._answers], [], [], _PATIENCE)[0]) or not ready:
                assert ready, f"it doesn't end: {shown!r}"
                shown += os.read(screen, 65536)
            return Ended(int(self._answers.readline()), shown.decode().replace("\r\n", "\n"), "")
        finally:
            os.close(screen)
            os.close(inner)

    @property
    def _answers(self) -> IO[bytes]:
        assert self._server.stdout
        return self._server.stdout

    def _order(self, words: Sequence[str], environ: Mapping[str, str], folder: Path, files: Sequence[Path]) -> None:
        order = {"words": [*words], "environ": {**environ}, "folder": str(folder), "files": [*map(str, files)]}
        assert self._server.stdin
        self._server.stdin.write(json.dumps(order).encode() + b"\n")
        self._server.stdin.flush()


@contextmanager
def forked_commands(scratch: Path) -> Iterator[ForkedCommands]:
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "harness.forked_command"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environ, bufsize=0) as server:
        try:
            yield ForkedCommands(server, scratch)
        finally:
            assert server.stdin
            server.stdin.close()
            server.wait(_PATIENCE)


def _serve(orders: IO[str], answers: IO[str]) -> None:
    for line in orders:
        order = json.loads(line)
        child = os.fork()
        if not child:
            _become(order)
            _end_as_main_does()
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        answers.write(f"{code}\n")
        answers.flush()


def _end_as_main_does() -> NoReturn:
    """Without taking down what was imported, which would take ten times as long as the command."""
    code: object = -1  # of no exit code: main always leaves by SystemExit
    try:
        main()
    except SystemExit as ended:
        code = ended.code or 0
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1)


def _become(order: dict[str, object]) -> None:
    """The process that was ordered."""
    words, environ, files = order["words"], order["environ"], order["files"]
    assert isinstance(words, list)
    assert isinstance(environ, dict)
    assert isinstance(files, list)
    for number, (name, flags) in enumerate(zip(files, (os.O_RDONLY, _WRITE, _WRITE), strict=True)):
        opened = os.open(name, flags | os.O_NOCTTY, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout = os.fdopen(0, closefd=False), os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", errors="backslashreplace", closefd=False)
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(str(order["folder"]))
    sys.argv = ["nosana-chain", *words]


if __name__ == "__main__":
    for module, _ in NOUNS.values():
        import_module(module)
    assert NosanaClient
    gc.freeze()  # a collection in a child would copy all pages
    _serve(os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w"))
