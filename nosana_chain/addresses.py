"""Addresses as users give them: a Pubkey, or its base58 text."""

from __future__ import annotations

from typing import Any, NoReturn

from solders.pubkey import Pubkey

from nosana_chain.errors import InputError

AddressLike = Pubkey | str  #: what a parameter that is an address takes

_MAX_CHARACTERS = 44  # 32 bytes in base58
_EXAMPLE = "base58 text of 32 to 44 letters and digits, such as nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7"


def as_address(value: AddressLike, name: str) -> Pubkey:
    """The address that `value` is.

    Args:
        value: a Pubkey, or its base58 text, also with white space around it.
        name: what errors call it: the name of the parameter.

    Raises:
        InputError: neither. A text that is longer than any address is not repeated, since it may be a secret key.
    """
    if isinstance(value, Pubkey):
        return value
    if not isinstance(value, str):
        _refuse_type(value, name)
    text = value.strip()
    if len(text) > _MAX_CHARACTERS:
        raise InputError(f"{name} has {len(text)} characters and is no address: that is {_EXAMPLE}", name=name)
    address = _parsed(text)
    if address is None:
        raise InputError(f"{name} is {text!r}, which is no address: that is {_EXAMPLE}", name=name, value=text)
    return address


def as_address_if_given(value: AddressLike | None, name: str) -> Pubkey | None:
    """The same for a parameter that may be left out: None stays None."""
    return None if value is None else as_address(value, name)


def _parsed(text: str) -> Pubkey | None:
    try:
        return Pubkey.from_string(text)
    except ValueError:
        return None


def _refuse_type(value: Any, name: str) -> NoReturn:
    kind = type(value).__name__
    hint = f"; a {kind} has one: pass its .address" if isinstance(getattr(value, "address", None), Pubkey) else ""
    raise InputError(f"{name} must be an address (a Pubkey, or its base58 text), not a {kind}{hint}", name=name)
