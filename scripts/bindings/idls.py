"""The interfaces as the local network puts them on chain: whole, with their texts, and without spaces."""

import json
from pathlib import Path

from bindings.programs import PROGRAMS


def write(idl: Path, target: Path) -> None:
    """Write one file for each program, under the program's short name."""
    target.mkdir(parents=True)
    for program, name in PROGRAMS.items():
        interface = json.loads((idl / f"{name}.json").read_text())
        text = json.dumps(interface, separators=(",", ":"), ensure_ascii=False)
        (target / f"{program}.json").write_text(f"{text}\n")
