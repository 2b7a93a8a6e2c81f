"""The recorded behaviour of Nosana's official off-chain packages."""

import json
from pathlib import Path
from typing import Any

RECORDED: dict[str, Any] = json.loads((Path(__file__).parent / "vectors" / "off_chain.json").read_text())
