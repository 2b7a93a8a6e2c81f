"""A JavaScript package that is not ours, in a process of its own that answers line by line."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from npm import install_script


class NodeError(Exception):
    """The package threw."""


class NodeProcess:
    """A running script that answers what tests/answering.mjs reads."""

    def __init__(
        self, requests: IO[str], answers: IO[str], *, read: Callable[[dict[str, Any]], Any] | None = None
    ) -> None:
        self._requests = requests
        self._answers = answers
        self._read = read

    def ask(self, ask: str, **facts: Any) -> Any:
        """The answer to a question; NodeError with what the package threw."""
        print(json.dumps({"ask": ask, **facts}), file=self._requests, flush=True)
        line = self._answers.readline()
        if not line:
            raise NodeError(f"the process ended before it answered {ask}")
        told = json.loads(line, object_hook=self._read)
        if "error" in told:
            raise NodeError(told["error"])
        return told["answer"]


@contextmanager
def node_script(script: Path, environment: Mapping[str, str] | None = None) -> Iterator[tuple[IO[str], IO[str]]]:
    """Run `script` with the packages beside it for the length of the block: where to ask it, and where it answers."""
    command = ["node", install_script(script)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdin
        assert process.stdout
        yield process.stdin, process.stdout
        process.stdin.close()
