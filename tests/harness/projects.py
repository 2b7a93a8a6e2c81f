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
from typing import Any

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
    wanted = [*_described()["project"]["dependencies"], *packages]
    python = _folder_of("wheel", wanted) / "bin" / "python"
    with _one_at_a_time():
        if not python.exists():
            _make(python, wanted)
        wheel = _wheel_of(ROOT, folder)
        _run(str(python), *PIP, "--no-deps", "--force-reinstall", str(wheel))
    return python


def wheel_of(source: Path, folder: Path) -> Path:
    """The wheel of a source tree, such as an unpacked sdist, built into `folder`."""
    with _one_at_a_time():
        return _wheel_of(source, folder)


def sdist(folder: Path) -> Path:
    """The source distribution of this very source, built into `folder`."""
    with _one_at_a_time():
        command = ["-m", "hatchling", "build", "-d", str(folder), "-t", "sdist"]
        _run(sys.executable, *command, cwd=ROOT, PYTHONPATH=str(_builder()))
    [made] = folder.glob("nosana_chain-*.tar.gz")
    return made


def _described() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def _wheel_of(source: Path, folder: Path) -> Path:
    build = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(source)]
    _run(sys.executable, "-m", "pip", *build, PYTHONPATH=str(_builder()))
    [wheel] = folder.glob("nosana_chain-*.whl")
    return wheel


def _builder() -> Path:
    """A folder with the build backend; the first time it is fetched."""
    wanted = _described()["build-system"]["requires"]
    folder = _folder_of("builder", wanted)
    if not folder.exists():
        _run(sys.executable, *PIP, "--target", str(folder), *wanted)
    return folder


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


def _run(*command: str, cwd: Path | None = None, **variables: str) -> None:
    environment = plain_environment() | variables
    subprocess.run(command, cwd=cwd, check=True, stdin=subprocess.DEVNULL, env=environment, timeout=280)
