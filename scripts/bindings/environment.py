"""The environment that AnchorPy runs in: it can't share one with solana 0.41."""

import fcntl
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

#: anchorpy 0.21.0 brings a typer that fails with click 8.2. A pinned ruff keeps the output from moving by itself.
REQUIREMENTS = ("anchorpy[cli]==0.21.0", "click<8.2", "ruff==0.17.6")

SCRIPTS = Path(__file__).resolve().parent.parent

PROJECT = SCRIPTS.parent / "pyproject.toml"


class ToolError(Exception):
    """A tool failed; the message is for the user."""


@dataclass(frozen=True)
class Tools:
    """The programs installed in the environment."""

    folder: Path

    def anchorpy(self, idl: Path, package: Path) -> None:
        """Let AnchorPy write `package` for one IDL."""
        _run(self.folder / "bin" / "anchorpy", "client-gen", idl, package)

    def format(self, folder: Path) -> None:
        """Format every Python file below `folder` as the project does."""
        _run(self.folder / "bin" / "ruff", "format", "--quiet", "--config", PROJECT, folder)

    def record(self, idl: Path, file: Path) -> None:
        """Record what AnchorPy encodes and decodes over the IDLs."""
        file.parent.mkdir(parents=True, exist_ok=True)
        _run(self.folder / "bin" / "python", "-m", "bindings.record", idl, file)


def prepare(folder: Path) -> Tools:
    """Make the environment, unless it is there with these very requirements."""
    folder.parent.mkdir(exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:  # tests on several processes ask for it at once
        fcntl.flock(lock, fcntl.LOCK_EX)
        _install(folder)
    return Tools(folder)


def _install(folder: Path) -> None:
    stamp = folder / "requirements.txt"
    wanted = "\n".join(REQUIREMENTS)
    if not stamp.exists() or stamp.read_text() != wanted:
        print(f"installing {', '.join(REQUIREMENTS)} into {folder}", file=sys.stderr)
        _run(sys.executable, "-m", "venv", "--clear", folder)
        _run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", *REQUIREMENTS)
        stamp.write_text(wanted)


def _run(*command: str | Path) -> None:
    shown = " ".join(map(str, command))
    try:
        subprocess.run(command, cwd=SCRIPTS, capture_output=True, text=True, check=True)  # noqa: S603 - our own tools
    except subprocess.CalledProcessError as error:
        raise ToolError(f"exit code {error.returncode} from: {shown}\n{error.stderr.strip()}") from error
    except OSError as error:
        raise ToolError(f"can't start: {shown} ({error}); delete the folder .tools/anchorpy and try again") from error
