"""A newcomer's five minutes, as README.md tells them: from an empty folder with the wheel to a verified result."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from harness.projects import ROOT, plain_environment

pytestmark = pytest.mark.timeout(300)  # the first time, packages are fetched

LAST_LINE = "Ctrl-C stops it."
_ADDRESS = "[1-9A-HJ-NP-Za-km-z]{32,}"
_SHORT = 8  # letters of a market that a command may name it by
_TOKEN = re.compile(rf"({_ADDRESS})|(\d+)|(\s+)|(.)")


@dataclass
class Tour:
    """What has come in the place of the addresses that README.md shows, and a shell where they are used.

    Args:
        environment: of the shell; what the network's start tells to export is added.
        folder: where it works.
    """

    environment: dict[str, str]
    folder: Path
    known: dict[str, str] = field(default_factory=dict)

    def run(self, command: str) -> str:
        """What a command prints."""
        done = subprocess.run(
            ["bash", "-c", self.filled_in(command)],  # noqa: S607
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout

    def filled_in(self, command: str) -> str:
        """A command with this run's addresses."""
        for shown, real in self.known.items():
            command = command.replace(shown, real).replace(f" {shown[:_SHORT]} ", f" {real[:_SHORT]} ")
        return command

    def compare(self, shown: str, printed: str) -> None:
        """Hold what was printed to what README.md shows; numbers and new addresses may be others."""
        lines = [line.rstrip() for line in printed.splitlines()]
        fresh: dict[str, str] = {}
        pattern = "".join(self._line(line, fresh) for line in shown.splitlines())
        found = re.fullmatch(pattern, "".join(f"{line}\n" for line in lines))
        assert found, f"README.md shows:\n{shown}\nprinted was:\n{printed}"
        self.known |= {address: found[name] for address, name in fresh.items()}

    def _line(self, line: str, fresh: dict[str, str]) -> str:
        if line == "…":
            return r"(?:.*\n)*?"
        return "".join(self._part(found, fresh) for found in _TOKEN.finditer(line.rstrip())) + r"\n"

    def _part(self, found: re.Match[str], fresh: dict[str, str]) -> str:
        address, number, space, other = found.groups()
        if address in self.known:
            return re.escape(self.known[address])
        if address in fresh:
            return f"(?P={fresh[address]})"
        if address:
            fresh[address] = f"a{len(fresh)}"
            return f"(?P<{fresh[address]}>{_ADDRESS})"
        return r"\d+" if number else r"\s+" if space else re.escape(other)


def blocks() -> list[list[tuple[str, str]]]:
    """The commands of each block of the tour, with what they print."""
    section = (ROOT / "README.md").read_text().split("## Five minutes")[1].split("\n## ")[0]
    return [list(commands(block)) for block in re.findall(r"```console\n(.*?)```", section, re.DOTALL)]


def commands(block: str) -> Iterator[tuple[str, str]]:
    for part in block.split("$ ")[1:] if block.startswith("$ ") else ():
        command, _, shown = part.partition("\n")
        yield command, shown


@pytest.fixture
def tour(installed: Path, tmp_path: Path) -> Tour:
    cache = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))  # Surfpool is installed there
    own = {"HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": cache, "NOSANA_OUTPUT": "table"}
    kept = {name: value for name, value in plain_environment().items() if not name.startswith(("NOSANA_", "XDG_"))}
    path = f"{installed.parent}{os.pathsep}{os.environ['PATH']}"
    for folder in ("home", "empty"):
        (tmp_path / folder).mkdir()
    return Tour({**kept, **own, "PATH": path}, tmp_path / "empty")


def test_from_an_empty_folder_to_a_verified_result(tour: Tour) -> None:
    [[(start, told)], *steps] = blocks()
    assert start == "nosana-chain localnet up"
    with subprocess.Popen(
        [*shlex.split(start), "--rpc-port", "0"],  # others may use 8899 here
        cwd=tour.folder,
        env=tour.environment,
        executable=Path(tour.environment["PATH"].partition(os.pathsep)[0]) / "nosana-chain",
        stdout=subprocess.PIPE,
        text=True,
    ) as network:
        try:
            assert network.stdout is not None
            printed = list(iter(network.stdout.readline, f"{LAST_LINE}\n"))
            exports = [line.split(maxsplit=1)[1] for line in printed if line.startswith("  export ")]
            tour.environment |= dict(one.split("=", 1) for line in exports for one in shlex.split(line))
            said = "".join(printed).replace(tour.environment["NOSANA_NETWORK"], "localnet")
            tour.compare(told, f"{said}{LAST_LINE}\n")
            for command, shown in (one for step in steps for one in step):
                tour.compare(shown, tour.run(command))
        finally:
            network.send_signal(signal.SIGINT)
    assert network.returncode in (0, 130)
    assert "result" in "".join(shown for step in steps for _, shown in step)


def test_a_difference_is_seen(tmp_path: Path) -> None:
    tour, address = Tour({}, tmp_path), "9" * 40
    tour.compare(f"job  {'2' * 40}\n…\nend\n", f"job {address}\nmore\nend\n")
    assert tour.filled_in(f"job show {'2' * 40} --market {'2' * 8} --x") == f"job show {address} --market {'9' * 8} --x"
    for printed in (f"job {'8' * 40}\n", f"jobs {address}\n", f"job {address}\nmore\n"):
        with pytest.raises(AssertionError, match=r"README\.md shows"):
            tour.compare(f"job {'2' * 40}\n", printed)
