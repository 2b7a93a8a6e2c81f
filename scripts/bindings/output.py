"""What the generator owns in the project, and how it gets there."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from bindings.programs import PROGRAMS

BINDINGS = Path("nosana_chain/bindings")
IDLS = Path("nosana_chain/localnet/genesis/idls")
RECORDED = Path("tests/interop/anchorpy/recorded.json")

#: Folders that hold nothing but generated files; what else is in them is stale.
FOLDERS = (*(BINDINGS / name for name in (*PROGRAMS, "program_errors", "interfaces", "layouts")), IDLS)


def install(generated: Path, root: Path) -> int:
    """Replace the generated files of the project."""
    for folder in FOLDERS:
        shutil.rmtree(root / folder, ignore_errors=True)
        shutil.copytree(generated / folder, root / folder)
    (root / RECORDED).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(generated / RECORDED, root / RECORDED)
    print(f"wrote {len(set(_files(root)))} files")
    return 0


def compare(generated: Path, root: Path) -> int:
    """Name every file that is missing, stale or different; 1 if there is one, else 0."""
    files = sorted({*_files(generated), *_files(root)})
    drift = [file for file in files if _content(generated / file) != _content(root / file)]
    for file in drift:
        print(f"differs from what idl/ gives: {file}", file=sys.stderr)
    if drift:
        print("run scripts/generate-bindings and commit the result", file=sys.stderr)
        return 1
    print(f"{len(files)} files are what idl/ gives")
    return 0


def _files(base: Path) -> Iterator[Path]:
    """The generated files below `base`, as paths relative to it."""
    yield RECORDED
    for folder in FOLDERS:
        for file in (base / folder).rglob("*"):
            if file.is_file() and file.suffix != ".pyc":
                yield file.relative_to(base)


def _content(file: Path) -> bytes | None:
    return file.read_bytes() if file.exists() else None
