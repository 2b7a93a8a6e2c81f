"""What a build gives the project: generated sources, shared objects and the manifest."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from nosana_chain.localnet.build.manifest import MANIFEST
from nosana_chain.localnet.build.programs import ARTIFACTS, GENERATED


def install(built: Path, folder: Path) -> int:
    """Put the files of a build into the programs' folder; return their number."""
    shutil.rmtree(folder / GENERATED, ignore_errors=True)
    files = list(_files(built))
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(built / file, folder / file)
    return len(files)


def differences(built: Path, folder: Path) -> list[Path]:
    """The files that are missing, left over or different in the programs' folder."""
    files = sorted({*_files(built), *_files(folder)})
    return [file for file in files if _content(built / file) != _content(folder / file)]


def _files(base: Path) -> Iterator[Path]:
    yield Path(MANIFEST)
    yield from (artifact.path for artifact in ARTIFACTS)
    for file in sorted((base / GENERATED).rglob("*.[ch]")):
        yield file.relative_to(base)


def _content(file: Path) -> bytes | None:
    return file.read_bytes() if file.exists() else None
