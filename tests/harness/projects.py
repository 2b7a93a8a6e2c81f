"""Projects of somebody else's: a virtual environment with the built wheel, and what a run there sees of this one."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from npm import TOOLS

ROOT = Path(__file__).resolve().parents[2]
PIP = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]


def plain_environment() -> dict[str, str]:
    """The environment without what pytest and its workers left in it; compiled files are kept from run to run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON"))}
    return {**kept, "PYTHONPYCACHEPREFIX": str(TOOLS / "pycache")}


def wheel_python(folder: Path, *packages: str) -> Path:
    """The Python of an environment that has the wheel of this very source, its dependencies, and `packages`.

    It is made once for these requirements, under .tools, and given the wheel each time.
    """
    described = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*described["project"]["dependencies"], *packages]
    python = _folder_of("wheel", wanted) / "bin" / "python"
    builder = _folder_of("builder", described["build-system"]["requires"])
    with _one_at_a_time():
        if not python.exists():
            _make(python, wanted)
        if not builder.exists():
            _run(sys.executable, *PIP, "--target", str(builder), *described["build-system"]["requires"])
        build = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
        _run(sys.executable, "-m", "pip", *build, PYTHONPATH=str(builder))
        [wheel] = folder.glob("nosana_chain-*.whl")
        _run(str(python), *PIP, "--no-deps", "--force-reinstall", str(wheel))
    return python


def _folder_of(kind: str, wanted: list[str]) -> Path:
    digest = hashlib.sha256(repr((sys.version, wanted)).encode()).hexdigest()[:16]
    return TOOLS / f"{kind}-{digest}"


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "wheel.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(python: Path, wanted: list[str]) -> None:
    """Finished is what has a Python: it is moved there at the end."""
    fresh = python.with_name("python-of-venv")
    _run(sys.executable, "-m", "venv", "--clear", str(python.parents[1]))
    python.rename(fresh)
    _run(str(fresh), *PIP, *wanted)
    fresh.rename(python)


def _run(*command: str, **variables: str) -> None:
    environment = plain_environment() | variables
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, env=environment, timeout=280)
