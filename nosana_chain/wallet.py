"""Keys that sign: from Solana CLI key files, JSON arrays, base58 text and environment variables.

A secret goes in and never comes out: not in a repr, an error, a pickle, or the context of an exception (which
is why parsers here answer None and errors are raised outside `except` blocks).
"""

from __future__ import annotations

import json
import os
import re
import shlex
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn, Protocol

import base58
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.errors import WalletError
from nosana_chain.files import open_regular

SEED_BYTES = 32
KEYPAIR_BYTES = 64  # the seed, then the public key: the layout that solana-keygen writes
MAX_KEY_FILE_BYTES = 4096  # a key file has about 230 bytes; pretty-printed still below 1000

_MAX_BASE58 = 88  # characters of 64 bytes; decoding takes the square of the length
_SHARED = stat.S_IRWXG | stat.S_IRWXO
# A key pasted where a path belongs: 32 letters and digits in a row, or a list of numbers or words.
_KEY_LIKE = re.compile(r"[0-9A-Za-z]{32}|(\w+[\s,]+){8}")


class Signer(Protocol):
    """What everything that signs asks for: a local `Wallet`, a hardware key, a remote signer."""

    @property
    def address(self) -> Pubkey:
        """The public key that `sign` signs for."""

    def sign(self, message: bytes) -> Signature:
        """Ed25519 signature of a serialised transaction message."""


class Wallet:
    """A key held in this process. Implements `Signer`; shows its address and nothing else."""

    __slots__ = ("_keypair",)

    def __init__(self, keypair: Keypair) -> None:
        self._keypair = keypair  # its own repr is the secret: never hand it out

    @property
    def address(self) -> Pubkey:
        """The public key."""
        return self._keypair.pubkey()

    def sign(self, message: bytes) -> Signature:
        """Ed25519 signature (64 bytes) of `message`."""
        return self._keypair.sign_message(message)

    def __repr__(self) -> str:
        return f"Wallet({self.address})"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse pickles and copies: both would spread the secret."""
        raise TypeError("a Wallet can't be pickled or copied: it holds a secret key")

    @classmethod
    def generate(cls) -> Wallet:
        """A new random key. It exists only in memory."""
        return cls(Keypair())

    @classmethod
    def from_seed(cls, seed: bytes) -> Wallet:
        """The key of a 32-byte Ed25519 seed.

        Raises:
            WalletError: the seed has another length.
        """
        if len(seed) != SEED_BYTES:
            raise WalletError(f"a seed has {SEED_BYTES} bytes, not {len(seed)}")
        return cls(Keypair.from_seed(seed))

    @classmethod
    def from_json(cls, text: str) -> Wallet:
        """The key of a JSON array of 64 numbers from 0 to 255, as solana-keygen writes it.

        Raises:
            WalletError: any other text, or a public key (the last 32 numbers) that isn't the seed's own.
        """
        return _wallet_of_json(text, "the text")

    @classmethod
    def from_base58(cls, text: str) -> Wallet:
        """The key of 64 bytes in base58, as browser wallets export it.

        Raises:
            WalletError: any other text, or a public key (the last 32 bytes) that isn't the seed's own.
        """
        return _wallet_of_base58(text, "the text")

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], *, allow_shared: bool = False) -> Wallet:
        """The key in a file: a JSON array (Solana CLI) or base58 text. `~` is the home folder.

        Args:
            path: a regular file of at most 4096 bytes.
            allow_shared: accept a file that the group or everybody has permissions on.

        Raises:
            WalletError: no such file, unreadable, shared with other users, or not a key.
        """
        place = Path(os.path.expanduser(path))  # noqa: PTH111  Path.expanduser raises where there is no home
        return _wallet_of(_read_key_file(place, allow_shared=allow_shared), _shown(place))

    @classmethod
    def from_setting(cls, value: str, *, name: str, allow_shared: bool = False) -> Wallet:
        """The key that a setting holds or points to: a JSON array, base58 text, or the path of a key file.

        Args:
            value: the setting's text; errors repeat it only if it is clearly a path.
            name: what errors call the setting.
            allow_shared: as in `from_file`.

        Raises:
            WalletError: `value` is none of the three, or its file can't be used.
        """
        if _exists(value):
            return cls.from_file(value, allow_shared=allow_shared)
        if value.startswith(("/", "~", "./", "../")):
            raise WalletError(
                f"there is no key file {_shown(Path(value))} ({name}); "
                "create one with solana-keygen new, or name another"
            )
        return _wallet_of(value, name)

    @classmethod
    def from_environment(cls, variable: str = "NOSANA_WALLET", *, environ: Mapping[str, str] = os.environ) -> Wallet:
        """The key that an environment variable holds or points to, as in `from_setting`.

        Raises:
            WalletError: the variable isn't set, or `from_setting` refuses it.
        """
        value = environ.get(variable, "")
        if not value.strip():
            raise WalletError(
                f"{variable} is not set; set it to the path of a key file, such as ~/.config/solana/id.json"
            )
        return cls.from_setting(value, name=variable)


def _wallet_of(text: str, origin: str) -> Wallet:
    if text.strip().startswith("["):
        return _wallet_of_json(text, origin)
    return _wallet_of_base58(text, origin)


def _wallet_of_json(text: str, origin: str) -> Wallet:
    numbers = _parsed(text)
    if not isinstance(numbers, list) or not all(type(number) is int for number in numbers):
        raise WalletError(f"{origin} is no secret key: a JSON array of {KEYPAIR_BYTES} numbers was expected")
    if not all(0 <= number <= 0xFF for number in numbers):  # noqa: PLR2004  a byte
        raise WalletError(f"{origin} is no secret key: one of its numbers is not from 0 to 255")
    return _wallet_of_bytes(bytes(numbers), origin)


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # ValueError: not JSON, or a number of over 4300 digits
        return None


def _wallet_of_base58(text: str, origin: str) -> Wallet:
    raw = _decoded(text)
    if raw is None:
        raise WalletError(
            f"{origin} is no secret key: expected a JSON array of {KEYPAIR_BYTES} numbers (Solana CLI), "
            "base58 text, or the path of a file with one of them"
        )
    return _wallet_of_bytes(raw, origin)


def _decoded(text: str) -> bytes | None:
    try:
        return base58.b58decode(text.strip()) if 0 < len(text.strip()) <= _MAX_BASE58 else None
    except ValueError:
        return None


def _wallet_of_bytes(raw: bytes, origin: str) -> Wallet:
    if len(raw) == SEED_BYTES:
        raise WalletError(
            f"{origin} has {SEED_BYTES} bytes: an address, or a seed alone; a secret key has {KEYPAIR_BYTES} "
            "(for a seed use Wallet.from_seed)"
        )
    if len(raw) != KEYPAIR_BYTES:
        raise WalletError(f"{origin} has {len(raw)} bytes; a secret key has {KEYPAIR_BYTES}")
    keypair = Keypair.from_seed(raw[:SEED_BYTES])
    if bytes(keypair) != raw:
        raise WalletError(f"{origin} is damaged: its public key (the last {SEED_BYTES} bytes) isn't its seed's")
    return Wallet(keypair)


def _exists(path: str | Path) -> bool:
    try:
        return os.path.lexists(os.path.expanduser(path))  # noqa: PTH111  as in from_file
    except ValueError:  # a NUL inside
        return False


def _shown(place: Path) -> str:
    """The path for a message, on one line, fit for a shell; hidden if it may be a key pasted in place of a path."""
    text = str(place)
    if _KEY_LIKE.search(text) and not _exists(place):
        return "(not shown: it looks like a key)"
    return shlex.quote(text) if text.isprintable() else repr(text)


def _read_key_file(place: Path, *, allow_shared: bool) -> str:
    content, shared, failure = _opened(place)
    shown = _shown(place)
    if failure:
        raise WalletError(f"can't read the key file {shown}: {failure}", path=shown)
    if shared and not allow_shared:
        raise WalletError(f"other users may access the key file {shown}; run: chmod 600 {shown}", path=shown)
    if not content.strip():
        raise WalletError(f"the key file {shown} is empty", path=shown)
    if len(content) > MAX_KEY_FILE_BYTES or not content.isascii():
        raise WalletError(f"{shown} is no key file: expected a JSON array of {KEYPAIR_BYTES} numbers", path=shown)
    return content.decode("ascii")


def _opened(place: Path) -> tuple[bytes, bool, str | None]:
    """The first bytes of a file, whether other users have permissions on it, and why it can't be read."""
    try:
        with open_regular(place) as file:
            shared = os.fstat(file.fileno()).st_mode & _SHARED
            return file.read(MAX_KEY_FILE_BYTES + 1), bool(shared), None
    except OSError as error:
        return b"", False, error.strerror
