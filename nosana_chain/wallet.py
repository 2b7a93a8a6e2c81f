"""Keys that sign: from Solana CLI key files, JSON arrays, base58 text and environment variables.

A secret goes in and never comes out: not in a repr, an error, a pickle, a local variable of a traceback, or the
context of an exception. So texts are hidden as they come in, and what reads them answers with what is wrong with
them: errors are raised where no local variable and no other exception holds a piece of a key.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import stat
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import NoReturn, Protocol

import base58
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.environment import Environment
from nosana_chain.errors import WalletError
from nosana_chain.files import open_regular, wide_encoding, without_mark
from nosana_chain.secret import Secret, SecretText

SEED_BYTES = 32
KEYPAIR_BYTES = 64  # the seed, then the public key: the layout that solana-keygen writes
MAX_KEY_FILE_BYTES = 4096  # a key file has about 230 bytes; pretty-printed still below 1000

#: The setting that accepts key files which others may read, as containers get them: in the environment.
ALLOW_SHARED_VARIABLE = "NOSANA_ALLOW_SHARED_KEY"

_MAX_BASE58 = 88  # characters of 64 bytes; decoding takes the square of the length
_SHARED = stat.S_IRWXG | stat.S_IRWXO
# A key pasted where a path belongs: 32 letters and digits in a row, or a list of numbers or words.
_KEY_LIKE = re.compile(r"[0-9A-Za-z]{32}|(\w+[\s,]+){8}")


class LocalSigner(Protocol):
    """A signer that answers at once, such as a key in this process."""

    @property
    def address(self) -> Pubkey:
        """The public key that `sign` signs for."""

    def sign(self, message: bytes) -> Signature:
        """Ed25519 signature of a serialised transaction message."""


class Signer(Protocol):
    """What everything that signs asks for: a local `Wallet`, a hardware key, a remote signer.

    One that is remote answers with an awaitable: `async def sign`. What it gives is verified before anything is sent.
    """

    @property
    def address(self) -> Pubkey:
        """The public key that `sign` signs for."""

    def sign(self, message: bytes) -> Signature | Awaitable[Signature]:
        """Ed25519 signature of a serialised transaction message, or of another message that it was asked for.

        One that signs nothing but transactions raises NotImplementedError for what begins with 0xff.
        """


class SignsElsewhere:
    """Somebody whose key is not here: a hardware wallet, a multisig. For actions that are exported, unsigned."""

    def __init__(self, address: Pubkey) -> None:
        self.address = address

    def sign(self, message: bytes) -> NoReturn:
        """Refused: that is done elsewhere.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(f"{self.address} signs elsewhere: export the action with `unsigned`")

    def __repr__(self) -> str:
        return f"SignsElsewhere({self.address})"


class Wallet:
    """A key held in this process. Implements `Signer`; shows its address and nothing else."""

    __slots__ = ("_address", "_keypair")

    def __init__(self, keypair: Keypair) -> None:
        """A wallet of a key that solders holds.

        Raises:
            WalletError: it is no Keypair.
        """
        kind, held = type(keypair), Secret(keypair)  # a Keypair's own repr is the secret: never hand it out
        del keypair
        if not issubclass(kind, Keypair):
            del self  # half made: it has no address to show
            raise WalletError(f"a Wallet is made of a solders Keypair, not of {kind.__name__}; see Wallet.from_file")
        self._keypair = held
        self._address = held.reveal().pubkey()  # deriving it takes as long as signing

    @property
    def address(self) -> Pubkey:
        """The public key."""
        return self._address

    def sign(self, message: bytes) -> Signature:
        """Ed25519 signature (64 bytes) of `message`."""
        return self._keypair.reveal().sign_message(message)

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
            WalletError: the seed has another length, or isn't bytes.
        """
        found = f"{len(seed)}" if isinstance(seed, bytes) else f"a {type(seed).__name__}"
        if found == str(SEED_BYTES):
            return cls(Keypair.from_seed(seed))
        del seed
        raise WalletError(f"a seed has {SEED_BYTES} bytes, not {found}")

    @classmethod
    def from_json(cls, text: str) -> Wallet:
        """The key of a JSON array of 64 numbers from 0 to 255, as solana-keygen writes it.

        Raises:
            WalletError: any other text, or a public key (the last 32 numbers) that isn't the seed's own.
        """
        text = _hidden(text)
        return _wallet(text, "the text", _key_of_json)

    @classmethod
    def from_base58(cls, text: str) -> Wallet:
        """The key of 64 bytes in base58, as browser wallets export it.

        Raises:
            WalletError: any other text, or a public key (the last 32 bytes) that isn't the seed's own.
        """
        text = _hidden(text)
        return _wallet(text, "the text", _key_of_base58)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], *, allow_shared: bool = False) -> Wallet:
        """The key in a file: a JSON array (Solana CLI) or base58 text. `~` is the home folder.

        Args:
            path: a regular file of at most 4096 bytes.
            allow_shared: accept a file that the group or everybody has permissions on, as secrets mounted into
                containers have.

        Raises:
            WalletError: no such file, unreadable, shared with other users, or not a key.
        """
        path = _hidden(path)
        if not path:
            raise WalletError("the path of a key file must be text or a Path, and not empty")
        place = SecretText(os.path.expanduser(path))  # noqa: PTH111  Path.expanduser raises where there is no home
        shown = _shown(place)
        text, problem = _read_key_file(place, shown, allow_shared=allow_shared)
        if problem:
            raise WalletError(problem, path=shown)
        return _wallet(text, shown, _key_of)

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
        value = _hidden(value)
        if _exists(value):
            return cls.from_file(value, allow_shared=allow_shared)
        if value.startswith(("/", "~", "./", "../")):
            raise WalletError(
                f"there is no key file {_shown(value)} ({name}); create one with nosana-chain wallet new (or with "
                "solana-keygen new), or name another"
            )
        return _wallet(value, name, _key_of)

    @classmethod
    def from_environment(cls, variable: str = "NOSANA_WALLET", *, environ: Mapping[str, str] = os.environ) -> Wallet:
        """The key that an environment variable holds or points to, as in `from_setting`.

        NOSANA_ALLOW_SHARED_KEY=1 accepts a key file that other users may read.

        Raises:
            WalletError: the variable isn't set, or `from_setting` refuses it.
            ConfigError: NOSANA_ALLOW_SHARED_KEY is neither yes nor no.
        """
        variables = Environment(environ)
        del environ
        value = variables.text(variable)
        if not value:
            raise WalletError(
                f"{variable} is not set; set it to the path of a key file, such as ~/.config/solana/id.json"
            )
        return cls.from_setting(value, name=variable, allow_shared=variables.switch(ALLOW_SHARED_VARIABLE))


#: What reading a key gives: the key, or what is wrong; never an exception.
_Read = tuple[Secret[Keypair] | None, str]


def _hidden(given: object) -> SecretText:
    """A text or path as it came in; what is neither is an empty text, which every reader refuses."""
    return SecretText(given if isinstance(given, str) else os.fspath(given) if isinstance(given, os.PathLike) else "")


def _wallet(text: SecretText, origin: str, read: Callable[[str], _Read]) -> Wallet:
    keypair, problem = read(text)
    if keypair is None:
        raise WalletError(f"{origin} {problem}")
    return Wallet(keypair.reveal())


def _key_of(text: str) -> _Read:
    return _key_of_json(text) if text.strip().startswith("[") else _key_of_base58(text)


def _key_of_json(text: str) -> _Read:
    numbers = _parsed(text)
    if not isinstance(numbers, list) or not all(type(number) is int for number in numbers):
        return None, f"is no secret key: a JSON array of {KEYPAIR_BYTES} numbers was expected"
    if not all(0 <= number <= 0xFF for number in numbers):  # noqa: PLR2004  a byte
        return None, "is no secret key: one of its numbers is not from 0 to 255"
    return _key_of_bytes(bytes(numbers))


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # ValueError: not JSON, or a number of over 4300 digits
        return None


def _key_of_base58(text: str) -> _Read:
    raw = _decoded(text.strip())
    if raw is None:
        return None, (
            f"is no secret key: expected a JSON array of {KEYPAIR_BYTES} numbers (Solana CLI), "
            "base58 text, or the path of a file with one of them"
        )
    return _key_of_bytes(raw)


def _decoded(text: str) -> bytes | None:
    try:
        return base58.b58decode(text) if 0 < len(text) <= _MAX_BASE58 else None
    except ValueError:
        return None


def _key_of_bytes(raw: bytes) -> _Read:
    if len(raw) == SEED_BYTES:
        return None, (
            f"has {SEED_BYTES} bytes: an address, or a seed alone; a secret key has {KEYPAIR_BYTES} "
            "(for a seed use Wallet.from_seed)"
        )
    if len(raw) != KEYPAIR_BYTES:
        return None, f"has {len(raw)} bytes; a secret key has {KEYPAIR_BYTES}"
    keypair = Keypair.from_seed(raw[:SEED_BYTES])
    if bytes(keypair) != raw:
        return None, f"is damaged: its public key (the last {SEED_BYTES} bytes) isn't its seed's"
    return Secret(keypair), ""


def _exists(path: str) -> bool:
    try:
        return os.path.lexists(os.path.expanduser(path))  # noqa: PTH111  as in from_file
    except ValueError:  # a NUL inside
        return False


def _shown(place: str) -> str:
    """The path for a message, on one line, fit for a shell; hidden if it may be a key pasted in place of a path."""
    text = str(Path(place))
    if _KEY_LIKE.search(text) and not _exists(text):
        return "(not shown: it looks like a key)"
    return shlex.quote(text) if text.isprintable() else repr(text)


def _read_key_file(place: str, shown: str, *, allow_shared: bool) -> tuple[SecretText, str]:
    """The text of a key file, and what is wrong with the file."""
    content, shared, failure = _opened(place)
    text = without_mark(content)
    problem = ""
    if failure:
        problem = f"can't read the key file {shown}: {failure}"
    elif shared and not allow_shared:
        problem = (
            f"other users may access the key file {shown}; run: chmod 600 {shown} - or, where that can't be done, as "
            f"with secrets mounted into a container, set {ALLOW_SHARED_VARIABLE}=1 (allow_shared_key = true in the "
            "configuration file, allow_shared=True in Python)"
        )
    elif wide := wide_encoding(content):
        problem = f"the key file {shown} is {wide} text, as some Windows programs write it; save it as UTF-8"
    elif not text.strip():
        problem = f"the key file {shown} is empty"
    elif len(content) > MAX_KEY_FILE_BYTES or not text.isascii():
        problem = f"{shown} is no key file: expected a JSON array of {KEYPAIR_BYTES} numbers"
    return SecretText("" if problem else text.decode("ascii")), problem


def _opened(place: str) -> tuple[bytes, bool, str | None]:
    """The first bytes of a file, whether other users have permissions on it, and why it can't be read."""
    try:
        with open_regular(place) as file:
            shared = os.fstat(file.fileno()).st_mode & _SHARED
            return file.read(MAX_KEY_FILE_BYTES + 1), bool(shared), None
    except OSError as error:
        return b"", False, error.strerror
