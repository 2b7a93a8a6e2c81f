"""The README's example is code that runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from nosana_chain.client import NosanaClient
from nosana_chain.networks import LOCALNET

ROOT = Path(__file__).parents[3]


def test_the_ten_line_example_runs() -> None:
    example, _ = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    job, deposit, signature = done.stdout.split()
    assert (len(job) >= 32, deposit, len(signature) >= 64) == (True, str(3600 * 1000), True)


def test_every_action_that_the_readme_names_exists() -> None:
    section = (ROOT / "README.md").read_text().split("## Who does what")[1].split("```")[0]
    client = NosanaClient(LOCALNET.at("http://127.0.0.1:1"))
    group, named = "", []
    for text in re.findall(r"`([a-z_.]+(?:\([a-z]+\))?)`", section):
        before, _, action = text.partition("(")[0].rpartition(".")
        group = before or group
        named.append((group, action))
    assert len(named) > 25
    assert [name for name in named if not hasattr(getattr(client, name[0]), name[1])] == []
