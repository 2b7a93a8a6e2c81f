"""What a simulation's inner instructions moved. Pure.

simulateTransaction gives them as no other method does, whatever encoding is asked for: those of the token program
parsed into words, those of unknown programs with addresses and base58.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import msgspec
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM
from solders.token import ID as TOKEN_PROGRAM

from nosana_chain.reading.movements import TokenTransfer
from nosana_chain.units import Lamports, TokenUnits, u64


class _TokenAmount(msgspec.Struct):
    amount: str


class _Info(msgspec.Struct, rename="camel"):
    source: str
    destination: str
    authority: str | None = None
    multisig_authority: str | None = None
    amount: str | None = None
    token_amount: _TokenAmount | None = None


class _Funding(msgspec.Struct):
    source: str | None = None
    lamports: int | None = None


class _Parsed(msgspec.Struct):
    type: str
    info: msgspec.Raw


class _Call(msgspec.Struct, rename="camel"):
    program_id: str
    parsed: _Parsed | str | None = None


class _Calls(msgspec.Struct):
    index: Annotated[int, msgspec.Meta(ge=0)]
    instructions: list[_Call]


SimulatedCalls = list[_Calls]  #: the type of `innerInstructions` in an answer of simulateTransaction

_TRANSFERS = ("transfer", "transferChecked")
_DIGITS = 20  # of the largest u64


def simulated_transfers(inner: SimulatedCalls) -> dict[int, tuple[TokenTransfer, ...]]:
    """The SPL Token transfers among the inner instructions of a simulation, by instruction, in their order.

    Args:
        inner: `innerInstructions` of the answer, decoded by msgspec as `SimulatedCalls`.

    Raises:
        ValueError: a transfer with what is no address or no amount. (msgspec.DecodeError is one too.)
        AmountError: an amount beyond 2**64-1.
    """
    moved: dict[int, tuple[TokenTransfer, ...]] = {}
    for calls in inner:
        moved[calls.index] = (*moved.get(calls.index, ()), *map(_transfer, _infos(calls)))
    return moved


def simulated_funding(inner: SimulatedCalls) -> dict[Pubkey, Lamports]:
    """Lamports that the system program moved out of each wallet: the rent of new accounts, above all.

    Raises:
        ValueError: an address that is none.
    """
    sums: dict[Pubkey, Lamports] = {}
    for call in (call for calls in inner for call in calls.instructions):
        if Pubkey.from_string(call.program_id) == SYSTEM_PROGRAM and isinstance(call.parsed, _Parsed):
            facts = msgspec.json.decode(call.parsed.info, type=_Funding)
            if facts.source is not None and facts.lamports:
                source = Pubkey.from_string(facts.source)
                sums[source] = Lamports(sums.get(source, 0) + u64(facts.lamports, "lamports"))
    return sums


def _infos(calls: _Calls) -> Iterator[_Info]:
    for call in calls.instructions:
        if Pubkey.from_string(call.program_id) != TOKEN_PROGRAM:
            continue
        if not isinstance(call.parsed, _Parsed):
            raise ValueError("a call of the token program that the node didn't parse")  # noqa: TRY004  of an answer
        if call.parsed.type in _TRANSFERS:
            yield msgspec.json.decode(call.parsed.info, type=_Info)


def _transfer(info: _Info) -> TokenTransfer:
    told = info.amount if info.token_amount is None else info.token_amount.amount
    authority = info.authority or info.multisig_authority
    if authority is None or told is None or not (told.isascii() and told.isdigit() and len(told) <= _DIGITS):
        raise ValueError("a transfer without an amount or an authority")
    return TokenTransfer(
        source=Pubkey.from_string(info.source),
        destination=Pubkey.from_string(info.destination),
        authority=Pubkey.from_string(authority),
        amount=TokenUnits(u64(int(told), "amount")),
    )
