"""The official Nosana packages, for the tests of this folder."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from npm import install_script
from official import Official


@pytest.fixture(scope="session")
def official() -> Iterator[Official]:
    command = ["node", install_script(Path(__file__).with_name("official.mjs"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        yield Official(process.stdin, process.stdout)
