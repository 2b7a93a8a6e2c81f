"""The calls of one program in a transaction that landed: by name, with arguments and accounts by role. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import ID as SYSTEM_PROGRAM
from solders.transaction import VersionedTransaction

from nosana_chain.bindings._runtime import DecodeError
from nosana_chain.bindings._runtime.interface import InstructionInterface
from nosana_chain.bindings.interfaces import instructions_of
from nosana_chain.errors import InputError
from nosana_chain.models.event import Place
from nosana_chain.models.landed_transaction import LandedTransaction, Unknown
from nosana_chain.networks import Network
from nosana_chain.reading.explain_transaction import fits, parse_transaction
from nosana_chain.reading.message_accounts import account_uses
from nosana_chain.reading.movements import Called, TokenTransfer, token_transfers
from nosana_chain.units import UnixSeconds

_DISCRIMINATOR = 8  # bytes
_PARSER = "_io"  # what construct puts beside the fields: its own stream
_CREATE_ACCOUNT, _ALLOCATE = bytes(4), bytes([8, 0, 0, 0])  # numbers of the system program's instructions
_SPACE_OF_CREATED, _SPACE_OF_ALLOCATED = slice(12, 20), slice(4, 12)  # u64; lamports stand before that of the first


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramCall:
    """A call of one of Nosana's programs that was carried out, by a transaction itself or by another program.

    Attributes:
        name: of the instruction, as in `bindings.interfaces`: "List", "QuitAdmin".
        arguments: by snake_case name, as their layout decodes them.
        accounts: by role.
        called: what it called itself, in order; not what those called.
        slot: in which it was carried out.
        time: of the block; None where it isn't told.
        signature: of the transaction.
        place: where in the transaction it stands.
    """

    name: str
    arguments: Mapping[str, Any]
    accounts: Mapping[str, Pubkey]
    called: tuple[Called, ...]
    slot: int
    time: UnixSeconds | None
    signature: Signature
    place: Place


def program_calls(landed: LandedTransaction, program: str, *, network: Network) -> tuple[ProgramCall, ...]:
    """Every call of a program in a landed transaction, in the order in which they were carried out.

    Args:
        landed: as the endpoint told it. One that failed did nothing.
        program: jobs, staking, rewards, pools, nodes, distributor.
        network: whose program ids are known.

    Raises:
        InputError: the endpoint contradicts itself, or left out what must be known: whether the transaction
            succeeded, what its instructions called, and what its lookup tables held. Another endpoint may tell it.
        KeyError: `program` is none of these.
    """
    if has_failed(landed):
        return ()
    transaction = parse_transaction(landed.raw)
    known, program_id = _by_discriminator(program), getattr(network.programs, program)
    steps = tuple(_steps(transaction, landed))
    return tuple(
        _program_call(landed, transaction, interface, steps, number)
        for number, step in enumerate(steps)
        if step.called.program_id == program_id and (interface := known.get(step.called.data[:_DISCRIMINATOR]))
    )


@dataclass(frozen=True, slots=True)
class TokenMove:
    """A transfer of tokens that was carried out, whoever called for it.

    Attributes:
        signature: of the transaction.
        place: where in the transaction it stands.
        transfer: what was moved.
    """

    signature: Signature
    place: Place
    transfer: TokenTransfer


def token_moves(landed: LandedTransaction) -> tuple[TokenMove, ...]:
    """Every token transfer of a landed transaction, in order; none where it failed. Raises as `program_calls`."""
    if has_failed(landed):
        return ()
    transaction = parse_transaction(landed.raw)
    return tuple(
        TokenMove(transaction.signatures[0], step.place, transfer)
        for step in _steps(transaction, landed)
        for transfer in token_transfers([step.called])
    )


def has_failed(landed: LandedTransaction) -> bool:
    """Whether the transaction is known to have failed: it did nothing but pay its fee."""
    return landed.outcome_known and landed.error is not None


def creates(call: ProgramCall, role: str) -> bool:
    """Whether the call itself had the system program make the account in this role, where nothing was before."""
    return any(
        made.program_id == SYSTEM_PROGRAM
        and made.data.startswith(_CREATE_ACCOUNT)
        and made.accounts[1:2] == (call.accounts[role],)
        for made in call.called
    )


def created_space(call: ProgramCall, role: str) -> int:
    """Bytes of the account in this role, which the call had the system program make; 0 where it made none.

    An account that somebody had sent lamports to is allocated, where any other is created.
    """
    for made in call.called:
        if made.program_id == SYSTEM_PROGRAM and call.accounts[role] in made.accounts[:2]:
            if made.data.startswith(_CREATE_ACCOUNT):
                return int.from_bytes(made.data[_SPACE_OF_CREATED], "little")
            if made.data.startswith(_ALLOCATE):
                return int.from_bytes(made.data[_SPACE_OF_ALLOCATED], "little")
    return 0


class _Step(NamedTuple):
    """One call, of whatever program."""

    place: Place
    depth: int
    called: Called


@cache
def _by_discriminator(program: str) -> Mapping[bytes, InstructionInterface]:
    return {interface.discriminator: interface for interface in instructions_of(program)}


def _addresses(landed: LandedTransaction, transaction: VersionedTransaction) -> list[Pubkey]:
    """The accounts of the transaction, if all is told that must be known."""
    if missing := landed.unknown & {Unknown.OUTCOME, Unknown.CALLS}:
        raise _untold(transaction, " and the ".join(sorted(missing)))
    if not fits(landed, transaction):
        raise _contradicts(transaction)
    uses = [use.address for use in account_uses(transaction.message, landed.loaded)]
    addresses = [address for address in uses if isinstance(address, Pubkey)]
    if len(addresses) != len(uses):
        raise _untold(transaction, "addresses that stand in lookup tables")
    return addresses


def _steps(transaction: VersionedTransaction, landed: LandedTransaction) -> Iterator[_Step]:
    addresses = _addresses(landed, transaction)

    def step(place: Place, depth: int, program: int, accounts: Sequence[int], data: bytes) -> _Step:
        return _Step(place, depth, Called(addresses[program], tuple(addresses[index] for index in accounts), data))

    for index, outer in enumerate(transaction.message.instructions):
        yield step(Place(index), 0, outer.program_id_index, list(outer.accounts), bytes(outer.data))
        inner = (call for call in landed.inner if call.caller == index)
        for number, call in enumerate(inner, start=1):
            yield step(Place(index, number), call.depth, call.program, call.accounts, call.data)


def _program_call(
    landed: LandedTransaction,
    transaction: VersionedTransaction,
    interface: InstructionInterface,
    steps: Sequence[_Step],
    number: int,
) -> ProgramCall:
    called = steps[number].called
    if len(called.accounts) < len(interface.roles):
        raise _contradicts(transaction)
    return ProgramCall(
        name=interface.name,
        arguments=_arguments(interface, called.data, transaction),
        accounts=dict(zip(interface.roles, called.accounts, strict=False)),
        called=tuple(_called(steps, number)),
        slot=landed.slot,
        time=landed.block_time,
        signature=transaction.signatures[0],
        place=steps[number].place,
    )


def _arguments(interface: InstructionInterface, data: bytes, transaction: VersionedTransaction) -> Mapping[str, Any]:
    try:
        parsed = interface.layout.parse(data[_DISCRIMINATOR:])
    except DecodeError as error:
        raise _contradicts(transaction) from error  # a program refuses such a call
    return {name: value for name, value in parsed.items() if name != _PARSER}


def _called(steps: Sequence[_Step], number: int) -> Iterator[Called]:
    """The calls one deeper than this one, up to the next that isn't on its behalf."""
    depth = steps[number].depth
    for step in steps[number + 1 :]:
        if step.depth <= depth:
            return
        if step.depth == depth + 1:
            yield step.called


def _untold(transaction: VersionedTransaction, what: str) -> InputError:
    signature = str(transaction.signatures[0])
    return InputError(
        f"the endpoint doesn't tell the {what} of {signature}, so that what it did isn't known; use another endpoint",
        signature=signature,
    )


def _contradicts(transaction: VersionedTransaction) -> InputError:
    signature = str(transaction.signatures[0])
    return InputError(
        f"what the endpoint tells of {signature} can't have happened; use another endpoint", signature=signature
    )
