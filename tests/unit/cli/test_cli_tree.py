"""Help is everywhere, plain, and has examples that are understood; names that are nearly right are suggested."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from harness.command_tree import call, commands, examples, parsed

from nosana_chain.cli.exit_codes import ExitCode
from nosana_chain.cli.grammar import Noun, Verb
from nosana_chain.cli.main import NOUNS

TREE = dict(commands())
VERBS = {path: command for path, command in TREE.items() if isinstance(command, Verb)}


@pytest.mark.parametrize("path", TREE, ids=" ".join)
def test_every_help_has_an_example_and_fits_the_terminal(path: tuple[str, ...]) -> None:
    result = call(f"{' '.join(path)} --help")
    assert (result.exit_code, result.stderr) == (0, "")
    before, _, after = result.stdout.partition("Example")
    assert before.startswith("Usage: nosana-chain")
    assert "nosana-chain " in after
    assert max(map(len, before.splitlines())) <= 100
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize("example", sorted(set(examples())))
def test_every_example_is_understood(example: str) -> None:
    if example.endswith("--help"):
        with pytest.raises(click.exceptions.Exit):
            parsed(example)
    else:
        assert parsed(example).params is not None


DOCS = Path(__file__).parents[3]
SHOWN = sorted(
    {
        line
        for page in (DOCS / "README.md", *(DOCS / "docs").glob("*.md"))
        for block in re.findall(r"```(?:console|sh|bash)?\n(.*?)```", page.read_text(), re.DOTALL)
        for line in block.splitlines()
        if line.startswith("nosana-chain ")
    }
)


@pytest.mark.parametrize("line", SHOWN)
def test_every_command_that_a_page_shows_is_understood(line: str) -> None:
    assert parsed(line).params is not None


def test_the_page_of_the_command_line_has_the_exit_codes() -> None:
    table = (DOCS / "docs" / "cli.md").read_text()
    told = re.findall(r"^\| (\d+) \| ", table, re.MULTILINE)
    assert [int(code) for code in told] == [code.value for code in ExitCode]


def test_every_command_is_of_our_making() -> None:
    assert {type(command) for path, command in TREE.items() if path} == {Noun, Verb}
    assert {path[0] for path in TREE if path} == set(NOUNS)


@pytest.mark.parametrize("path", VERBS, ids=" ".join)
def test_every_verb_says_what_it_does(path: tuple[str, ...]) -> None:
    told = VERBS[path].get_short_help_str()
    assert 10 < len(told) < 110


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("stak show", "no such command 'stak'; did you mean 'stake'?; see: nosana-chain --help"),
        ("stake shwo", "no such command 'shwo'; did you mean 'show'?; see: nosana-chain stake --help"),
        ("stake show --netwrk devnet", "no such option '--netwrk'; did you mean"),
        ("stake show --network devnt", "there is no network 'devnt'; did you mean devnet?"),
        ("--network devnet stake show", "options stand behind the verb"),
        ("stake show --output jsn", "'jsn' is not one of 'table', 'json', 'jsonl', 'csv'"),
        ("config set outptu json", "did you mean output?"),
    ],
)
def test_what_was_meant_is_suggested(line: str, told: str) -> None:
    result = call(line)
    assert result.exit_code in (2, 3)
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_help_imports_nothing_heavy() -> None:
    heavy = ("solders", "rich", "asyncio", "httpx2", "msgspec", "json", "nosana_chain.config")
    code = (
        "import sys; from nosana_chain.cli.main import NOUNS\n"
        "import importlib\n"
        "for module, _ in NOUNS.values(): importlib.import_module(module)\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_for_the_shell(shell: str) -> None:
    result = call(f"completion {shell}")
    assert result.exit_code == 0
    assert "_NOSANA_CHAIN_COMPLETE" in result.stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("nosana-chain st", "stake"),
        ("nosana-chain stake sl", "slash"),
        ("nosana-chain stake show --netw", "--network"),
    ],
)
def test_a_shell_is_told_what_could_come_next(words: str, expected: str) -> None:
    asked = {"_NOSANA_CHAIN_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    assert call("", **asked).stdout == f"plain,{expected}\n"


def test_networks_are_completed_with_ones_own(tmp_path: Path) -> None:
    asked = {"_NOSANA_CHAIN_COMPLETE": "zsh_complete", "COMP_CWORD": "4", "XDG_CONFIG_HOME": str(tmp_path)}
    words = "nosana-chain stake show --network "
    file = tmp_path / "nosana-chain" / "config.toml"
    file.parent.mkdir()
    file.write_text('[networks.fork]\nlike = "mainnet"\n')
    told = call("", COMP_WORDS=words, **asked).stdout
    assert [word for word in ("mainnet", "devnet", "localnet", "fork") if word in told.split()] == [
        "mainnet",
        "devnet",
        "localnet",
        "fork",
    ]
    file.write_text("this is no TOML")
    assert "fork" not in (told := call("", COMP_WORDS=words, **asked).stdout)
    assert "mainnet" in told
