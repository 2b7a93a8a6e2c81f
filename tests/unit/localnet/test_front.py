"""The parts of the launcher's front that need no network, by Node's own test runner: one test a file of front/."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from nosana_chain import localnet

FILES = sorted(Path(__file__).with_name("front").glob("*.test.cjs"))
FRONT = Path(localnet.__file__).with_name("front")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.partition(".")[0])
def test_front(file: Path) -> None:
    node = shutil.which("node")
    assert node
    done = subprocess.run(
        [node, "--test", "--test-reporter=tap", file],
        env={**os.environ, "FRONT": str(FRONT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert "# tests 0" not in done.stdout
