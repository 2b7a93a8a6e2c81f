"""A durable nonce: an account whose value stands in for a blockhash, so that a transaction can wait for days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from solders.account import Account
from solders.hash import Hash
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM

from nosana_chain.errors import NotFoundError
from nosana_chain.one_line import one_line
from nosana_chain.units import Lamports

#: Bytes of a nonce account: version and state (u32 each), authority, value, fee (u64) (`nonce::state::State::size`).
NONCE_BYTES = 80
AUTHORITY_OFFSET = 8  #: where its authority stands, by which nonces are found
_INITIALIZED = (1).to_bytes(4, "little")
_STATE, _AUTHORITY, _VALUE = slice(4, 8), slice(AUTHORITY_OFFSET, 40), slice(40, 72)


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Nonce:
    """A nonce account.

    Attributes:
        address: where it stands.
        authority: who may advance it, withdraw from it, and must sign each transaction that lives by it.
        value: stands in for the blockhash; another one each time that it is advanced.
        lamports: its rent, and what else is in it.
    """

    address: Pubkey
    authority: Pubkey
    value: Hash
    lamports: Lamports

    @classmethod
    def read(cls, address: Pubkey, account: Account | None) -> Self:
        """Read a nonce from its account.

        Raises:
            NotFoundError: nothing is there, or another kind of account.
        """
        if account is None or account.owner != SYSTEM_PROGRAM or len(account.data) != NONCE_BYTES:
            found = (
                "nothing is there" if account is None else f"another kind of account is there, owned by {account.owner}"
            )
            raise _not_found(address, found)
        if account.data[_STATE] != _INITIALIZED:
            raise _not_found(address, "it was never initialized")
        return cls(
            address=address,
            authority=Pubkey.from_bytes(account.data[_AUTHORITY]),
            value=Hash.from_bytes(account.data[_VALUE]),
            lamports=Lamports(account.lamports),
        )


def _not_found(address: Pubkey, found: str) -> NotFoundError:
    return NotFoundError(
        f"no nonce at {address}: {found}; check the address and the network", address=str(address), kind="nonce"
    )
