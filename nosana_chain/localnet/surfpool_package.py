"""Surfpool's native module for this platform: found, or installed by npm.

It is looked up in the folder that `NOSANA_SURFPOOL_DIR` names, or else in a cache folder of the user. When it isn't
there, or not whole, npm installs it there, at the version and with the hash of `npm/package-lock.json`; and with it
`ws`, the WebSockets of the launcher.
"""

from __future__ import annotations

import os
import platform
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from nosana_chain.errors import MissingDependencyError
from nosana_chain.localnet.child_environment import for_npm
from nosana_chain.localnet.installed import is_as_installed, record_installed

SURFPOOL_VERSION = "1.5.0"  # as in npm/package.json, which pins it
FOLDER_VARIABLE = "NOSANA_SURFPOOL_DIR"

_NPM_FOLDER = Path(__file__).with_name("npm")
_NPM_INSTALL = (
    "ci",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--fetch-retries=1",
    "--fetch-retry-mintimeout=1000",  # milliseconds; npm's own 10,000 twice leave a user without network waiting
    "--loglevel=http",  # tells what could not be fetched
)
_NPM_SECONDS = 300

_UNFINISHED = ".installing-"  # begins the name of a folder that is installed into
_ABANDONED_SECONDS = 3600  # twelve times as long as npm may take
_OWNER_ONLY = 0o700
_OTHERS = 0o077
_MOVES = 3  # others may repair the same folder at the same time

#: The platforms that Surfpool publishes a module for, by `sys.platform` and machine.
_BUILDS = {
    ("darwin", "arm64"): "darwin-arm64",
    ("darwin", "x86_64"): "darwin-x64",
    ("linux", "x86_64"): "linux-x64-gnu",
}

TellUser = Callable[[str], None]
Command = Sequence[str | Path]


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


def find_surfpool(variables: Mapping[str, str], npm: Callable[[], Command], progress: TellUser) -> Path:
    """The module, which is installed into the user's cache folder when it is nowhere.

    Args:
        variables: the environment: where to look, and what npm is run with.
        npm: gives the command that runs npm, or raises where there is none; called only to install.
        progress: is told when something is installed.

    Raises:
        MissingDependencyError: there is none for this platform, or it can't be installed.
    """
    build = surfpool_build()
    chosen = variables.get(FOLDER_VARIABLE)
    if chosen:
        return _module_in_chosen(Path(chosen), build)
    cache = _cache_folder(variables)
    _make_private(cache)
    installed = cache / "surfpool" / SURFPOOL_VERSION
    module = _module_path(installed, build)
    if not _whole(module, installed):
        command = npm()
        progress(f"installing Surfpool {SURFPOOL_VERSION} (the local Solana runtime) into {installed}")
        _install(installed, module.relative_to(installed), command, variables)
    return module


def _whole(module: Path, installed: Path) -> bool:
    return module.is_file() and is_as_installed(installed)


def _module_in_chosen(folder: Path, build: str) -> Path:
    """The module in a folder of the user's: an unpacked package, or one that `npm install` was run in."""
    for module in (folder / _file_name(build), _module_path(folder, build)):
        if module.is_file():
            return module.resolve()
    raise MissingDependencyError(
        f"{FOLDER_VARIABLE} is {folder}, where there is no {_file_name(build)}: "
        f"unpack @solana/surfpool-{build} {SURFPOOL_VERSION} there, or unset it to have it installed"
    )


def _module_path(folder: Path, build: str) -> Path:
    return folder / "node_modules" / "@solana" / f"surfpool-{build}" / _file_name(build)


def _file_name(build: str) -> str:
    return f"surfpool-sdk.{build}.node"


def _cache_folder(variables: Mapping[str, str]) -> Path:
    """$XDG_CACHE_HOME (XDG base directory specification), or .cache in the home folder."""
    base, home = variables.get("XDG_CACHE_HOME"), variables.get("HOME")
    if base and Path(base).is_absolute():  # the specification: a relative path is to be ignored
        return Path(base) / "nosana-chain"
    if home:
        return Path(home) / ".cache" / "nosana-chain"
    raise MissingDependencyError(
        f"there is no folder to install Surfpool in: set HOME, XDG_CACHE_HOME or {FOLDER_VARIABLE}"
    )


def _make_private(cache: Path) -> None:
    """Keep others out of the cache folder, whatever the umask is or was: what lies there is run."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        status = cache.stat()
    except OSError as error:
        raise MissingDependencyError(f"can't install Surfpool in {cache}: {error}") from error
    if stat.S_IMODE(status.st_mode) != _OWNER_ONLY and status.st_uid == os.getuid():
        with suppress(OSError):  # of a file system without modes, or that is read-only
            cache.chmod(_OWNER_ONLY)


def _install(target: Path, module: Path, npm: Command, variables: Mapping[str, str]) -> None:
    """Install beside `target` and rename into place: others see either nothing or all of it."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(target.parent)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=_UNFINISHED) as folder:
            fresh = Path(folder) / "surfpool"
            shutil.copytree(_NPM_FOLDER, fresh)
            succeeded, said = _run_npm(npm, fresh, variables)
            if not succeeded or not (fresh / module).is_file():  # npm leaves an optional package out, and succeeds
                raise MissingDependencyError(
                    f"npm could not install Surfpool {SURFPOOL_VERSION}: see that its registry can be reached (npm "
                    f"ping) and try again, or unpack it and set {FOLDER_VARIABLE}. npm said: {said}"
                )
            record_installed(fresh)
            _move_into_place(fresh, target, module)
    except OSError as error:
        raise MissingDependencyError(f"can't install Surfpool in {target}: {error}") from error


def _remove_abandoned(folder: Path) -> None:
    """Free the space of installations that were killed: it may be why the last one failed."""
    for path in folder.glob(f"{_UNFINISHED}*"):
        if time.time() - path.stat().st_mtime > _ABANDONED_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def _run_npm(npm: Command, folder: Path, variables: Mapping[str, str]) -> tuple[bool, str]:
    """Install what the lock file in `folder` says; returns whether that succeeded, and what npm said last of it."""
    try:
        done = subprocess.run(  # noqa: S603  npm with fixed arguments
            [*npm, *_NPM_INSTALL],
            cwd=folder,
            env=for_npm(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=_NPM_SECONDS,
            check=False,
            umask=_OTHERS,
        )
    except subprocess.TimeoutExpired:
        return False, f"nothing in {_NPM_SECONDS} seconds"
    lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
    failures = [line for line in lines if "fail" in line or "error" in line]
    return done.returncode == 0, (failures or lines or ["nothing"])[-1]


def _move_into_place(fresh: Path, target: Path, module: Path) -> None:
    for _ in range(_MOVES):
        if _moved(fresh, target) or _whole(target / module, target):  # another process was faster, with the same files
            return
        _moved(target, fresh.with_name("broken"))
    fresh.rename(target)


def _moved(folder: Path, to: Path) -> bool:
    try:
        folder.rename(to)
    except OSError:
        return False
    return True
