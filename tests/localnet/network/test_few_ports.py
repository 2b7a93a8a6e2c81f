"""Surfpool lets go of the ports that it chose before it binds them: two starts must not choose at the same time."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("few_ports.py")
ALONE = ["unshare", "--map-root-user", "--net"]  # ports of its own
SETUP = 'ip link set lo up && exec "$@"'


def can_have_ports_of_its_own() -> bool:
    if not (shutil.which("unshare") and shutil.which("ip")):
        return False
    return not subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode


@pytest.mark.skipif(not can_have_ports_of_its_own(), reason="needs Linux's unshare, ip and the right to use them")
def test_four_starts_at_once_do_not_clash_where_ports_are_few() -> None:
    command = [*ALONE, "sh", "-c", SETUP, "sh", sys.executable, SCRIPT, "40000 40199"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr[-1000:]
