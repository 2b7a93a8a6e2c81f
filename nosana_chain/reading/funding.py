"""Lamports that wallets put into other accounts by instructions of the transaction itself: rent, and gifts. Pure."""

from __future__ import annotations

from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM

from nosana_chain.reading.message_accounts import AnyMessage
from nosana_chain.units import Lamports

#: CreateAccount, Transfer and CreateAccountWithSeed of SystemInstruction: how each begins -> where its lamports stand.
#: Whoever pays is the first account of each. With a seed the text's length (u64) and the text come between.
_AMOUNT_AT = {0: 4, 2: 4}
_WITH_SEED, _TEXT_AT = 3, 4 + 32
_U32, _U64 = 4, 8


def own_funding(message: AnyMessage) -> dict[Pubkey, Lamports]:
    """By wallet, what the transaction's own instructions of the system program move out of it."""
    sums: dict[Pubkey, Lamports] = {}
    keys = message.account_keys
    for one in message.instructions:
        accounts = bytes(one.accounts)
        if one.program_id_index >= len(keys) or keys[one.program_id_index] != SYSTEM_PROGRAM or not accounts:
            continue
        if accounts[0] < len(keys):
            payer = keys[accounts[0]]
            sums[payer] = Lamports(sums.get(payer, 0) + _lamports(bytes(one.data)))
    return {payer: lamports for payer, lamports in sums.items() if lamports}


def _lamports(data: bytes) -> int:
    """What an instruction moves; 0 for one that moves nothing."""
    kind = int.from_bytes(data[:_U32], "little")
    at = _AMOUNT_AT.get(kind)
    if kind == _WITH_SEED:
        at = _TEXT_AT + _U64 + int.from_bytes(data[_TEXT_AT : _TEXT_AT + _U64], "little")
    if at is None or len(data) < at + _U64:
        return 0
    return int.from_bytes(data[at : at + _U64], "little")
