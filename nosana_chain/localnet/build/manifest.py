"""The manifest of the local programs: what each shared object is, and what it was made from."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

MANIFEST = "manifest.json"


def write_manifest(folder: Path, sources: Mapping[str, Iterable[str]], *, compiler: str, addresses: str) -> None:
    """Describe the shared objects in `folder`.

    Args:
        folder: holds shared objects and sources; gets the manifest.
        sources: by the shared object's file name, the folders that its sources are in.
        compiler: package and version.
        addresses: name of the network whose addresses the programs know.
    """
    programs = {
        name: {
            "sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest(),
            "sources_sha256": _sources_sha256(folder, folders),
        }
        for name, folders in sources.items()
    }
    content = {"compiler": compiler, "addresses": addresses, "programs": programs}
    (folder / MANIFEST).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _sources_sha256(folder: Path, folders: Iterable[str]) -> str:
    """One hash over names and contents, as `sha256sum` lists them."""
    files = sorted(file for name in folders for file in (folder / name).rglob("*.[ch]"))
    lines = (f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder)}\n" for file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
