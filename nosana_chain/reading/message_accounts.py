"""The accounts of a transaction: which there are, who signs, and what may change. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from solders.message import Message, MessageV0, MessageV1

from nosana_chain.models.explanation import Address, LookupEntry
from nosana_chain.models.landed_transaction import LoadedAddresses

AnyMessage = Message | MessageV0 | MessageV1


@dataclass(frozen=True, slots=True)
class AccountUse:
    """An account, as a transaction uses it.

    Attributes:
        address: where it stands.
        signer: it signs.
        writable: the transaction asks to change it. The runtime never lets it change programs and sysvars.
    """

    address: Address
    signer: bool
    writable: bool


def account_uses(message: AnyMessage, loaded: LoadedAddresses | None = None) -> tuple[AccountUse, ...]:
    """Every account of a transaction, in the order of the indices that its instructions use.

    Args:
        message: of the transaction.
        loaded: what its lookup tables held; None where nobody knows.
    """
    return (*_static(message), *(_loaded(loaded) if loaded else _not_loaded(message)))


def _static(message: AnyMessage) -> Iterator[AccountUse]:
    header, keys = message.header, message.account_keys
    signers = header.num_required_signatures
    writable_signers = signers - header.num_readonly_signed_accounts
    writable_end = len(keys) - header.num_readonly_unsigned_accounts
    for index, key in enumerate(keys):
        signs = index < signers
        yield AccountUse(key, signs, index < (writable_signers if signs else writable_end))


def _loaded(loaded: LoadedAddresses) -> Iterator[AccountUse]:
    for writable, addresses in ((True, loaded.writable), (False, loaded.readonly)):
        yield from (AccountUse(address, False, writable) for address in addresses)


def _not_loaded(message: AnyMessage) -> Iterator[AccountUse]:
    lookups = message.address_table_lookups if isinstance(message, MessageV0) else ()
    for writable in (True, False):  # first what all tables hold of the writable ones
        for lookup in lookups:
            for index in lookup.writable_indexes if writable else lookup.readonly_indexes:
                yield AccountUse(LookupEntry(lookup.account_key, index), False, writable)
