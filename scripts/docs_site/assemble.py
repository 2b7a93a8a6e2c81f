"""Lays the site's pages out in one folder, since mkdocs reads one, and needs no plugin of ours then.

In the repository pages link to each other as files (`docs/money.md`, `../SECURITY.md`), so that they work where the
files are read; on the site the root's pages are among the others.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from docs_site.commands import command_pages
from docs_site.reference import reference_pages

#: The root's pages, and what they are called on the site.
ROOT_PAGES = {"SECURITY.md": "security.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}

_LINK = re.compile(r"(\]\()([^)#:\s]+)((?:#[^)\s]*)?\))")


def assemble(root: Path, folder: Path) -> None:
    """Write every page of the site.

    Args:
        root: the project.
        folder: where to; what is there is removed.
    """
    if folder.exists():
        shutil.rmtree(folder)
    shutil.copytree(root / "docs", folder)
    for page in folder.glob("*.md"):
        page.write_text(on_site(page.read_text(), {f"../{name}": page for name, page in ROOT_PAGES.items()}))
    for name, page in ROOT_PAGES.items():
        (folder / page).write_text(on_site((root / name).read_text(), _from_root(root)))
    for page, text in (*reference_pages(), *command_pages()):
        target = folder / page
        target.parent.mkdir(exist_ok=True)
        target.write_text(text)


def on_site(text: str, moved: dict[str, str]) -> str:
    """A page's text with its links as they are on the site."""
    return _LINK.sub(lambda found: found[1] + moved.get(found[2], found[2]) + found[3], text)


def _from_root(root: Path) -> dict[str, str]:
    pages = {f"docs/{page.name}": page.name for page in (root / "docs").glob("*.md")}
    return ROOT_PAGES | pages | {"README.md": "index.md"}
