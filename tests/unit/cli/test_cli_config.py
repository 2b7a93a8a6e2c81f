"""Settings from the command line: where each comes from, and a file that is edited without losing anything."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from harness.command_tree import call

from nosana_chain.cli.config_edit import change_setting
from nosana_chain.errors import ConfigError

TOKEN = "d3adb33fd3adb33fsecret"  # noqa: S105  stands for one
Run = Callable[..., Result]

FILE = f"""# mine
network = "mainnet"   # the real one
output = "table"

[networks.mainnet]
# of the endpoint's provider
rpc_url = "https://rpc.example/{TOKEN}"
more_rpc_urls = [
    "https://other.example",
]

[networks.fork]
like = "mainnet"
rpc_url = "http://127.0.0.1:8899"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".config" / "nosana-chain" / "config.toml"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("NETWORK", "RPC_URL", "WS_URL", "WALLET", "FEE_PAYER", "OUTPUT", "ALLOW_SHARED_KEY"):
        monkeypatch.delenv(f"NOSANA_{name}", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return lambda line, **environ: call(line, HOME=str(tmp_path), **environ)


@pytest.fixture
def file(path: Path) -> Path:
    path.parent.mkdir(parents=True)
    path.write_text(FILE)
    path.chmod(0o640)
    return path


def shown(result: Result) -> dict[str, tuple[Any, str]]:
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    return {row["setting"]: (row["value"], row["origin"]) for row in rows}


def test_defaults_are_told_as_such(run: Run, tmp_path: Path) -> None:
    settings = shown(run("config show"))
    assert settings["network"] == ("devnet", "default")
    assert settings["wallet"] == (f"{tmp_path}/.config/solana/id.json", "default")
    assert settings["output"] == (None, "default")


def test_each_setting_tells_where_it_comes_from(run: Run, file: Path) -> None:
    settings = shown(
        run(
            "config show --keypair /k/a.json --output jsonl",
            NOSANA_RPC_URL=f"https://e.example/{TOKEN}",
            NOSANA_FEE_PAYER=TOKEN,
        )
    )
    assert settings["network"] == ("mainnet", f"network in '{file}'")
    assert settings["rpc_url"][1] == "NOSANA_RPC_URL"
    assert settings["wallet"] == ("/k/a.json", "argument")
    assert settings["fee_payer"] == ("(hidden)", "NOSANA_FEE_PAYER")
    assert settings["output"] == ("jsonl", "argument")


def test_tokens_are_not_shown(run: Run, file: Path) -> None:
    for kind in ("table", "json", "jsonl", "csv"):
        result = run(f"config show --output {kind}")
        assert result.exit_code == 0
        assert "rpc.example" in result.stdout
        assert TOKEN not in result.output


def test_the_solana_cli_s_key_is_the_default_and_its_endpoint_is_not(run: Run, tmp_path: Path) -> None:
    config = tmp_path / ".config" / "solana" / "cli" / "config.yml"
    config.parent.mkdir(parents=True)
    config.write_text("---\njson_rpc_url: https://api.mainnet-beta.solana.com\nkeypair_path: ~/keys/main.json\n")
    settings = shown(run("config show"))
    assert settings["wallet"] == (f"{tmp_path}/keys/main.json", f"keypair_path in '{config}'")
    assert settings["rpc_url"] == ("https://api.devnet.solana.com", "default")


@pytest.mark.parametrize(
    "line", ["keypair_path: usb://ledger?key=0", "keypair_path: ASK", "keypair_path:", "- [", "\xff"]
)
def test_what_the_solana_cli_can_sign_with_and_we_can_not(run: Run, tmp_path: Path, line: str) -> None:
    config = tmp_path / ".config" / "solana" / "cli" / "config.yml"
    config.parent.mkdir(parents=True)
    config.write_bytes(line.encode("latin-1"))
    assert shown(run("config show"))["wallet"][1] == "default"


def test_a_url_is_a_network(run: Run) -> None:
    settings = shown(run(f"config show --network http://127.0.0.1:8899/{TOKEN}"))
    assert settings["network"] == ("(whichever the URL serves)", "argument")
    assert settings["rpc_url"][1] == "argument"


def test_localnet_is_where_a_local_validator_listens(run: Run) -> None:
    settings = shown(run("config show --network localnet"))
    assert (settings["rpc_url"], settings["ws_url"][0]) == (("http://127.0.0.1:8899", "default"), "ws://127.0.0.1:8900")


# ---------------------------------------------------------------- changing the file


def test_a_setting_goes_into_a_new_file_for_its_owner_alone(run: Run, path: Path) -> None:
    result = run("config set network mainnet")
    assert (result.exit_code, result.stdout) == (0, "")
    assert path.read_text() == 'network = "mainnet"\n'
    assert path.stat().st_mode & 0o777 == 0o600
    run("config set networks.mainnet.rpc_url https://rpc.example/x")
    assert tomllib.loads(path.read_text()) == {
        "network": "mainnet",
        "networks": {"mainnet": {"rpc_url": "https://rpc.example/x"}},
    }
    assert shown(run("config show"))["network"] == ("mainnet", f"network in '{path}'")


@pytest.mark.parametrize(
    ("line", "before", "after"),
    [
        ("network devnet", 'network = "mainnet"   # the real one', 'network = "devnet"'),
        ("output --unset", 'output = "table"\n', ""),
        (
            "networks.fork.rpc_url http://127.0.0.1:1",
            'rpc_url = "http://127.0.0.1:8899"',
            'rpc_url = "http://127.0.0.1:1"',
        ),
        ("networks.fork.ws_url ws://a", ':8899"\n', ':8899"\nws_url = "ws://a"\n'),
        ("allow_shared_key true", 'output = "table"\n', 'output = "table"\nallow_shared_key = true\n'),
    ],
)
def test_one_setting_changes_and_the_rest_stays(run: Run, file: Path, line: str, before: str, after: str) -> None:
    assert run(f"config set {line}").exit_code == 0
    assert file.read_text() == FILE.replace(before, after)
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_link_is_followed(run: Run, path: Path, tmp_path: Path) -> None:
    path.parent.mkdir(parents=True)
    real = tmp_path / "dotfiles.toml"
    real.write_text('network = "devnet"\n')
    path.symlink_to(real)
    run("config set network mainnet")
    assert path.is_symlink()
    assert real.read_text() == 'network = "mainnet"\n'


def test_a_wallet_is_a_path_that_is_there(run: Run, path: Path, tmp_path: Path) -> None:
    (tmp_path / "id.json").touch()
    assert run("config set wallet ~/id.json").exit_code == 0
    assert tomllib.loads(path.read_text()) == {"wallet": f"{tmp_path}/id.json"}


@pytest.mark.parametrize(
    "line",
    [
        "network devnt",
        "nets.mainnet.rpc_url https://a",
        "networks.mainnet.url https://a",
        "networks.mainnet.rpc_url ftp://a",
        "networks.mainnet.ws_url https://a",
        "networks.mine.like main",
        "networks rpc",
        "output xml",
        "allow_shared_key maybe",
        f"wallet {TOKEN}",
        "fee_payer /nowhere/id.json",
        "x" * 200 + " 1",
        "network 'a\nb'",
    ],
)
def test_what_can_not_be_set_changes_nothing(run: Run, file: Path, line: str) -> None:
    result = run(f"config set {line}")
    assert result.exit_code == 3, result.output
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    assert TOKEN not in result.stderr
    assert file.read_text() == FILE
    assert sorted(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("line", ["network", "network devnet --unset"])
def test_a_value_or_unset(run: Run, file: Path, line: str) -> None:
    result = run(f"config set {line}")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert file.read_text() == FILE


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('more = """\nnetwork = 1\n"""\n', "network"),
        ("[[networks]]\n", "network"),
        ('"network" = "devnet"\n', "network"),
        ("network = [\n1,\n]\n", "network"),
        ("network = \n", "network"),
    ],
)
def test_a_file_that_can_not_be_changed_safely_stays(tmp_path: Path, text: str, key: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    try:
        change_setting(path, table=(), key=key, value="mainnet")
    except ConfigError:
        assert path.read_text() == text
    else:
        before, after = tomllib.loads(text), tomllib.loads(path.read_text())
        assert after.pop(key) == "mainnet"
        assert after == {name: value for name, value in before.items() if name != key}


def test_a_file_that_can_not_be_written_stays(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="can't"):
        change_setting(tmp_path / "file" / "config.toml", table=(), key="network", value="devnet")
