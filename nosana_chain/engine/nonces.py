"""Transactions that live by a durable nonce: what begins them, and whether they can still land."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from solders.account import Account
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM
from solders.system_program import AdvanceNonceAccountParams, advance_nonce_account

from nosana_chain.errors import NotFoundError, RpcError
from nosana_chain.models.nonce import Nonce
from nosana_chain.reading.message_accounts import AnyMessage
from nosana_chain.wire.accounts import AccountAnswer, Dated, maybe_account
from nosana_chain.wire.connection import Connection

_ADVANCE = (4).to_bytes(4, "little")  # SystemInstruction::AdvanceNonceAccount
_ANSWER: Any = Dated[AccountAnswer | None]


@dataclass(frozen=True, slots=True)
class SeenNonce:
    """A nonce, and as of which slot it was read."""

    nonce: Nonce
    slot: int


async def fetch_seen_nonce(connection: Connection, address: Pubkey) -> SeenNonce:
    """A nonce as it is now. Network: 1 call.

    Raises:
        NotFoundError: nothing is there, or another kind of account.
    """
    slot, account = await _fetch(connection, address, connection.seen_options(encoding="base64"))
    return SeenNonce(Nonce.read(address, account), slot)


async def slot_of_advance(connection: Connection, address: Pubkey, *, value: str, seen: int) -> int | None:
    """The finalized slot by which a nonce had another value than `value`, or was gone; None while nobody can say so.

    A node whose finalized slot is not past `seen`, where the value was read, may tell of the one before it. Every
    endpoint is asked, and all have to say so: no single one's word is enough to sign anew.

    Network: 1 call to each endpoint.

    Raises:
        RpcError: an endpoint didn't answer as it should.
    """
    settings = {"commitment": "finalized", "encoding": "base64"}
    told = await connection.call_each("getAccountInfo", str(address), settings, answer=_ANSWER)
    slots: list[int] = []
    for answer in told:
        if isinstance(answer, RpcError):
            raise answer
        if answer.context.slot <= seen or _value(address, maybe_account(answer.value)) == value:
            return None
        slots.append(answer.context.slot)
    return min(slots)


def advancing_ix(nonce: Nonce) -> Instruction:
    """What a transaction that lives by `nonce` must begin with."""
    return advance_nonce_account(
        AdvanceNonceAccountParams(nonce_pubkey=nonce.address, authorized_pubkey=nonce.authority)
    )


def nonce_of(message: AnyMessage) -> Pubkey | None:
    """The nonce account by which a transaction lives; None where it lives by a blockhash."""
    first = next(iter(message.instructions), None)
    keys = message.account_keys
    if first is None or first.program_id_index >= len(keys) or keys[first.program_id_index] != SYSTEM_PROGRAM:
        return None
    places = bytes(first.accounts)
    is_advance = bytes(first.data) == _ADVANCE and len(places) > 0 and places[0] < len(keys)
    return keys[places[0]] if is_advance else None


async def _fetch(connection: Connection, address: Pubkey, settings: dict[str, Any]) -> tuple[int, Account | None]:
    answer = await connection.call("getAccountInfo", str(address), settings, answer=_ANSWER)
    return answer.context.slot, maybe_account(answer.value)


def _value(address: Pubkey, account: Account | None) -> str | None:
    try:
        return str(Nonce.read(address, account).value)
    except NotFoundError:
        return None
