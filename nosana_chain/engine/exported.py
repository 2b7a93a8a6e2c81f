"""Transactions as text, on their way from signer to signer: read, put together, written. Pure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from solders.message import to_bytes_versioned
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from nosana_chain.engine.build import MAX_TRANSACTION_BYTES, signer_addresses, with_signatures
from nosana_chain.errors import InputError
from nosana_chain.reading.explain_transaction import parse_transaction

_MAX_CHARACTERS = -(-MAX_TRANSACTION_BYTES // 3) * 4
_EMPTY = Signature.default()


def read_exported(text: str) -> VersionedTransaction:
    """The transaction of a base64 text, whose signatures are all of this very message.

    Raises:
        InputError: it is no transaction, or holds a signature that isn't its signer's of this message.
    """
    content = text.strip() if isinstance(text, str) else ""
    if not 0 < len(content) <= _MAX_CHARACTERS:
        raise InputError(
            f"that is no exported transaction: base64 text of at most {_MAX_CHARACTERS} characters was expected"
        )
    try:
        transaction = parse_transaction(base64.b64decode(content, validate=True))
    except (binascii.Error, ValueError) as error:
        raise InputError("that is no exported transaction: it isn't base64; copy all of it") from error
    _check_signatures(transaction)
    return transaction


def text_of(transaction: VersionedTransaction) -> str:
    """A transaction as it is handed on: base64."""
    return base64.b64encode(bytes(transaction)).decode()


def signatures_in(transaction: VersionedTransaction) -> dict[Pubkey, Signature]:
    """The signatures that are there, by signer."""
    pairs = zip(signer_addresses(transaction.message), transaction.signatures, strict=True)
    return {address: signature for address, signature in pairs if signature != _EMPTY}


def missing_from(transaction: VersionedTransaction) -> tuple[Pubkey, ...]:
    """Who has to sign yet, in the transaction's order."""
    there = signatures_in(transaction)
    return tuple(address for address in signer_addresses(transaction.message) if address not in there)


def with_more(transaction: VersionedTransaction, more: dict[Pubkey, Signature]) -> VersionedTransaction:
    """A transaction with more signatures."""
    return with_signatures(transaction.message, {**signatures_in(transaction), **more})


def combined(transactions: Sequence[VersionedTransaction]) -> VersionedTransaction:
    """One transaction with the signatures of all.

    Raises:
        InputError: there is none, or they say different things.
    """
    if not transactions:
        raise InputError("nothing to combine; pass the texts of one transaction, signed by different people")
    first = transactions[0]
    content = to_bytes_versioned(first.message)
    for number, other in enumerate(transactions[1:], start=2):
        if to_bytes_versioned(other.message) != content:
            raise InputError(
                f"text {number} is another transaction than text 1: signatures of one are worth nothing on another; "
                "look at both with `review`",
                number=number,
            )
        first = with_more(first, signatures_in(other))
    return first


def _check_signatures(transaction: VersionedTransaction) -> None:
    content = to_bytes_versioned(transaction.message)
    wrong = [
        str(address)
        for address, signature in signatures_in(transaction).items()
        if not signature.verify(address, content)
    ]
    if wrong:
        raise InputError(
            f"the signature in the place of {', '.join(wrong)} is not theirs of this transaction: it was changed after "
            "it was signed, or another one's signature was put there; export it anew",
            wrong=tuple(wrong),
        )
