"""The first half of scripts/docs: lay all pages out in .tools/docs, for mkdocs to build."""

from __future__ import annotations

import sys
from pathlib import Path

from docs_site.assemble import assemble

ROOT = Path(__file__).resolve().parents[2]

if __name__ == "__main__":
    assemble(ROOT, ROOT / ".tools" / "docs")
    sys.exit(0)
