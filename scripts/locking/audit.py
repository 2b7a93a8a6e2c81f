"""The command behind scripts/audit: what pip-audit finds, and that it found nothing to ask."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parents[2] / "requirements-dev.txt"
_PATIENCE = 120  # seconds, of a check that asks once for each package


def main() -> int:
    """Ask, and tell."""
    try:
        answer = json.loads(_asked())
    except (OSError, subprocess.TimeoutExpired, ValueError):
        answer = {"dependencies": []}
    code, lines = verdict(answer)
    print("\n".join(lines), file=sys.stderr if code else sys.stdout)
    return code


def verdict(answer: dict[str, Any]) -> tuple[int, list[str]]:
    """Exit code and lines for what pip-audit answered, as its JSON."""
    told = answer["dependencies"]
    looked_up = [one for one in told if "vulns" in one]
    found = [_line(one, vulnerability) for one in looked_up for vulnerability in one["vulns"]]
    if found:
        return 1, [*found, "raise what is locked with scripts/lock, or say in pyproject.toml why it doesn't matter"]
    if not looked_up:
        return 0, ["audit skipped: the database of vulnerabilities can't be reached from here"]
    left = f"; {len(told) - len(looked_up)} are not in it" if len(told) > len(looked_up) else ""
    return 0, [f"no known vulnerability in {len(looked_up)} packages{left}"]


def _line(package: dict[str, Any], vulnerability: dict[str, Any]) -> str:
    fixed = ", ".join(vulnerability.get("fix_versions") or ()) or "no release yet"
    return f"{package['name']} {package['version']}: {vulnerability['id']}, fixed in {fixed}"


def _asked() -> str:
    options = ["--no-deps", "--disable-pip", "--progress-spinner=off", "--format=json"]
    command = [sys.executable, "-m", "pip_audit", f"--requirement={LOCK}", *options]
    done = subprocess.run(  # noqa: S603  our own
        command, capture_output=True, text=True, check=False, timeout=_PATIENCE, stdin=subprocess.DEVNULL
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
