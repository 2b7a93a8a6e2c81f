"""Building wheel and sdist, and trying the wheel where nothing else is."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path


def build(root: Path, folder: Path, version: str) -> tuple[Path, Path]:
    """The wheel and the sdist of what is in `root`, in `folder`, by the build backend of this environment.

    Raises:
        subprocess.CalledProcessError: it has said why.
    """
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder), "-t", "wheel", "-t", "sdist"]
    subprocess.run(command, cwd=root, check=True, stdin=subprocess.DEVNULL)  # noqa: S603  our own
    [wheel] = folder.glob(f"nosana_chain-{version}-*.whl")
    return wheel, folder / f"nosana_chain-{version}.tar.gz"


def try_wheel(wheel: Path, version: str) -> str:
    """Install it into an environment of its own, and use it in an empty folder; what it said of itself.

    Raises:
        subprocess.CalledProcessError: the first thing that doesn't work; it has said why.
    """
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder, "venv", "bin", "python")
        _run(sys.executable, "-m", "venv", str(python.parents[1]), folder=folder)
        _run(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel), folder=folder)
        command = str(python.with_name("nosana-chain"))
        said = _run(command, "--version", folder=folder)
        if version not in said:
            raise subprocess.CalledProcessError(1, [command, "--version"], said)
        example = _run(
            str(python), "-c", "from nosana_chain.job_definition import EXAMPLE_JOB as e; print(e)", folder=folder
        )
        _run(command, "job", "check", example, folder=folder)
        _run(command, "demo", "--output", "json", folder=folder)
        return said


def _run(*command: str, folder: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(  # noqa: S603  our own
        command, cwd=folder, check=True, text=True, env=clean, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    return done.stdout.strip()
