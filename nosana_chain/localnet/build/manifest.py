"""The manifest of the local programs: what each shared object is, and what it was made from."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

MANIFEST = "manifest.json"


class Origin(NamedTuple):
    """What a shared object is made from.

    Attributes:
        addresses: name of the network whose addresses it knows.
        folders: where its sources are.
    """

    addresses: str
    folders: tuple[str, ...]


def write_manifest(folder: Path, origins: Mapping[str, Origin], *, compiler: str) -> None:
    """Describe the shared objects in `folder`.

    Args:
        folder: holds shared objects and sources; gets the manifest.
        origins: by the shared object's path, what it is made from.
        compiler: package and version.
    """
    programs = {
        path: {
            "addresses": origin.addresses,
            "sha256": hashlib.sha256((folder / path).read_bytes()).hexdigest(),
            "sources_sha256": _sources_sha256(folder, origin.folders),
        }
        for path, origin in origins.items()
    }
    content = {"compiler": compiler, "programs": programs}
    (folder / MANIFEST).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _sources_sha256(folder: Path, folders: Iterable[str]) -> str:
    """One hash over names and contents, as `sha256sum` lists them."""
    files = sorted(file for name in folders for file in (folder / name).rglob("*.[ch]"))
    lines = (f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder)}\n" for file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
