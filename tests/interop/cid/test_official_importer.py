"""CIDs of this package against the official JavaScript importer of IPFS, over every shape of the tree."""

import hashlib
import random
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from nosana_chain.cid import CHUNK_BYTES, LINKS_PER_NODE, cid_of, cid_of_file

HERE = Path(__file__).parent
TOOLS = HERE.parents[2] / ".tools"
NPM_CI = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
SOURCES = ("package.json", "package-lock.json", "name.mjs")

SIZES = [
    0,
    1,
    127,  # the longest content whose length takes one byte
    128,
    CHUNK_BYTES - 1,
    CHUNK_BYTES,
    CHUNK_BYTES + 1,
    2 * CHUNK_BYTES,
    5 * CHUNK_BYTES + 7,
    LINKS_PER_NODE * CHUNK_BYTES - 1,
    LINKS_PER_NODE * CHUNK_BYTES,  # the widest tree of one level, 45.6 MB
    LINKS_PER_NODE * CHUNK_BYTES + 1,  # a second level, its last node with a single link
    2 * LINKS_PER_NODE * CHUNK_BYTES + CHUNK_BYTES + 1,
]


@pytest.fixture(scope="session")
def importer() -> Path:
    """The script beside this file, with its packages installed once for each lock file."""
    lock = b"".join((HERE / name).read_bytes() for name in SOURCES)
    folder = TOOLS / f"cid-importer-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not folder.exists():
        _install(folder)
    return folder / "name.mjs"


def _install(folder: Path) -> None:
    """Install aside and rename into place: an interrupted install is never taken for a whole one."""
    TOOLS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=TOOLS) as aside:
        fresh = Path(aside) / "importer"
        fresh.mkdir()
        for name in SOURCES:
            shutil.copy(HERE / name, fresh)
        subprocess.run(NPM_CI, cwd=fresh, check=True, stdin=subprocess.DEVNULL)
        if not folder.exists():  # another run was not faster
            fresh.rename(folder)


@pytest.fixture
def contents(tmp_path: Path) -> list[Path]:
    """A file of each size; random bytes, so that no two chunks are the same."""
    source = random.Random(7)
    paths = [tmp_path / str(size) for size in SIZES]
    for path, size in zip(paths, SIZES, strict=True):
        path.write_bytes(source.randbytes(size))
    return paths


def test_the_official_importer_gives_the_same_names(importer: Path, contents: list[Path]) -> None:
    command = ["node", str(importer), *map(str, contents)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    theirs = dict(zip(SIZES, output.split(), strict=True))
    assert {size: cid_of_file(path) for size, path in zip(SIZES, contents, strict=True)} == theirs
    assert {size: cid_of(path.read_bytes()) for size, path in zip(SIZES, contents, strict=True)} == theirs
