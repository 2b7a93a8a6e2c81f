"""Keys: every way to bring one, every refusal, and that no secret ever shows."""

import copy
import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import base58
import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.keypair import Keypair

from nosana_chain.errors import ConfigError, WalletError
from nosana_chain.wallet import MAX_KEY_FILE_BYTES, Wallet

SEED = bytes(range(1, 33))
SECRET = bytes(Keypair.from_seed(SEED))
ADDRESS = "9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtpj"
JSON = json.dumps(list(SECRET))
BASE58 = base58.b58encode(SECRET).decode()


@pytest.fixture
def key_file(tmp_path: Path) -> Callable[..., Path]:
    def write(content: str | bytes = JSON, mode: int = 0o600) -> Path:
        path = tmp_path / "id.json"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)
        return path

    return write


# ---------------------------------------------------------------- files


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WalletError, match=r"id\.json: No such file or directory"):
        Wallet.from_file(tmp_path / "id.json")


@pytest.mark.parametrize("name", ["two\nlines", "\udcff"])
def test_an_odd_name_is_shown_on_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(WalletError, match="No such file") as caught:
        Wallet.from_file(tmp_path / name)
    assert caught.value.message.isprintable()


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WalletError, match="Is a directory"):
        Wallet.from_file(tmp_path)


@pytest.mark.timeout(5)
def test_a_fifo_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo", 0o600)
    with pytest.raises(WalletError, match="not a regular file"):
        Wallet.from_file(tmp_path / "fifo")


@pytest.mark.timeout(5)
def test_an_endless_device_is_refused() -> None:
    with pytest.raises(WalletError, match="not a regular file"):
        Wallet.from_file("/dev/zero")


def test_a_path_with_a_nul_is_refused() -> None:
    with pytest.raises(WalletError, match="can't hold a NUL"):
        Wallet.from_file("a\0b")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xff\x00\x01", "is no key file"),
        (b"[" + b" " * MAX_KEY_FILE_BYTES, "is no key file"),
        (b'{"key": 1}', "is no secret key"),
        (b"[1, 2", "64 numbers was expected"),
        (b"[1, 2.5]", "64 numbers was expected"),
        (b"[true]", "64 numbers was expected"),
        (b"[256]", "not from 0 to 255"),
        (b"[-1]", "not from 0 to 255"),
        (b"[]", "has 0 bytes"),
        (json.dumps([*SECRET, 0]).encode(), "has 65 bytes"),
        (json.dumps([*SEED]).encode(), "an address, or a seed alone"),
        (json.dumps([*SEED, *SEED]).encode(), "is damaged"),
        (ADDRESS.encode(), "an address, or a seed alone"),
    ],
)
def test_what_is_no_key_is_refused(key_file: Callable[..., Path], content: bytes, reason: str) -> None:
    with pytest.raises(WalletError, match=reason):
        Wallet.from_file(key_file(content))


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o604, 0o602, 0o610])
def test_a_file_open_to_others_is_refused_with_the_remedy(key_file: Callable[..., Path], mode: int) -> None:
    path = key_file(mode=mode)
    with pytest.raises(WalletError, match=f"run: chmod 600 {path}"):
        Wallet.from_file(path)


@pytest.mark.parametrize("mode", [0o444, 0o440, 0o644])
def test_a_refused_file_names_the_setting_for_where_chmod_fails(key_file: Callable[..., Path], mode: int) -> None:
    path = key_file(mode=mode)
    with pytest.raises(WalletError, match=r"set NOSANA_ALLOW_SHARED_KEY=1 \(allow_shared_key = true in the"):
        Wallet.from_environment(environ={"NOSANA_WALLET": str(path)})
    with pytest.raises(WalletError, match="NOSANA_ALLOW_SHARED_KEY=1"):
        Wallet.from_environment(environ={"NOSANA_WALLET": str(path), "NOSANA_ALLOW_SHARED_KEY": "0"})
    with pytest.raises(ConfigError, match="NOSANA_ALLOW_SHARED_KEY is neither yes nor no"):
        Wallet.from_environment(environ={"NOSANA_WALLET": str(path), "NOSANA_ALLOW_SHARED_KEY": "maybe"})
    allowed = Wallet.from_environment(environ={"NOSANA_WALLET": str(path), "NOSANA_ALLOW_SHARED_KEY": "1"})
    assert str(allowed.address) == ADDRESS


def test_a_shared_file_can_be_allowed(key_file: Callable[..., Path]) -> None:
    assert str(Wallet.from_file(key_file(mode=0o644), allow_shared=True).address) == ADDRESS


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_wide_encoding_is_named(key_file: Callable[..., Path], encoding: str) -> None:
    with pytest.raises(WalletError, match=r"is UTF-(16|32) text, as some Windows programs write it; save it as UTF-8"):
        Wallet.from_file(key_file(JSON.encode(encoding)))


@pytest.mark.parametrize("content", [JSON, BASE58])
def test_a_byte_order_mark_is_read_over(key_file: Callable[..., Path], content: str) -> None:
    assert str(Wallet.from_file(key_file(b"\xef\xbb\xbf" + content.encode())).address) == ADDRESS


@pytest.mark.parametrize("path", ["", None, 5, b"id.json"])
def test_a_path_is_text(path: object) -> None:
    with pytest.raises(WalletError, match="the path of a key file must be text or a Path"):
        Wallet.from_file(path)  # type: ignore[arg-type]


@pytest.mark.parametrize("content", [JSON, f"\n {JSON}\n", json.dumps([*SECRET], indent=4), BASE58, BASE58 + "\n"])
def test_key_files_are_read(key_file: Callable[..., Path], content: str) -> None:
    assert str(Wallet.from_file(key_file(content)).address) == ADDRESS


# ---------------------------------------------------------------- the environment


@pytest.mark.parametrize("environ", [{}, {"NOSANA_WALLET": ""}, {"NOSANA_WALLET": " "}])
def test_an_unset_variable_says_what_to_set(environ: dict[str, str]) -> None:
    with pytest.raises(WalletError, match="NOSANA_WALLET is not set"):
        Wallet.from_environment(environ=environ)


@pytest.mark.parametrize("value", ["/no/such/id.json", "./no-such.json", "~/no/such/id.json"])
def test_a_variable_with_a_wrong_path_repeats_the_path(value: str) -> None:
    with pytest.raises(WalletError, match=rf"there is no key file '?{value.removeprefix('./')}'? \(NOSANA_WALLET\)"):
        Wallet.from_environment(environ={"NOSANA_WALLET": value})


def test_a_variable_that_is_nothing_of_the_kind_is_named() -> None:
    with pytest.raises(WalletError, match="KEY is no secret key"):
        Wallet.from_environment("KEY", environ={"KEY": "hello"})


@pytest.mark.parametrize("value", [JSON, BASE58])
def test_a_variable_may_hold_the_key(value: str) -> None:
    assert str(Wallet.from_environment(environ={"NOSANA_WALLET": value}).address) == ADDRESS


def test_a_variable_may_hold_the_path(key_file: Callable[..., Path]) -> None:
    environ = {"NOSANA_WALLET": str(key_file())}
    assert str(Wallet.from_environment(environ=environ).address) == ADDRESS


# ---------------------------------------------------------------- secrecy


def shows(secret: str, text: str) -> bool:
    return any(secret[start : start + 8] in text for start in range(len(secret) - 7))


def damaged(secret: str) -> st.SearchStrategy[str]:
    """The secret with a piece cut out or put in, anywhere: what a bad paste leaves."""
    place = st.integers(0, len(secret))
    inserted = st.text(min_size=1, max_size=3)
    return st.one_of(
        st.builds(lambda at: secret[:at], place),
        st.builds(lambda at: secret[at:], place),
        st.builds(lambda at, text: secret[:at] + text + secret[at:], place, inserted),
    )


def _nothing_shows(load: Callable[[str], Wallet], text: str, secret: str) -> None:
    try:
        shown: object = load(text)
    except WalletError as error:
        shown = (str(error), error.as_json(), error.facts, error.__cause__, error.__context__)
    assert not shows(secret, repr(shown))


@given(damaged(BASE58) | damaged(JSON).filter(lambda text: text.strip() != ""))
def test_no_error_from_the_environment_repeats_a_damaged_secret(text: str) -> None:
    for secret in (BASE58, JSON):
        _nothing_shows(lambda value: Wallet.from_environment(environ={"NOSANA_WALLET": value}), text, secret)


@given(damaged(BASE58) | damaged(JSON))
def test_no_parser_repeats_a_damaged_secret(text: str) -> None:
    for secret in (BASE58, JSON):
        _nothing_shows(Wallet.from_json, text, secret)
        _nothing_shows(Wallet.from_base58, text, secret)


@pytest.mark.parametrize("secret", [JSON, BASE58, SECRET.hex(), "0x" + SECRET.hex(), "abandon " * 11 + "about"])
def test_a_key_given_as_a_path_is_not_repeated(secret: str) -> None:
    _nothing_shows(Wallet.from_file, secret, secret)


@pytest.mark.parametrize("show", [str, repr, "{}".format])
def test_a_wallet_shows_its_address_only(show: Callable[[object], str]) -> None:
    assert show(Wallet.from_seed(SEED)) == f"Wallet({ADDRESS})"


@pytest.mark.parametrize("spread", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_wallet_is_not_pickled_or_copied(spread: Callable[[object], object]) -> None:
    with pytest.raises(TypeError, match="holds a secret key"):
        spread(Wallet.from_seed(SEED))


# ---------------------------------------------------------------- keys


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_has_32_bytes(length: int) -> None:
    with pytest.raises(WalletError, match=f"a seed has 32 bytes, not {length}"):
        Wallet.from_seed(bytes(length))


def test_generated_wallets_differ() -> None:
    assert Wallet.generate().address != Wallet.generate().address


def test_a_signature_holds_for_the_address_and_message_alone() -> None:
    wallet = Wallet.from_seed(SEED)
    signature = wallet.sign(b"message")
    assert not signature.verify(wallet.address, b"another")
    assert signature.verify(wallet.address, b"message")


@given(st.binary(min_size=32, max_size=32))
def test_every_form_of_a_key_gives_the_same_wallet(seed: bytes) -> None:
    secret = bytes(Keypair.from_seed(seed))
    wallets = [
        Wallet.from_seed(seed),
        Wallet.from_json(json.dumps(list(secret))),
        Wallet.from_base58(base58.b58encode(secret).decode()),
    ]
    assert {wallet.address for wallet in wallets} == {Keypair.from_seed(seed).pubkey()}
