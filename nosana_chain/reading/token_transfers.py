"""Token transfers among raw instructions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM

from nosana_chain.models.explanation import Address
from nosana_chain.models.token_transfer import TokenTransfer
from nosana_chain.units import TokenUnits

#: First byte of the instruction -> places of source, destination and authority (TokenInstruction of spl-token).
_TRANSFERS = {3: (0, 1, 2), 12: (0, 2, 3)}
_AMOUNT = slice(1, 9)  # u64, little-endian, behind the first byte


def token_transfer(program: Address, accounts: Sequence[Address], data: bytes) -> TokenTransfer | None:
    """The transfer that an instruction asks for; None for any other instruction."""
    places = _TRANSFERS.get(data[0]) if program == TOKEN_PROGRAM and len(data) >= _AMOUNT.stop else None
    if places is None or len(accounts) <= max(places):
        return None
    named = [address for address in (accounts[place] for place in places) if isinstance(address, Pubkey)]
    if len(named) != len(places):  # one of them stands in a lookup table that nobody read
        return None
    source, destination, authority = named
    amount = TokenUnits(int.from_bytes(data[_AMOUNT], "little"))
    return TokenTransfer(source=source, destination=destination, authority=authority, amount=amount)


def token_transfers(instructions: Iterable[Instruction]) -> tuple[TokenTransfer, ...]:
    """The transfers that these instructions ask for themselves, in their order."""
    asked = (
        token_transfer(one.program_id, [meta.pubkey for meta in one.accounts], bytes(one.data)) for one in instructions
    )
    return tuple(transfer for transfer in asked if transfer)
