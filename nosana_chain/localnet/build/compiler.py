"""The compiler: clang, as it comes in the PyPI package ziglang."""

import importlib.metadata
import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from nosana_chain.localnet.build.errors import BuildError

PACKAGE = "ziglang"

#: Solana's machine: 64-bit bpf whose loads need no alignment, 4 KB of stack a call, no jump tables, no C library.
_TARGET = (
    "-target", "bpfel-freestanding", "-mcpu=v2", "-fno-jump-tables", "-fno-builtin",
    "-Xclang", "-target-feature", "-Xclang", "+allows-misaligned-mem-access",
    "-mllvm", "-bpf-stack-size=4096",
)  # fmt: skip

#: All but three: each program uses a part of the shared layer, each handler a part of its parameters, and a packed
#: field may be anywhere, since loads need no alignment.
_WARNINGS = (
    "-Wall", "-Wextra", "-Werror",
    "-Wno-unused-function", "-Wno-unused-parameter", "-Wno-address-of-packed-member",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compiler:
    """clang in this Python's environment.

    Attributes:
        version: package and version.
    """

    version: str

    @classmethod
    def pinned_by(cls, pyproject: Path) -> Self:
        """The compiler, if it is the one that pyproject.toml pins.

        Raises:
            BuildError: there is none, or another version: its output would differ.
        """
        wanted = _pinned_version(pyproject)
        if (found := _installed_version()) != wanted:
            raise BuildError(f"needs {PACKAGE} {wanted}, found {found or 'none'}; install the group `programs`")
        return cls(f"{PACKAGE} {wanted}")

    def compile(self, source: str, *, folder: Path, defines: Mapping[str, int], includes: Sequence[str]) -> bytes:
        """Compile one C file to an object.

        Args:
            source: the file, relative to `folder`, as all paths are: nothing of this machine gets into the object.
            folder: where the compiler runs; the object stays there.
            defines: constants for the preprocessor.
            includes: folders to look for headers in.

        Raises:
            BuildError: with clang's messages.
        """
        target = "object.o"
        _run(folder, [
            *_TARGET, *_WARNINGS, "-std=c23", "-O2", "-fmacro-prefix-map=./=",
            *(f"-D{name}={value}" for name, value in defines.items()),
            *(f"-I{include}" for include in includes),
            "-c", source, "-o", target,
        ])  # fmt: skip
        return (folder / target).read_bytes()


def _run(folder: Path, arguments: Sequence[str]) -> None:
    caches = dict.fromkeys(("ZIG_LOCAL_CACHE_DIR", "ZIG_GLOBAL_CACHE_DIR"), str(folder / ".zig-cache"))
    result = subprocess.run(  # noqa: S603 - the compiler, with our own arguments
        [sys.executable, "-m", PACKAGE, "cc", *arguments],
        cwd=folder, env={**os.environ, **caches}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if result.returncode:
        raise BuildError(result.stderr.strip() or f"the compiler ended with code {result.returncode}")


def _pinned_version(pyproject: Path) -> str:
    group = tomllib.loads(pyproject.read_text(encoding="utf-8"))["dependency-groups"]["programs"]
    pin = f"{PACKAGE}=="
    return next(str(line).removeprefix(pin) for line in group if line.startswith(pin))


def _installed_version() -> str | None:
    try:
        return importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return None
