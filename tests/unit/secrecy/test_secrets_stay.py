"""Keys and endpoint tokens are nowhere to be seen: not in a traceback's locals, not in any dump of an object."""

from __future__ import annotations

import base64
import copy
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import base58
import pytest
from frames import WAYS, rich_text, seen_in, shown_by
from hypothesis import given
from hypothesis import strategies as st
from solders.keypair import Keypair

from nosana_chain.client import NosanaClient
from nosana_chain.config import Settings, load_settings
from nosana_chain.environment import Environment
from nosana_chain.errors import ConfigError, NosanaError, WalletError
from nosana_chain.networks import LOCALNET, Network, custom, network_named
from nosana_chain.secret import Secret, SecretText, hidden
from nosana_chain.wallet import Wallet

SECRET = bytes(Keypair.from_seed(bytes(range(101, 133))))
BASE58 = base58.b58encode(SECRET).decode()
JSON = json.dumps(list(SECRET))
DAMAGED = [*SECRET[:40], SECRET[40] ^ 1, *SECRET[41:]]
TOKEN = "TOKENCANARY0123456789abcdef"  # noqa: S105  stands for one
URL = f"https://rpc.example/v2/{TOKEN}?api-key={TOKEN}&{'x' * 100}"

#: Every form in which eight bytes of the key, or of the token, may be written.
PIECES = [
    *(str(list(SECRET[at : at + 8]))[1:-1] for at in range(0, 56, 8)),
    *(SECRET[at : at + 8].hex() for at in range(0, 56, 8)),
    *(repr(SECRET[at : at + 8])[2:-1] for at in range(0, 56, 8)),
    *(BASE58[at : at + 12] for at in range(0, 72, 12)),
    base64.b64encode(SECRET).decode()[:20],
    TOKEN,
]


def leaks(text: str) -> list[str]:
    return [piece for piece in PIECES if piece in text]


def require_hidden(act: Callable[[], Any]) -> NosanaError:
    """`act` is refused, and nothing that can be read off the error holds a secret."""
    with pytest.raises(NosanaError) as caught:
        act()
    error = caught.value
    assert not leaks(seen_in(error))
    return error


# ---------------------------------------------------------------- tracebacks with locals

WRONG_KEYS = {
    "damaged": json.dumps(DAMAGED),
    "cut": json.dumps(list(SECRET)[:63]),
    "trailing comma": JSON[:-1] + ",]",
    "trailing text": JSON + "x",
    "no number": JSON[:-1] + ', "x"]',
    "number too large": JSON[:-1] + ", 256]",
    "nested": "[" * 5_000 + JSON,
    "huge": JSON[:-1] + ", " + "1" * 5_000 + "]",
    "base58 typo": BASE58[:-1] + "0",
    "base58 damaged": base58.b58encode(bytes(DAMAGED)).decode(),
    "base58 seed": base58.b58encode(SECRET[:32]).decode(),
    "base58 twice": BASE58 + BASE58,
    "hexadecimal": SECRET.hex(),
    "not ASCII": JSON + "\N{SNOWMAN}",
    "NUL": JSON + "\0",
}
READERS: dict[str, Callable[[str], Any]] = {
    "json": Wallet.from_json,
    "base58": Wallet.from_base58,
    "path": Wallet.from_file,
    "setting": lambda text: Wallet.from_setting(text, name="KEY"),
    "environment": lambda text: Wallet.from_environment(environ={"NOSANA_WALLET": text, "OTHER": JSON}),
    "settings": lambda text: NosanaClient.from_settings(
        load_settings(environ={"NOSANA_WALLET": text, "HOME": "/nowhere", "NOSANA_RPC_URL": URL})
    ),
    "fee payer": lambda text: NosanaClient.from_settings(
        load_settings(environ={"NOSANA_WALLET": JSON, "NOSANA_FEE_PAYER": text, "HOME": "/nowhere"})
    ),
    "argument": lambda text: load_settings(wallet=text, network="nowhere", environ={"HOME": "/nowhere"}),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("wrong", WRONG_KEYS)
def test_no_frame_holds_a_key_that_is_refused(reader: str, wrong: str) -> None:
    require_hidden(lambda: READERS[reader](WRONG_KEYS[wrong]))


def test_rich_shows_no_key_and_no_token_either() -> None:
    for reader, wrong in (("environment", "trailing text"), ("settings", "base58 typo"), ("json", "damaged")):
        with pytest.raises(NosanaError) as caught:
            READERS[reader](WRONG_KEYS[wrong])
        shown = rich_text(caught.value)
        assert "locals" in shown
        assert not leaks(shown)


@pytest.mark.parametrize("content", [JSON + ",", BASE58 + "0", JSON + " " * 5_000, "\ufeff" + JSON + ","])
def test_no_frame_holds_the_key_of_a_file_that_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "id.json"
    path.write_text(content)
    path.chmod(0o600)
    require_hidden(lambda: Wallet.from_file(path))


def test_no_frame_holds_the_key_of_a_file_that_others_may_read(tmp_path: Path) -> None:
    path = tmp_path / "id.json"
    path.write_text(JSON)
    path.chmod(0o644)
    require_hidden(lambda: Wallet.from_file(path))


@pytest.mark.parametrize("seed", [SECRET, SECRET[:31], list(SECRET[:32]), JSON])
def test_no_frame_holds_a_wrong_seed(seed: Any) -> None:
    require_hidden(lambda: Wallet.from_seed(seed))


def test_no_frame_holds_what_is_no_keypair() -> None:
    error = require_hidden(lambda: Wallet(SECRET))  # type: ignore[arg-type]
    assert "not of bytes" in error.message


@given(st.integers(0, len(JSON)), st.text(min_size=1, max_size=3))
def test_no_frame_holds_a_key_with_anything_in_it(place: int, text: str) -> None:
    for read in (Wallet.from_json, READERS["environment"]):
        try:
            read(JSON[:place] + text + JSON[place:])
        except NosanaError as error:
            assert not leaks(seen_in(error))  # noqa: PT017  it may be a key still


WRONG_FILES = [
    f'rpc_url = "{URL}"',
    f'"{URL}" = 1',
    f'[networks.mainnet]\nrpc_url = "{URL}"\nws_url = 5',
    f'[networks.mainnet]\nrpc_url = "{URL}"\nws_url = "{TOKEN}"',
    f'[networks.mainnet]\nrpc_url = "https://host:{TOKEN}"',
    f'[networks.mainnet]\nrpc_url = "{TOKEN}"',
    f'[networks.fork]\nrpc_url = "{URL}"',
    f'wallet = "{BASE58}"\nnetwork = 1',
    f"wallet = {JSON}",
    f'wallet = "{BASE58}"\nnetwork = "nowhere"',
    f'network = "https://host:{TOKEN}"',
    f'wallet = "{BASE58}"\nrpc_url: {URL}',
    f"wallet = {'[' * 30_000}{JSON}",
    f'wallet = "{BASE58}"\nx = {"1" * 5_000}',
    f'wallet = "{BASE58}"\nallow_shared_key = "{TOKEN}"',
]


@pytest.mark.parametrize("content", WRONG_FILES, ids=range(len(WRONG_FILES)))
def test_no_frame_holds_what_a_refused_configuration_says(tmp_path: Path, content: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(content)
    environ = {"HOME": "/nowhere", "NOSANA_RPC_URL": URL} if "fork" in content else {"HOME": "/nowhere"}
    require_hidden(lambda: load_settings(config_path=path, environ=environ))


def test_settings_of_an_endpoint_alone_do_not_show_it() -> None:
    settings = load_settings(network=URL, environ={"HOME": "/nowhere"})
    assert TOKEN not in repr(settings)
    assert TOKEN not in str(settings.network)


@pytest.mark.parametrize(
    "given",
    [
        {"rpc_url": URL, "network": "nowhere"},
        {"rpc_url": f"https://host:{TOKEN}"},
        {"rpc_url": f"ftp://{TOKEN}"},
        {"rpc_url": URL, "ws_url": URL},
        {"network": f"https://host:{TOKEN}"},
        {"network": URL, "rpc_url": URL},
        {"wallet": Keypair.from_bytes(SECRET)},
        {"wallet": JSON, "rpc_url": 5},
        {"wallet": JSON, "config_path": "/nowhere/config.toml"},
    ],
)
def test_no_frame_holds_an_argument_of_refused_settings(given: dict[str, Any]) -> None:
    environ = {"HOME": "/nowhere", "NOSANA_WALLET": JSON, "NOSANA_WS_URL": URL}
    require_hidden(lambda: load_settings(environ=environ, **given))


@pytest.mark.parametrize(
    "act",
    [
        lambda: LOCALNET.at(f"ftp://{TOKEN}"),
        lambda: LOCALNET.at(URL, URL),
        lambda: custom("fork", like=LOCALNET, rpc_url=f"ftp://{TOKEN}"),
        lambda: network_named(URL),
    ],
)
def test_no_frame_of_networks_holds_an_endpoint(act: Callable[[], Any]) -> None:
    assert isinstance(require_hidden(act), ConfigError)


# ---------------------------------------------------------------- objects


def settings() -> Settings:
    keys = {"NOSANA_WALLET": JSON, "NOSANA_FEE_PAYER": JSON}
    return load_settings(environ={**keys, "NOSANA_RPC_URL": URL, "NOSANA_WS_URL": "wss://" + TOKEN})


HOLDERS: dict[str, Callable[[], Any]] = {
    "wallet": lambda: Wallet(Keypair.from_bytes(SECRET)),
    "network": lambda: LOCALNET.at(URL, f"wss://{TOKEN}"),
    "settings": settings,
    "environment": lambda: Environment({"NOSANA_WALLET": JSON, "NOSANA_RPC_URL": URL}),
    "secret": lambda: Secret(SECRET),
    "text": lambda: Secret(SecretText(URL)),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("holder", HOLDERS)
def test_nothing_shows_what_an_object_holds(holder: str, way: str) -> None:
    assert not leaks(shown_by(way, HOLDERS[holder]()))


def test_the_ways_would_show_a_secret_that_is_not_hidden() -> None:
    """What keeps the test above from passing for nothing."""
    open_text = type("Open", (), {"url": URL})()
    assert leaks(shown_by("members", open_text))
    assert leaks(shown_by("rich", open_text))
    assert leaks(shown_by("pickle", URL))


@pytest.mark.parametrize("holder", ["network", "settings"])
def test_a_copy_of_what_never_changes_is_itself(holder: str) -> None:
    value = HOLDERS[holder]()
    assert copy.deepcopy(value) is value
    assert copy.copy(value) == value


def test_a_network_without_an_endpoint_is_pickled() -> None:
    assert pickle.loads(pickle.dumps(LOCALNET)) == LOCALNET  # noqa: S301  made on the same line
    with pytest.raises(TypeError, match="may hold a key or the token of an endpoint"):
        pickle.dumps(LOCALNET.at(URL))


def test_a_hidden_text_is_a_text_to_whoever_uses_it() -> None:
    text = LOCALNET.at(URL).rpc_url
    assert text is not None
    assert (text, f"{text}", str(text), text.upper(), hash(text)) == (URL, URL, URL, URL.upper(), hash(URL))
    assert (repr(text), repr(text[:80]), repr([text])) == ("(hidden)", "(hidden)", "[(hidden)]")
    assert json.dumps(text) == json.dumps(URL)


def test_a_wallet_still_signs() -> None:
    wallet = Wallet.from_environment(environ={"NOSANA_WALLET": JSON})
    assert wallet.sign(b"m").verify(wallet.address, b"m")
    assert isinstance(wallet.address, type(Keypair().pubkey()))
    with pytest.raises(WalletError):
        Wallet.from_environment(environ={})


def test_the_network_keeps_its_endpoints() -> None:
    network: Network = settings().network
    assert (network.rpc_url, network.ws_url) == (URL, f"wss://{TOKEN}")


def test_texts_are_hidden_in_tuples_and_lists_too() -> None:
    assert repr(hidden(("a", ["b"], None, 5))) == "((hidden), [(hidden)], None, 5)"
    assert hidden(("a", ["b"])) == ("a", ["b"])
