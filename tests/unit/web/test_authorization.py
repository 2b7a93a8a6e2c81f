"""Authorization strings: every recorded case of the official package, and what is refused here besides."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import pytest
from off_chain import RECORDED
from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.errors import AuthorizationError, InputError, SignerError
from nosana_chain.wallet import SignsElsewhere, Wallet
from nosana_chain.web.authorization import is_authorized, sign_authorization

CASES: dict[str, Any] = RECORDED["authorization"]
WALLET = Wallet.from_seed(bytes.fromhex(CASES["key"]["seed_hex"]))
REFUSED = {"empty", "message containing the separator"}  # what nobody can take apart again isn't signed


def named(case: dict[str, Any]) -> str:
    return str(case["name"])


@pytest.mark.parametrize("case", CASES["generate"], ids=named)
async def test_what_is_signed_is_what_the_official_package_signs(case: dict[str, Any]) -> None:
    options = case["options"]
    separator = options.get("separator", ":")
    time_ms = case["now_ms"] if options.get("includeTime") else None
    signing = sign_authorization(WALLET, case["message"], time_ms=time_ms, separator=separator)
    if case["name"] in REFUSED:
        with pytest.raises(InputError, match="a message to sign is one line of text"):
            await signing
    else:
        assert await signing == case["authorization"]


@pytest.mark.parametrize("case", CASES["validate"], ids=named)
def test_what_is_taken_is_what_the_official_package_takes(case: dict[str, Any]) -> None:
    options = case["options"]

    def verdict() -> bool:
        return is_authorized(
            case["authorization"],
            case["public_key"],
            at_ms=case["now_ms"],
            message=options.get("expected_message"),
            expiry_seconds=options.get("expiry", 300),
            separator=options.get("separator", ":"),
        )

    if "threw" in case:
        with pytest.raises(AuthorizationError) as caught:
            verdict()
        assert caught.value.message == case["threw"]
    else:
        assert verdict() == case["result"]


def test_all_cases_are_there() -> None:
    assert (len(CASES["generate"]), len(CASES["validate"])) == (11, 23)


async def test_an_authorization_is_hidden() -> None:
    signed = await sign_authorization(WALLET, "NosanaApiAuthentication")
    assert "Nosana" not in repr({"authorization": signed})


@pytest.mark.parametrize("message", ["\x01\x00\x01", "two\nlines", "tab\t"])
async def test_what_may_be_a_transaction_is_not_signed(message: str) -> None:
    with pytest.raises(InputError):
        await sign_authorization(WALLET, message)


class Remote:
    """A signer that answers later, with the signature of some other message."""

    address: Pubkey = WALLET.address

    def __init__(self, said: bytes) -> None:
        self.said = said

    def sign(self, message: bytes) -> Awaitable[Signature]:
        async def later() -> Signature:
            return WALLET.sign(self.said)

        return later()


async def test_a_remote_signer_is_held_to_what_it_signs() -> None:
    assert await sign_authorization(Remote(b"hello"), "hello") == await sign_authorization(WALLET, "hello")
    with pytest.raises(SignerError, match="another signature"):
        await sign_authorization(Remote(b"other"), "hello")


async def test_who_signs_elsewhere_can_not_prove_himself_here() -> None:
    with pytest.raises(SignerError, match="signs no messages here"):
        await sign_authorization(SignsElsewhere(WALLET.address), "hello")
