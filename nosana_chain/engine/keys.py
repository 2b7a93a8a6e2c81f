"""Keys of new accounts that are found again from the wallet and an idempotency key alone, on any machine.

One signature of the wallet, over an off-chain message that no transaction can be mistaken for, is the root; nothing
is stored. HKDF-SHA256 (RFC 5869) over genesis hash, verb and key gives the seed of an account. Whoever knows the root
knows the addresses of future accounts and could take them first; no money can be moved with it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import NoReturn

from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.engine.signing import SIGNING_SECONDS, ask
from nosana_chain.errors import SignerError, WalletError
from nosana_chain.wallet import SEED_BYTES, Signer, Wallet

# The published off-chain message format, header version 0: signing domain, version, application domain (32 bytes),
# format (0: printable ASCII, which hardware wallets show), signer count, signers, length (u16), message.
SIGNING_DOMAIN = b"\xffsolana offchain"
APPLICATION_DOMAIN = hashlib.sha256(b"nosana-chain/account-keys").digest()
ROOT_MESSAGE = (
    b"nosana-chain: derive the keys of my job accounts (version 1). Sign this only inside nosana-chain: "
    b"who has this signature knows the addresses of your future jobs."
)
_HEADER_VERSION, _PRINTABLE_ASCII, _ONE_SIGNER = b"\x00", b"\x00", b"\x01"
_SALT = b"nosana-chain/account-keys/1"
_HASH_BYTES = 32
_RANDOM_KEY_BYTES = 16

#: What a signer raises that can't sign anything but transactions. Other errors (a remote signer out of reach) pass:
#: taken for "can't", the same idempotency key would give another address than yesterday.
CANT_SIGN_MESSAGES = (NotImplementedError, TypeError, ValueError)


class Seed:
    """The 32 bytes that an account's key is made of; shows nothing, and can't be pickled or copied."""

    __slots__ = ("_content",)

    def __init__(self, content: bytes) -> None:
        if len(content) != SEED_BYTES:
            raise WalletError(f"a seed has {SEED_BYTES} bytes, not {len(content)}")
        self._content = content

    @classmethod
    def random(cls) -> Seed:
        """A new one, for signers whose keys can't be derived; the journal must hold it."""
        return cls(secrets.token_bytes(SEED_BYTES))

    def wallet(self) -> Wallet:
        """The signer of the account."""
        return Wallet.from_seed(self._content)

    def reveal(self) -> bytes:
        """The bytes themselves, for the journal that holds them until the account exists."""
        return self._content

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Seed) and hmac.compare_digest(self._content, other._content)

    def __hash__(self) -> int:
        return hash(self.wallet().address)

    def __repr__(self) -> str:
        return "Seed(...)"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse pickles and copies: both would spread the secret."""
        raise TypeError("a Seed can't be pickled or copied: it is a secret")


class Address:
    """A signer of which only the address is left: of an account that was made, and whose key nobody keeps."""

    __slots__ = ("address",)

    def __init__(self, address: Pubkey) -> None:
        self.address = address

    def sign(self, _message: bytes) -> NoReturn:
        """Refuse: there is no key."""
        raise WalletError(f"the key of {self.address} is gone: it signed the making of its account, and nothing else")


class AccountKeys:
    """Derives the key of each account that a wallet makes. Holds a secret; shows the wallet's address only."""

    __slots__ = ("_root", "address")

    def __init__(self, address: Pubkey, root: Signature) -> None:
        self.address = address
        self._root = hkdf_extract(_SALT, bytes(root))

    def seed(self, *, genesis_hash: str, verb: str, key: str) -> Seed:
        """The seed for an idempotency key: always the same, and another for every other network, verb or key.

        Args:
            genesis_hash: the cluster's, as it was fetched.
            verb: the action, such as "post_job".
            key: the user's idempotency key; compared byte by byte, so "é" in two Unicode forms is two keys.
        """
        parts = [text.encode() for text in (genesis_hash, verb, key)]
        framed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return Seed(hkdf_expand(self._root, framed, SEED_BYTES))

    def __repr__(self) -> str:
        return f"AccountKeys({self.address})"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse pickles and copies: both would spread the secret."""
        raise TypeError("AccountKeys can't be pickled or copied: they hold a secret")


async def derive_keys(signer: Signer, *, within: float = SIGNING_SECONDS) -> AccountKeys | None:
    """The account keys of a wallet, or None where they can't be derived: use `Seed.random`, hold it, and tell.

    None if the signer can't sign messages (it raises WalletError or one of `CANT_SIGN_MESSAGES`), if two signatures of
    the same message differ, or if they aren't the wallet's signature of this very message. Network: none of its own;
    the signer is asked twice, and may take `within` seconds each time.

    Raises:
        SignerError: it is out of reach.
    """
    content = root_message(signer.address)
    try:
        signatures = await ask(signer, content, within=within), await ask(signer, content, within=within)
    except WalletError:
        return None
    except SignerError as error:
        if isinstance(error.__cause__, CANT_SIGN_MESSAGES):
            return None
        raise
    return keys_of(signer.address, *signatures)


def keys_of(address: Pubkey, first: Signature, second: Signature) -> AccountKeys | None:
    """As `derive_keys`, from two signatures of `root_message(address)`, for signers that are asked another way."""
    # A signer that answers with anything else, such as zeros, would give keys that everybody can derive.
    genuine = first == second and first.verify(address, root_message(address))
    return AccountKeys(address, first) if genuine else None


def root_message(address: Pubkey) -> bytes:
    """What the wallet signs for its root: never valid as a transaction, since none starts with 0xff."""
    preamble = SIGNING_DOMAIN + _HEADER_VERSION + APPLICATION_DOMAIN + _PRINTABLE_ASCII + _ONE_SIGNER + bytes(address)
    return preamble + len(ROOT_MESSAGE).to_bytes(2, "little") + ROOT_MESSAGE


def random_key() -> str:
    """An idempotency key for an action that was given none: 128 random bits."""
    return f"auto-{secrets.token_hex(_RANDOM_KEY_BYTES)}"


def hkdf_extract(salt: bytes, material: bytes) -> bytes:
    """HKDF-Extract of RFC 5869 with SHA-256: 32 bytes."""
    return hmac.digest(salt or bytes(_HASH_BYTES), material, "sha256")


def hkdf_expand(root: bytes, purpose: bytes, length: int) -> bytes:
    """HKDF-Expand of RFC 5869 with SHA-256: `length` bytes, at most 8160."""
    if not 0 < length <= 255 * _HASH_BYTES:
        raise ValueError(f"HKDF-SHA256 gives from 1 to {255 * _HASH_BYTES} bytes, not {length}")
    output = block = b""
    for counter in range(1, -(-length // _HASH_BYTES) + 1):
        block = hmac.digest(root, block + purpose + bytes([counter]), "sha256")
        output += block
    return output[:length]
