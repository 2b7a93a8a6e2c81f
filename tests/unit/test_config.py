"""Settings: refusals that show no secret, and which source comes first."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nosana_chain.config import Settings, load_settings
from nosana_chain.config_file import MAX_CONFIG_BYTES
from nosana_chain.errors import ConfigError
from nosana_chain.networks import DEVNET, MAINNET

TOKEN = "d3adb33f-secret-token"  # noqa: S105  stands for one
RPC = f"https://rpc.example/{TOKEN}"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def load(home: Path) -> Callable[..., Settings]:
    """load_settings with nothing of this machine: variables in capitals, arguments in small letters."""

    def call(**given: Any) -> Settings:
        variables = {name: value for name, value in given.items() if name.isupper()}
        arguments = {name: value for name, value in given.items() if not name.isupper()}
        return load_settings(environ={"HOME": str(home), **variables}, **arguments)

    return call


@pytest.fixture
def config_file(home: Path) -> Callable[[str | bytes], Path]:
    def write(content: str | bytes) -> Path:
        path = home / ".config" / "nosana-chain" / "config.toml"
        path.parent.mkdir(parents=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"network": "main"}, "no network 'main'; did you mean mainnet?"),
        ({"NOSANA_NETWORK": "devnte"}, "did you mean devnet?"),
        ({"network": "xyz"}, "the known ones are mainnet, devnet, localnet"),
        ({"network": RPC, "rpc_url": RPC}, "the network is given as a URL, and so is rpc_url"),
        ({"network": f"ftp://{TOKEN}"}, "must begin with http:// or https://"),
        ({"output": "xml"}, "there is no such output (argument); the known ones are table, json, jsonl, csv"),
        ({"NOSANA_OUTPUT": TOKEN}, "there is no such output (NOSANA_OUTPUT)"),
        ({"network": "mainnet"}, "mainnet needs an RPC endpoint of yours: give rpc_url, set NOSANA_RPC_URL"),
        ({"rpc_url": f"ftp://{TOKEN}"}, "must begin with http:// or https://"),
        ({"NOSANA_RPC_URL": TOKEN}, "must begin with http:// or https://"),
        ({"ws_url": RPC}, "must begin with ws:// or wss://"),
        ({"rpc_url": f"https://host:{TOKEN}"}, "is not a URL"),
        ({"rpc_url": f"https://[{TOKEN}"}, "is not a URL"),
        ({"network": "x" * 10_000}, f"there is no network '{'x' * 60}'"),
        ({"network": 5}, "must be texts"),
        ({"wallet": b"id.json"}, "wallet a text or a Path"),
        ({"fee_payer": b"id.json"}, "fee_payer and wallet a text or a Path"),
        ({"NOSANA_ALLOW_SHARED_KEY": "maybe"}, "NOSANA_ALLOW_SHARED_KEY is neither yes nor no: set it to 1 or to 0"),
        ({"config_path": "no-such.toml"}, "there is no configuration file 'no-such.toml'"),
        ({"config_path": "/"}, "Is a directory"),
        ({"config_path": "/dev/zero"}, "not a regular file"),
    ],
)
def test_what_cannot_be_used_is_refused(load: Callable[..., Settings], given: dict[str, str], reason: str) -> None:
    _refused(load, reason, **given)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff", "is not UTF-8"),
        (b"#" * (MAX_CONFIG_BYTES + 1), "is larger than"),
        (f"rpc_url: {RPC}", "is not TOML"),
        (f'rpc_url = "{RPC}"', "there is no setting 'rpc_url'; the known ones are network, wallet, networks"),
        ('netwrok = "devnet"', "there is no setting 'netwrok'; did you mean network?"),
        ('network = "devnet"'.encode("utf-16"), "is UTF-16 text, as some Windows programs write it; save it as UTF-8"),
        ("network = " + "[" * 30_000, "is nested too deeply"),
        ("networks = " + "{a = " * 10_000, "is nested too deeply"),
        ("network = " + "1" * 5_000, "a number beyond all bounds"),
        ("network = 2024-13-45", "is not TOML"),
        ("allow_shared_key = 1", "allow_shared_key must be true or false, without quotes"),
        ('allow_shared_key = "true"', "allow_shared_key must be true or false, without quotes"),
        (f'"{RPC}" = 1', "there is no setting of that name (not shown)"),
        ("network = 1", "network must be text"),
        ('network = ""', "network must be text"),
        ("wallet = [1, 2]", "wallet must be text"),
        ("fee_payer = 7", "fee_payer must be text"),
        ("networks = 1", "networks must be tables"),
        ("networks.mainnet = 1", "networks must be tables"),
        (f'[networks.mainnet]\nrpcurl = "{RPC}"', "no setting 'networks.mainnet.rpcurl'; did you mean rpc_url?"),
        ("[networks.mainnet]\nrpc_url = 7", "networks.mainnet.rpc_url must be text"),
        ('[networks.mainnet]\nrpc_url = "rpc.example"', "must begin with http"),
        ('[networks.mainnet]\nws_url = "wss://x"', "networks.mainnet.ws_url needs an rpc_url beside it"),
        (f'[networks.mainnet]\nmore_rpc_urls = ["{RPC}"]', "networks.mainnet.more_rpc_urls needs an rpc_url beside it"),
        (f'[networks.devnet]\nmore_rpc_urls = "{RPC}"', "networks.devnet.more_rpc_urls must be a list of texts"),
        (f'[networks.devnet]\nmore_rpc_urls = ["{RPC}", 5]', "networks.devnet.more_rpc_urls must be a list of texts"),
        (f'[networks.devnet]\nmore_rpc_urls = ["{TOKEN}"]', "must begin with http"),
        ('[networks.mainnet]\nlike = "devnet"', "networks.mainnet.like must name"),
        (f'[networks.fork]\nrpc_url = "{RPC}"', "networks.fork.like must name"),
        ('[networks.fork]\nlike = "mainet"', "did you mean mainnet?"),
        ('network = "fokr"\n[networks.fork]\nlike = "mainnet"', "did you mean fork?"),
        ('network = "fork"\n[networks.fork]\nlike = "devnet"', "fork needs an RPC endpoint"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(
    load: Callable[..., Settings], config_file: Callable[[str | bytes], Path], content: str | bytes, reason: str
) -> None:
    config_file(content)
    _refused(load, reason)


@pytest.mark.parametrize(
    ("content", "given", "allowed"),
    [
        ("", {}, False),
        ("allow_shared_key = true", {}, True),
        ("allow_shared_key = true", {"NOSANA_ALLOW_SHARED_KEY": "no"}, False),
        ("allow_shared_key = false", {"NOSANA_ALLOW_SHARED_KEY": " On "}, True),
        ("", {"NOSANA_ALLOW_SHARED_KEY": "1", "allow_shared_key": False}, False),
        ("", {"NOSANA_ALLOW_SHARED_KEY": "0", "allow_shared_key": True}, True),
    ],
)
def test_a_shared_key_is_allowed_by_the_first_that_says(
    load: Callable[..., Settings],
    config_file: Callable[[str], Path],
    content: str,
    given: dict[str, Any],
    allowed: bool,  # noqa: FBT001  a table's column
) -> None:
    config_file(content)
    assert load(**given).allow_shared_key is allowed


def test_a_byte_order_mark_is_read_over(load: Callable[..., Settings], config_file: Callable[[bytes], Path]) -> None:
    config_file(b'\xef\xbb\xbfnetwork = "mainnet"')
    assert load(rpc_url=RPC).network.name == "mainnet"


def _refused(load: Callable[..., Settings], reason: str, **given: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(**given)
    assert reason in caught.value.message
    assert TOKEN not in f"{caught.value!r} {caught.value.as_json()} {caught.value.__cause__!r}"


def test_settings_show_neither_endpoint_nor_key(load: Callable[..., Settings]) -> None:
    settings = load(rpc_url=RPC, ws_url=f"wss://{TOKEN}", NOSANA_WALLET=TOKEN, NOSANA_FEE_PAYER=TOKEN)
    assert TOKEN not in f"{settings} {settings!r}"


# ---------------------------------------------------------------- where a setting comes from


def test_the_default_is_devnet_with_the_wallet_of_the_solana_cli(load: Callable[..., Settings], home: Path) -> None:
    settings = load()
    assert settings.network == DEVNET
    assert settings.wallet == f"{home}/.config/solana/id.json"


def test_an_empty_value_counts_as_none(load: Callable[..., Settings]) -> None:
    assert load(network="", rpc_url="", NOSANA_NETWORK=" ", NOSANA_WS_URL="", NOSANA_WALLET=" ") == load()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "https://file"),
        ({"NOSANA_RPC_URL": "https://environment"}, "https://environment"),
        ({"NOSANA_RPC_URL": "https://environment", "rpc_url": "https://argument"}, "https://argument"),
    ],
)
def test_an_argument_beats_the_environment_beats_the_file(
    load: Callable[..., Settings], config_file: Callable[[str], Path], given: dict[str, str], expected: str
) -> None:
    config_file('network = "mainnet"\n[networks.mainnet]\nrpc_url = "https://file"')
    network = load(**given).network
    assert (network.name, network.rpc_url) == ("mainnet", expected)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "devnet"),
        ({"NOSANA_NETWORK": "mainnet"}, "mainnet"),
        ({"NOSANA_NETWORK": "mainnet", "network": "localnet"}, "localnet"),
    ],
)
def test_the_network_comes_from_the_first_that_names_it(
    load: Callable[..., Settings], config_file: Callable[[str], Path], given: dict[str, str], expected: str
) -> None:
    config_file('network = "devnet"')
    assert load(rpc_url="http://127.0.0.1", **given).network.name == expected


def test_xdg_config_home_is_followed(load: Callable[..., Settings], home: Path) -> None:
    (home / "xdg" / "nosana-chain").mkdir(parents=True)
    (home / "xdg" / "nosana-chain" / "config.toml").write_text('wallet = "keys/a.json"')
    settings = load(XDG_CONFIG_HOME=str(home / "xdg"))
    assert settings.wallet == f"{home}/xdg/nosana-chain/keys/a.json"


def test_a_relative_xdg_folder_is_ignored(
    load: Callable[..., Settings], config_file: Callable[[str], Path], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config_file('network = "localnet"')
    (home / "here" / "nosana-chain").mkdir(parents=True)
    (home / "here" / "nosana-chain" / "config.toml").write_text('network = "mainnet"')
    monkeypatch.chdir(home)
    assert load(XDG_CONFIG_HOME="here", rpc_url="http://127.0.0.1").network.name == "localnet"


def test_a_file_of_ones_choice_replaces_the_users(
    load: Callable[..., Settings], config_file: Callable[[str], Path], tmp_path: Path
) -> None:
    config_file("this is not TOML")
    chosen = tmp_path / "chosen.toml"
    chosen.write_text('[networks.devnet]\nrpc_url = "https://chosen"')
    assert load(config_path=chosen).network.rpc_url == "https://chosen"


# ---------------------------------------------------------------- endpoints and wallets


@pytest.mark.parametrize(
    ("rpc_url", "ws_url"),
    [
        ("http://127.0.0.1:8899", "ws://127.0.0.1:8900"),
        ("https://rpc.example/token?key=1", "wss://rpc.example/token?key=1"),
        ("https://user:secret@rpc.example:443/", "wss://user:secret@rpc.example:444/"),
        ("http://[::1]:8899", "ws://[::1]:8900"),
        ("http://[::1]", "ws://[::1]"),
    ],
)
def test_the_websocket_endpoint_is_derived(load: Callable[..., Settings], rpc_url: str, ws_url: str) -> None:
    assert load(rpc_url=rpc_url).network.ws_url == ws_url


def test_a_given_rpc_endpoint_is_not_paired_with_the_variables_websocket(load: Callable[..., Settings]) -> None:
    settings = load(rpc_url="https://one", NOSANA_RPC_URL="https://two", NOSANA_WS_URL="wss://two")
    assert (settings.network.rpc_url, settings.network.ws_url) == ("https://one", "wss://one")


def test_the_variables_endpoints_go_together(load: Callable[..., Settings]) -> None:
    settings = load(NOSANA_RPC_URL="https://two", NOSANA_WS_URL="wss://three")
    assert (settings.network.rpc_url, settings.network.ws_url) == ("https://two", "wss://three")


def test_a_websocket_endpoint_alone_keeps_the_rpc_endpoint(load: Callable[..., Settings]) -> None:
    network = load(ws_url="wss://other").network
    assert (network.rpc_url, network.ws_url) == (DEVNET.rpc_url, "wss://other")


def test_a_network_of_ones_own_has_the_addresses_of_another(
    load: Callable[..., Settings], config_file: Callable[[str], Path]
) -> None:
    config_file('network = "fork"\n[networks.fork]\nlike = "mainnet"\nrpc_url = "http://127.0.0.1:8899"')
    network = load().network
    assert (network.name, network.genesis_hash, network.ws_url) == ("fork", None, "ws://127.0.0.1:8900")
    assert (network.programs, network.nos_mint) == (MAINNET.programs, MAINNET.nos_mint)


def test_a_key_in_the_environment_is_passed_on(load: Callable[..., Settings]) -> None:
    settings = load(NOSANA_WALLET="[1, 2]")
    assert (settings.wallet, settings.wallet_origin) == ("[1, 2]", "NOSANA_WALLET")


def test_a_given_wallet_is_a_path(load: Callable[..., Settings], home: Path) -> None:
    assert load(wallet="~/id.json", NOSANA_WALLET="[1]").wallet == f"{home}/id.json"
    assert load(wallet="[1, 2]").wallet == f"{Path.cwd()}/[1, 2]"


@pytest.mark.parametrize(
    ("given", "expected", "origin"),
    [
        ({}, "{home}/.config/nosana-chain/keys/fees.json", "fee_payer in "),
        ({"NOSANA_FEE_PAYER": "[1]"}, "[1]", "NOSANA_FEE_PAYER"),
        ({"NOSANA_FEE_PAYER": "[1]", "fee_payer": "~/f.json"}, "{home}/f.json", "the fee_payer given"),
    ],
)
def test_a_fee_payer_comes_from_the_first_that_names_it(
    load: Callable[..., Settings],
    config_file: Callable[[str], Path],
    given: dict[str, str],
    expected: str,
    origin: str,
) -> None:
    home = config_file('fee_payer = "keys/fees.json"').parents[2]
    settings = load(**given)
    assert settings.fee_payer == expected.format(home=home)
    assert settings.fee_payer_origin.startswith(origin)
    assert settings.wallet == f"{home}/.config/solana/id.json"


def test_without_a_fee_payer_there_is_none(load: Callable[..., Settings]) -> None:
    assert load(NOSANA_FEE_PAYER=" ").fee_payer is None


def test_more_endpoints_come_from_the_file(
    load: Callable[..., Settings], config_file: Callable[[str | bytes], Path]
) -> None:
    config_file(f'[networks.devnet]\nmore_rpc_urls = ["{RPC}", "https://b"]')
    network = load().network
    assert (network.rpc_url, network.more_rpc_urls) == (DEVNET.rpc_url, (RPC, "https://b"))
    assert load(NOSANA_WS_URL="wss://c").network.more_rpc_urls == (RPC, "https://b")
    assert load(rpc_url="https://a").network.more_rpc_urls == (), "another endpoint may be another cluster's"


# ---------------------------------------------------------------- what the command line adds


def test_a_url_is_a_network_whose_addresses_are_to_be_found(load: Callable[..., Settings]) -> None:
    settings = load(network=RPC, NOSANA_WS_URL="wss://other")
    assert (settings.by_url, settings.network.rpc_url) == (True, RPC)
    assert settings.network.ws_url == f"wss://rpc.example/{TOKEN}"
    assert TOKEN not in repr(settings)
    assert load(NOSANA_NETWORK=RPC, rpc_url="https://argument").network.rpc_url == "https://argument"
    assert not load().by_url


def test_localnet_is_where_local_validators_listen(load: Callable[..., Settings]) -> None:
    network = load(network="localnet").network
    assert (network.rpc_url, network.ws_url) == ("http://127.0.0.1:8899", "ws://127.0.0.1:8900")
    assert load(network="localnet", rpc_url="http://127.0.0.1:1").network.rpc_url == "http://127.0.0.1:1"


@pytest.mark.parametrize(
    ("given", "output", "origin"),
    [
        ({}, "csv", "output in "),
        ({"NOSANA_OUTPUT": "json"}, "json", "NOSANA_OUTPUT"),
        ({"NOSANA_OUTPUT": "json", "output": "table"}, "table", "argument"),
    ],
)
def test_output_comes_from_the_first_that_names_it(
    load: Callable[..., Settings], config_file: Callable[[str], Path], given: dict[str, str], output: str, origin: str
) -> None:
    config_file('output = "csv"')
    settings = load(**given)
    assert settings.output == output
    assert settings.origins["output"].startswith(origin)


def test_origins_name_their_source(load: Callable[..., Settings], config_file: Callable[[str], Path]) -> None:
    path = config_file('network = "mainnet"\nallow_shared_key = true\n[networks.mainnet]\nrpc_url = "https://file"')
    origins = load(NOSANA_WALLET="~/id.json", fee_payer="a.json").origins
    assert dict(origins) == {
        "network": f"network in '{path}'",
        "rpc_url": f"networks.mainnet.rpc_url in '{path}'",
        "wallet": "NOSANA_WALLET",
        "fee_payer": "argument",
        "allow_shared_key": f"allow_shared_key in '{path}'",
        "output": "default",
    }


@pytest.mark.parametrize(
    ("config", "wallet"),
    [
        ("keypair_path: /keys/a.json", "/keys/a.json"),
        ("---\njson_rpc_url: https://api.mainnet-beta.solana.com\nkeypair_path: '/keys/b c.json'\n", "/keys/b c.json"),
        ('keypair_path: "/keys/a.json"  # mine', "/keys/a.json"),
        ("keypair_path: /keys/a.json   # mine", "/keys/a.json"),
        ("keypair_path: usb://ledger", None),
        ("keypair_path: ASK", None),
        ("  keypair_path: /keys/a.json", None),
        ("keypair_path:\n/keys/a.json", None),
        ("", None),
    ],
)
def test_the_default_wallet_is_the_solana_cli_s(
    load: Callable[..., Settings], home: Path, config: str, wallet: str | None
) -> None:
    place = home / ".config" / "solana" / "cli" / "config.yml"
    place.parent.mkdir(parents=True)
    place.write_text(config)
    settings = load()
    assert settings.wallet == (wallet or f"{home}/.config/solana/id.json")
    assert settings.network.rpc_url == DEVNET.rpc_url
    assert load(NOSANA_WALLET="/mine.json").wallet == "/mine.json"


def test_a_solana_cli_configuration_that_is_no_file_is_no_obstacle(load: Callable[..., Settings], home: Path) -> None:
    (home / ".config" / "solana" / "cli" / "config.yml").mkdir(parents=True)
    assert load().wallet == f"{home}/.config/solana/id.json"
