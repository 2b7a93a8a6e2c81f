"""Addresses as users give them: what is none first."""

from __future__ import annotations

from typing import Any

import base58
import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from nosana_chain.addresses import as_address
from nosana_chain.errors import InputError
from nosana_chain.wallet import Wallet

ADDRESS = "9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtpj"
keys = st.binary(min_size=32, max_size=32).map(Pubkey)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "nvidia-3060",
        ADDRESS[:-2],
        ADDRESS[:-1] + "0",
        "\ud800",
        "\x1b[2J",
        base58.b58encode(bytes(31)).decode(),
    ],
)
def test_a_text_that_is_no_address_is_shown(text: str) -> None:
    with pytest.raises(InputError, match=r"^market is .* which is no address: that is base58 text") as caught:
        as_address(text, "market")
    assert caught.value.message.isprintable()
    assert caught.value.facts["name"] == "market"


@pytest.mark.parametrize(
    "text", [base58.b58encode(bytes(Keypair.from_seed(bytes(32)))).decode(), ADDRESS + "x", "1" * 10**6], ids=len
)
def test_a_text_that_may_be_a_key_is_not_repeated(text: str) -> None:
    with pytest.raises(InputError, match=f"owner has {len(text)} characters and is no address") as caught:
        as_address(text, "owner")
    assert text not in f"{caught.value!r} {caught.value.facts}"


@pytest.mark.parametrize("value", [None, 5, 1.5, True, b"x" * 32, [ADDRESS], object()])
def test_another_type_is_named(value: Any) -> None:
    with pytest.raises(InputError, match=rf"job must be an address .* not a {type(value).__name__}$"):
        as_address(value, "job")


def test_what_has_an_address_says_so() -> None:
    with pytest.raises(InputError, match=r"not a Wallet; a Wallet has one: pass its \.address"):
        as_address(Wallet.generate(), "host")  # type: ignore[arg-type]


@given(keys)
def test_every_address_in_both_forms(address: Pubkey) -> None:
    assert as_address(address, "x") is address
    assert as_address(str(address), "x") == as_address(f" {address}\n", "x") == address


@given(st.text())
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        assert str(as_address(text, "x")) == text.strip()
    except InputError as error:
        assert error.message.isprintable()  # noqa: PT017  either is right
