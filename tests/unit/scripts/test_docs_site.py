"""The documentation's sources, as scripts/docs lays them out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docs_site.assemble import assemble, on_site
from docs_site.commands import command_pages
from docs_site.reference import ROOMS, names_of, reference_pages
from harness.command_tree import commands

import nosana_chain

ROOT = Path(__file__).parents[3]


def test_every_public_name_is_on_one_page_of_the_reference() -> None:
    shown = [name.removeprefix("nosana_chain.") for room in ROOMS for name in names_of(room)]
    assert [name for name in nosana_chain.__all__ if shown.count(name) != 1] == []


def test_what_is_met_through_a_client_is_there_too() -> None:
    text = "\n".join(text for _, text in reference_pages())
    for group in (
        "KeptJobs",
        "Hosts",
        "Markets",
        "Stakes",
        "Rewards",
        "Pools",
        "Nodes",
        "Distributors",
        "Transactions",
    ):
        assert re.search(rf"^::: nosana_chain\.[\w.]+\.{group}$", text, re.MULTILINE), group


def test_every_command_has_its_help() -> None:
    text = "\n".join(text for _, text in command_pages())
    for path, command in commands():
        assert f"Usage: {' '.join(('nosana-chain', *path))} " in text, path
        assert all(example in text for example in getattr(command, "examples", ()))


def test_links_to_pages_of_the_root_lead_to_the_site() -> None:
    moved = {"../SECURITY.md": "security.md"}
    assert on_site("[a](../SECURITY.md#keys) [b](money.md) [c](https://nosana.com)", moved) == (
        "[a](security.md#keys) [b](money.md) [c](https://nosana.com)"
    )


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    (folder / "pages").mkdir()
    (folder / "pages" / "stale.md").write_text("gone")
    assemble(ROOT, folder / "pages")
    return folder / "pages"


def test_every_link_of_a_page_leads_to_a_page(pages: Path) -> None:
    assert not (pages / "stale.md").exists()
    for page in pages.rglob("*.md"):
        for link in re.findall(r"\]\(([^)#:\s]+)[)#]", page.read_text()):
            assert (page.parent / link).exists(), (page.name, link)


def test_every_page_is_in_the_navigation(pages: Path) -> None:
    listed = set(re.findall(r": ([\w/-]+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE))
    there = {str(page.relative_to(pages)) for page in pages.rglob("*.md")}
    assert {page for page in there if not page.startswith("reference/cli-")} == listed


def test_nothing_comes_from_elsewhere(pages: Path) -> None:
    """No picture, script or font of another site's, neither while it is built nor when it is read."""
    assert "font: false" in (ROOT / "mkdocs.yml").read_text()
    for page in pages.rglob("*.md"):
        assert not re.search(r"!\[[^\]]*\]\(https?:|<(script|link|img|iframe)\b", page.read_text()), page.name
    assert re.findall(r"(?:href|src)=|url\(http", (pages / "architecture.svg").read_text()) == []
