"""What moved tokens: the transfers among the calls of a transaction, landed or simulated. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM
from solders.transaction import VersionedTransaction

from nosana_chain.models.explanation import Address
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.reading.message_accounts import AnyMessage, account_uses
from nosana_chain.units import TokenUnits


class Called(NamedTuple):
    """A call of a program, by the transaction itself or by another program.

    Attributes:
        program_id: the program.
        accounts: in the instruction's order.
        data: as the program got it.
    """

    program_id: Pubkey
    accounts: Sequence[Pubkey]
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenTransfer:
    """One transfer of tokens between two token accounts.

    Attributes:
        source: token account that gave.
        destination: token account that got.
        authority: who allowed it: the owner of the source, its delegate, or a multisig of theirs.
        amount: base units of the token.
    """

    source: Pubkey
    destination: Pubkey
    authority: Pubkey
    amount: TokenUnits


_AMOUNT = slice(1, 9)  # u64 behind the number of the instruction, in both forms

#: Number of an SPL Token instruction -> (length of its data, where source, destination and authority stand).
_FORMS: dict[int, tuple[int, tuple[int, int, int]]] = {
    3: (9, (0, 1, 2)),  # Transfer: source, destination, authority
    12: (10, (0, 2, 3)),  # TransferChecked: source, mint, destination, authority; the decimals follow the amount
}


def token_transfers(calls: Iterable[tuple[Pubkey, Sequence[Pubkey], bytes]]) -> tuple[TokenTransfer, ...]:
    """The SPL Token transfers among `calls`, in their order.

    Args:
        calls: (program id, accounts, data) of each call that was carried out, at any depth; `Called` is one.

    Returns:
        Transfer and TransferChecked, those of 0 too. A call with too few bytes or accounts is none: the token
        program refuses it.
    """
    return tuple(transfer for call in calls if (transfer := _transfer(*call)) is not None)


def own_transfers(message: AnyMessage, which: slice = slice(None)) -> tuple[TokenTransfer, ...]:
    """The SPL Token transfers among a transaction's own instructions, or `which` of them."""
    keys = message.account_keys
    return token_transfers(
        (keys[one.program_id_index], [keys[at] for at in bytes(one.accounts) if at < len(keys)], bytes(one.data))
        for one in message.instructions[which]
        if one.program_id_index < len(keys)
    )


def nos_outflow(transfers: Iterable[TokenTransfer], account: Pubkey) -> int:
    """Base units that left the token account `account`, less those that came in; negative where more came in.

    For an account of NOS these are NOS base units. What it sends to itself counts for nothing.
    """
    moved = 0
    for transfer in transfers:
        moved += transfer.amount * ((transfer.source == account) - (transfer.destination == account))
    return moved


def landed_transfers(
    landed: LandedTransaction, transaction: VersionedTransaction
) -> tuple[tuple[TokenTransfer, ...], ...]:
    """The token transfers of each instruction of a landed transaction that `fits`, with those that it called for."""
    addresses = [use.address for use in account_uses(transaction.message, landed.loaded)]
    grouped: list[list[Called]] = [[] for _ in transaction.message.instructions]
    for number, program, accounts, data in _numbered(landed, transaction):
        grouped[number] += _resolved(addresses, program, accounts, data)
    return tuple(token_transfers(calls) for calls in grouped)


def landed_calls(landed: LandedTransaction, transaction: VersionedTransaction) -> tuple[Called, ...]:
    """Every call of a landed transaction that `fits`, each instruction followed by what it called.

    A call with an address that stands in a lookup table, and that the cluster didn't tell, is left out: no token
    account can be told there.
    """
    addresses = [use.address for use in account_uses(transaction.message, landed.loaded)]
    calls: list[Called] = []
    for _, program, accounts, data in _numbered(landed, transaction):
        calls += _resolved(addresses, program, accounts, data)
    return tuple(calls)


def _resolved(addresses: Sequence[Address], program: int, accounts: Sequence[int], data: bytes) -> list[Called]:
    """A call with its addresses; nothing where one of them isn't known."""
    named = [addresses[index] for index in (program, *accounts)]
    known = [address for address in named if isinstance(address, Pubkey)]
    return [Called(known[0], tuple(known[1:]), data)] if len(known) == len(named) else []


def _numbered(
    landed: LandedTransaction, transaction: VersionedTransaction
) -> Iterator[tuple[int, int, Sequence[int], bytes]]:
    for number, outer in enumerate(transaction.message.instructions):
        yield number, outer.program_id_index, list(outer.accounts), bytes(outer.data)
        inner = (call for call in landed.inner if call.caller == number)
        yield from ((number, call.program, call.accounts, call.data) for call in inner)


def _transfer(program_id: Pubkey, accounts: Sequence[Pubkey], data: bytes) -> TokenTransfer | None:
    length, places = _FORMS.get(data[0], (0, ())) if data and program_id == TOKEN_PROGRAM else (0, ())
    if not places or len(data) < length or len(accounts) <= max(places):
        return None
    source, destination, authority = (accounts[place] for place in places)
    amount = TokenUnits(int.from_bytes(data[_AMOUNT], "little"))
    return TokenTransfer(source=source, destination=destination, authority=authority, amount=amount)
