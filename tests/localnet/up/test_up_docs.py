"""The example of docs/localnet.md, as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "localnet.md"


def test_the_example_runs(tmp_path: Path) -> None:
    [example] = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    first, *rest = done.stdout.splitlines()
    market, url = first.split()
    assert (len(market) > 40, url.startswith("http://127.0.0.1:")) == (True, True)
    assert f"  solana: {{ rpcEndpoint: '{url}'," in "\n".join(rest)
    assert (tmp_path / "my-net" / "state.json").exists()
