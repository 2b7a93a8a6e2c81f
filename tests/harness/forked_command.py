"""Command lines in processes of their own: `python -m harness.forked_command` imports the program, and forks for each.

What takes long is importing it, and is done once; arguments, environment, folder, streams and exit are a process's.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, NoReturn

from nosana_chain.cli.main import NOUNS, main
from nosana_chain.client import NosanaClient

_PATIENCE = 30.0


@dataclass(frozen=True)
class Ended:
    """What a process left."""

    code: int
    stdout: str
    stderr: str


class ForkedCommands:
    """Whoever forks, and the folder for what the processes print."""

    def __init__(self, server: subprocess.Popen[str], scratch: Path) -> None:
        self._server, self._scratch = server, scratch

    def run(self, words: Sequence[str], environ: Mapping[str, str], folder: Path, stdin: str = "") -> Ended:
        """A command line without the program's name; it sees `environ` and nothing else of this process."""
        files = {name: str(self._scratch / name) for name in ("stdin", "stdout", "stderr")}
        Path(files["stdin"]).write_text(stdin)
        order = {"words": list(words), "environ": dict(environ), "folder": str(folder), "files": files}
        told, answers = self._server.stdin, self._server.stdout
        assert told
        assert answers
        told.write(json.dumps(order) + "\n")
        told.flush()
        code = int(answers.readline())
        return Ended(code, Path(files["stdout"]).read_text(), Path(files["stderr"]).read_text())


@contextmanager
def forked_commands(scratch: Path) -> Iterator[ForkedCommands]:
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "harness.forked_command"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environ, text=True) as server:
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
    assert isinstance(files, dict)
    for number, (name, flags) in enumerate([("stdin", os.O_RDONLY), ("stdout", os.O_WRONLY), ("stderr", os.O_WRONLY)]):
        opened = os.open(files[name], flags | os.O_CREAT | os.O_TRUNC if number else flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
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
