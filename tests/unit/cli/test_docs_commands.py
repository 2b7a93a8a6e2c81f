"""Commands on the documentation's pages: each is one that the program or a script understands."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from harness.command_tree import commands, parsed

from nosana_chain.cli.main import app
from nosana_chain.job_definition import EXAMPLE_JOB

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", ROOT / "CONTRIBUTING.md", ROOT / "scripts" / "devnet" / "README.md"]
PAGES += sorted((ROOT / "docs").glob("*.md"))
VERBS = {" ".join(path) for path, _ in commands()}

ASK_NOBODY = tuple(
    f"nosana-chain {verb}" for verb in ("wallet new", "config set", "config show", "job check", "stake estimate")
)

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SHELL = ("", "sh", "bash", "console")
_INLINE = re.compile(r"`nosana-chain ([a-z]+(?: [a-z-]+)?)")
_SCRIPT = re.compile(r"(?:^|[\s`(])(scripts/[a-z][\w/-]*(?:\.py)?)")


def shell_lines(page: Path) -> Iterator[str]:
    """What a reader would type: the lines of the blocks that are in no language, without what they print."""
    for language, block in _BLOCK.findall(page.read_text()):
        if language in _SHELL:
            for line in block.replace("\\\n", " ").splitlines():
                yield line.removeprefix("$ ").strip()


def our_commands(page: Path) -> list[str]:
    lines = (line.partition("  #")[0].partition(" > ")[0].partition(" &")[0].strip() for line in shell_lines(page))
    return [line for line in lines if line.startswith("nosana-chain ")]


@pytest.mark.parametrize("page", [page for page in PAGES if our_commands(page)], ids=lambda page: page.name)
def test_the_program_understands_each_command(page: Path) -> None:
    for line in our_commands(page):
        if line.split()[1].startswith("--"):
            continue  # of the program itself: --version, --help
        try:
            parsed(line)
        except click.UsageError as error:
            pytest.fail(f"{page.name}: {line}: {error.format_message()}")


def test_commands_are_found() -> None:
    assert sum(len(our_commands(page)) for page in PAGES) > 60


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_that_a_text_names_are_there(page: Path) -> None:
    named = _INLINE.findall(page.read_text())
    assert [name for name in named if name not in VERBS and name.split()[0] not in VERBS] == []
    nouns = {name.split()[0] for name in named}
    assert [name for name in named if " " in name and name.split()[0] in nouns and not is_verb(name)] == []


def is_verb(name: str) -> bool:
    """Whether it is a noun's verb, or a noun's argument: `nosana-chain demo my-job.json`."""
    noun = name.split(maxsplit=1)[0]
    return name in VERBS or not any(verb.startswith(f"{noun} ") for verb in VERBS)


def test_those_that_ask_nobody_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of the page, as somebody who has just installed it."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    (here / "job.json").write_bytes(EXAMPLE_JOB.read_bytes())
    nobody = {name: None for name in os.environ if name.startswith(("NOSANA_", "XDG_"))}
    run = [line for page in PAGES for line in our_commands(page) if line.startswith(ASK_NOBODY)]
    assert {line.split(maxsplit=3)[1] for line in run} == {"wallet", "config", "job", "stake"}
    for line in dict.fromkeys(run):
        words = shlex.split(line)[1:]
        done = CliRunner(env={**nobody, "HOME": str(tmp_path)}).invoke(app, words)
        assert done.exit_code == 0, (line, done.output)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_scripts_that_a_page_names_are_there_with_their_options(page: Path) -> None:
    text = page.read_text()
    for script in _SCRIPT.findall(text):
        assert (ROOT / script).exists(), (page.name, script)
    for line in shell_lines(page):
        if not line.startswith(("scripts/", "python scripts/")):
            continue
        words = shlex.split(line, comments=True)
        for script in (word for word in words[:2] if word.startswith("scripts/")):
            source = (ROOT / script).read_text()
            options = [word.partition("=")[0] for word in words if word.startswith("--")]
            assert [option for option in options if option not in source] == [], (page.name, line)
