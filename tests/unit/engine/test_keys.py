import copy
import logging
import pickle
import traceback

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from nosana_chain.engine.keys import (
    APPLICATION_DOMAIN,
    AccountKeys,
    Seed,
    derive_keys,
    hkdf_expand,
    hkdf_extract,
    random_key,
    root_message,
)
from nosana_chain.errors import RpcUnreachableError, WalletError
from nosana_chain.wallet import Wallet

GENESIS = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d"
KEYPAIR = Keypair.from_seed(bytes(range(32)))

#: RFC 5869, appendix A.1 to A.3: material, salt, purpose, root, output.
RFC_5869 = [
    (
        "0b" * 22,
        "000102030405060708090a0b0c",
        "f0f1f2f3f4f5f6f7f8f9",
        "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ),
    (
        bytes(range(0x50)).hex(),
        bytes(range(0x60, 0xB0)).hex(),
        bytes(range(0xB0, 0x100)).hex(),
        "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
        (
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
            "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"
        ),
    ),
    (
        "0b" * 22,
        "",
        "",
        "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    ),
]


class FakeSigner:
    """A signer that answers what it is told, the last answer again and again."""

    def __init__(self, *answers: Signature | Exception) -> None:
        self.address = KEYPAIR.pubkey()
        self.asked: list[bytes] = []
        self._answers = list(answers)

    def sign(self, message: bytes) -> Signature:
        self.asked.append(message)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def derived(keys: AccountKeys | None, **changes: str) -> Pubkey:
    assert keys is not None
    facts = {"genesis_hash": GENESIS, "verb": "post_job", "key": "order-4711"}
    return keys.seed(**facts | changes).wallet().address


@pytest.mark.parametrize(("material", "salt", "purpose", "root", "output"), RFC_5869)
def test_hkdf_is_the_one_of_the_rfc(material: str, salt: str, purpose: str, root: str, output: str) -> None:
    extracted = hkdf_extract(bytes.fromhex(salt), bytes.fromhex(material))
    assert extracted.hex() == root
    assert hkdf_expand(extracted, bytes.fromhex(purpose), len(output) // 2).hex() == output


@pytest.mark.parametrize("length", [0, 255 * 32 + 1])
def test_hkdf_gives_no_more_than_it_can(length: int) -> None:
    with pytest.raises(ValueError, match="8160"):
        hkdf_expand(bytes(32), b"", length)


def test_the_message_has_the_published_layout() -> None:
    address = KEYPAIR.pubkey()
    message = root_message(address)
    text = message[85:]
    assert message[:16] == b"\xffsolana offchain"
    assert message[16] == 0  # header version
    assert message[17:49] == APPLICATION_DOMAIN
    assert message[49] == 0  # printable ASCII
    assert message[50] == 1  # signers
    assert message[51:83] == bytes(address)
    assert int.from_bytes(message[83:85], "little") == len(text)
    assert len(message) <= 1232  # what hardware wallets take
    assert all(0x20 <= byte <= 0x7E for byte in text)


def test_the_message_is_no_transaction() -> None:
    with pytest.raises(Exception, match=r"."):
        VersionedTransaction.from_bytes(root_message(KEYPAIR.pubkey()))


async def test_an_address_for_all_time() -> None:
    """Changing it loses every job that was posted under a key before."""
    address = derived(await derive_keys(Wallet(KEYPAIR)))
    assert str(address) == "Ezd7qNrgv3etydbmFVCcx1xiPLVA1NGGfZtyPWtsAoJ2"


async def test_two_machines_find_the_same_account() -> None:
    assert derived(await derive_keys(Wallet(KEYPAIR))) == derived(
        await derive_keys(Wallet(Keypair.from_seed(bytes(range(32)))))
    )


@pytest.mark.parametrize(
    "error", [NotImplementedError(), TypeError("bytes"), ValueError("no message"), WalletError("")]
)
async def test_a_signer_without_messages_derives_nothing(error: Exception) -> None:
    assert await derive_keys(FakeSigner(error)) is None


async def test_a_signer_out_of_reach_is_not_one_without_messages() -> None:
    gone = RpcUnreachableError("gone")
    with pytest.raises(RpcUnreachableError):
        await derive_keys(FakeSigner(gone))


async def test_two_signatures_that_differ_derive_nothing() -> None:
    genuine = KEYPAIR.sign_message(root_message(KEYPAIR.pubkey()))
    signer = FakeSigner(genuine, KEYPAIR.sign_message(b"another"))
    assert await derive_keys(signer) is None
    assert signer.asked == [root_message(KEYPAIR.pubkey())] * 2
    assert await derive_keys(FakeSigner(genuine)) is not None


@pytest.mark.parametrize("answer", [Signature.default(), KEYPAIR.sign_message(b"something else")])
async def test_a_signature_of_anything_else_derives_nothing(answer: Signature) -> None:
    assert await derive_keys(FakeSigner(answer)) is None


async def test_secrets_stay_inside(caplog: pytest.LogCaptureFixture) -> None:
    keys = await derive_keys(Wallet(KEYPAIR))
    assert keys is not None
    seed = keys.seed(genesis_hash=GENESIS, verb="post_job", key="a")
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("nosana_chain.test").error("%r %s %r", keys, seed, [seed])
    for text in (caplog.text, repr(keys), repr(seed), f"{seed}", str(vars(AccountKeys))):
        assert seed.reveal().hex() not in text
        assert repr(seed.reveal()) not in text
    for secret in (keys, seed):
        for spread in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="secret"):
                spread(secret)
    assert repr(seed) == "Seed(...)"
    assert not hasattr(seed, "__dict__")


def test_a_seed_of_another_length_is_not_shown() -> None:
    with pytest.raises(WalletError) as caught:
        Seed(b"tooshort-secret")
    assert "tooshort" not in "".join(traceback.format_exception(caught.value, chain=True)[-1:])
    assert "15" in str(caught.value)


def test_seeds_are_compared_by_content() -> None:
    assert Seed(bytes(32)) == Seed(bytes(32)) != Seed.random()
    assert len({Seed(bytes(32)), Seed(bytes(32))}) == 1
    assert Seed(bytes(32)) != bytes(32)


def test_random_keys_differ_and_say_that_they_are() -> None:
    keys = {random_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(key.startswith("auto-") and key.isprintable() and len(key) == 37 for key in keys)
