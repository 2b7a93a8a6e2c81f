"""The authorization strings with which a wallet proves itself to hosts and to Nosana's APIs.

Such a string is `<message>:<signature>[:<milliseconds>]`. **The time is not signed**: whoever sees the string can give
it another one, or none. It is worth as much as a password for as long as the other side takes the message, and so it
is hidden here like one.
"""

from __future__ import annotations

import inspect
import re
import time

import base58
from solders.signature import Signature

from nosana_chain.addresses import AddressLike, as_address
from nosana_chain.errors import AuthorizationError, InputError, SignerError
from nosana_chain.secret import SecretText
from nosana_chain.wallet import Signer

API_MESSAGE = "NosanaApiAuthentication"
HOST_MESSAGE = "Hello Nosana Node!"
EXPIRY_SECONDS = 300  #: of the official packages, unless a service says otherwise

_SIGNATURE_BYTES = 64
_MILLISECONDS = 1000
_PARSE_INT = re.compile(r"\s*([-+]?\d+)", re.ASCII)  # what JavaScript's parseInt takes of a text's beginning


async def sign_authorization(
    signer: Signer, message: str, *, time_ms: int | None = None, separator: str = ":"
) -> SecretText:
    """Prove that `signer` said `message`. Network: none, but for a signer that is remote.

    Args:
        signer: whose key signs; one that signs transactions alone can't.
        message: what the service expects; without the separator in it.
        time_ms: Unix time in milliseconds that is written beside it, unsigned; see `now_ms`. None for none.
        separator: between the parts.

    Raises:
        InputError: the message is empty, not printable, or holds the separator: nobody could take it apart.
        SignerError: the signer doesn't sign messages, or gave no signature of this one.
    """
    if not message.isprintable() or not message or separator in message:  # and so it is never a transaction's bytes
        raise InputError(f"a message to sign is one line of text, without {separator!r} in it")
    content = message.encode()
    try:
        given = signer.sign(content)
        signature = await given if inspect.isawaitable(given) else given
    except NotImplementedError:
        raise SignerError(
            f"{signer.address} signs no messages here; use a wallet that does", address=str(signer.address)
        ) from None
    if not signature.verify(signer.address, content):
        raise SignerError(f"{signer.address} gave another signature than its own", address=str(signer.address))
    parts = [message, base58.b58encode(bytes(signature)).decode(), *([] if time_ms is None else [str(time_ms)])]
    return SecretText(separator.join(parts))


def now_ms() -> int:
    """Unix time in milliseconds."""
    return time.time_ns() // 1_000_000


def is_authorized(
    authorization: str,
    address: AddressLike,
    *,
    at_ms: int,
    message: str | None = None,
    expiry_seconds: float = EXPIRY_SECONDS,
    separator: str = ":",
) -> bool:
    """Whether `address` signed this authorization, by the rules of the official package. Network: none.

    A string without a time, or with one that is no number, never expires: refuse those where it matters.

    Args:
        authorization: what came in.
        address: who is said to have signed it.
        at_ms: the present, as Unix time in milliseconds.
        message: what must have been signed; None for anything.
        expiry_seconds: how old it may be, if it says its age.
        separator: between the parts.

    Raises:
        AuthorizationError: it is malformed, for another message, or too old.
    """
    said, signature, sent = (*authorization.split(separator), "", "", "")[:3]
    if not said or not signature:
        raise AuthorizationError("Invalid signature.")
    if message is not None and said != message:
        raise AuthorizationError("Failed to authenticate message.")
    found = _PARSE_INT.match(sent)
    if found and at_ms - int(found[1][:_MAX_TIME_DIGITS]) >= expiry_seconds * _MILLISECONDS:
        raise AuthorizationError("Authorization has expired.")
    return _signature_in(signature).verify(as_address(address, "address"), said.encode())


_MAX_TIME_DIGITS = 300  # far below where Python refuses to read a number


def _signature_in(text: str) -> Signature:
    try:
        raw = base58.b58decode(text)
    except ValueError:
        raise AuthorizationError("Non-base58 character") from None
    if len(raw) != _SIGNATURE_BYTES:
        raise AuthorizationError("bad signature size")
    return Signature.from_bytes(raw)
