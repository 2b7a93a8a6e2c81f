"""CIDs of this package against the official JavaScript importer of IPFS, over every shape of the tree."""

import random
import subprocess
from pathlib import Path

import pytest
from npm import install_script

from nosana_chain.cid import CHUNK_BYTES, LINKS_PER_NODE, cid_of, cid_of_file

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
    return install_script(Path(__file__).with_name("name.mjs"))


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
