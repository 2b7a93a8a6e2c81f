"""The official validator's test form, `solana-test-validator`: found, and new enough."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from nosana_chain.errors import MissingDependencyError
from nosana_chain.localnet.child_environment import for_surfpool

NAME = "solana-test-validator"
VALIDATOR_VARIABLE = "NOSANA_VALIDATOR"  #: agave, or the path of one; surfpool, the default
AGAVE_VERSION = "4.2.2"  #: what scripts/build-validator builds, and what the tests ran on
_OLDEST = (2, 0)  # the first that Anza published as agave; what came before is named after another release scheme
_VERSION = re.compile(rf"{NAME} (\d+)\.(\d+)\.(\d+)")
_VERSION_SECONDS = 20

ADVICE = (
    "install it with Solana's tools (https://solana.com/docs/intro/installation), build it with "
    "scripts/build-validator, or leave the local network on Surfpool, its default"
)


def find_validator(chosen: str | os.PathLike[str] = "agave", environment: Mapping[str, str] | None = None) -> Path:
    """The validator to run.

    Args:
        chosen: `agave` for the one on PATH, or else the one that scripts/build-validator put into the user's cache; or
            the path of one.
        environment: variables to read (PATH, XDG_CACHE_HOME, HOME); those of this process when None.

    Raises:
        MissingDependencyError: there is none, it doesn't run, or it is too old. Network: none.
    """
    variables = os.environ if environment is None else environment
    found = _on_path_or_cached(variables) if os.fspath(chosen) == "agave" else Path(chosen)
    if not found.is_file():
        raise MissingDependencyError(f"there is no {NAME} at {found}: {ADVICE}")
    version = _version_of(found, variables)
    if version is None:
        raise MissingDependencyError(f"{found} does not run as {NAME}: {ADVICE}")
    if version < _OLDEST:
        shown = ".".join(map(str, version))
        oldest = ".".join(map(str, _OLDEST))
        raise MissingDependencyError(f"{found} is version {shown}, and {oldest} is the oldest that will do: {ADVICE}")
    return found


def cached_validator(variables: Mapping[str, str]) -> Path:
    """Where scripts/build-validator puts one."""
    cache = Path(variables.get("XDG_CACHE_HOME") or Path(variables.get("HOME", "~")).expanduser() / ".cache")
    return cache / "nosana-chain" / "agave" / "bin" / NAME


def _on_path_or_cached(variables: Mapping[str, str]) -> Path:
    path = variables.get("PATH", "")
    found = shutil.which(NAME, path=path) if path else None  # which() takes an empty one for the default
    cached = cached_validator(variables)
    if found is None and not cached.is_file():
        raise MissingDependencyError(f"there is no {NAME} on PATH, and none in {cached.parent}: {ADVICE}")
    return Path(found) if found else cached


def _version_of(program: Path, variables: Mapping[str, str]) -> tuple[int, int, int] | None:
    """What `--version` tells ("solana-test-validator 4.2.2 (src:...)"); None where it can't be run."""
    try:
        told = subprocess.run(  # noqa: S603  the program that was asked for
            [program, "--version"],
            env=for_surfpool(variables),
            capture_output=True,
            text=True,
            timeout=_VERSION_SECONDS,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    found = _VERSION.match(told)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None
