"""From the bytes of an instruction to its name, its arguments with units, and its accounts by role. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime import DecodeError
from nosana_chain.bindings._runtime.borsh import CStruct
from nosana_chain.bindings.interfaces import instructions_of
from nosana_chain.models.explanation import Address, ExplainedAccount, ExplainedInstruction
from nosana_chain.networks import Network
from nosana_chain.reading.argument_units import describe_argument
from nosana_chain.reading.message_accounts import AccountUse
from nosana_chain.reading.native_programs import NATIVE_PROGRAMS

_PARSER = "_io"  # what construct puts beside the fields: its own stream


@dataclass(frozen=True, slots=True, kw_only=True)
class RawInstruction:
    """An instruction as it stands in a transaction.

    Attributes:
        program_id: the program.
        data: discriminator and arguments.
        accounts: in the instruction's order.
        depth: 0 in the transaction itself, 1 where such an instruction called it, and so on.
    """

    program_id: Address
    data: bytes
    accounts: tuple[AccountUse, ...]
    depth: int = 0


class _Interface(Protocol):
    """What both kinds of tables tell of an instruction."""

    @property
    def name(self) -> str: ...
    @property
    def discriminator(self) -> bytes: ...
    @property
    def layout(self) -> CStruct: ...
    @property
    def roles(self) -> tuple[str, ...]: ...


def explain_instruction(
    raw: RawInstruction, *, network: Network, nos_accounts: Collection[Address] = ()
) -> ExplainedInstruction:
    """What an instruction says, whatever its bytes are: what can't be read of it stands in `remarks`.

    Args:
        raw: the instruction.
        network: whose program ids and mint are known.
        nos_accounts: accounts that are known to hold NOS, so that plain token transfers of them can be told as such.
    """
    program, interfaces, data = _program(raw, network)
    interface = next((one for one in interfaces if data.startswith(one.discriminator)), None)
    unread = ExplainedInstruction(
        program=program,
        program_id=raw.program_id,
        name=None,
        arguments={},
        accounts=tuple(_accounts(raw.accounts, interface.roles if interface else ())),
        data_length=len(raw.data),
        depth=raw.depth,
    )
    if program is None or interface is None:
        return unread
    values, remarks = _values(interface, data)
    concerns_nos = any(one.address == network.nos_mint or one.address in nos_accounts for one in raw.accounts)
    return replace(
        unread,
        name=interface.name,
        arguments={
            name: describe_argument(program, name, value, concerns_nos=concerns_nos) for name, value in values.items()
        },
        remarks=(*remarks, *_missing(interface.roles[len(raw.accounts) :])),
    )


def named_accounts(raw: RawInstruction, *, network: Network) -> tuple[ExplainedAccount, ...]:
    """The accounts of an instruction by role; its arguments aren't read."""
    _, interfaces, data = _program(raw, network)
    interface = next((one for one in interfaces if data.startswith(one.discriminator)), None)
    return tuple(_accounts(raw.accounts, interface.roles if interface else ()))


def _program(raw: RawInstruction, network: Network) -> tuple[str | None, Sequence[_Interface], bytes]:
    """Name and instructions of the program, and the data as these are known by it."""
    if not isinstance(raw.program_id, Pubkey):
        return None, (), raw.data
    if native := NATIVE_PROGRAMS.get(raw.program_id):
        return native.name, native.instructions, raw.data or native.empty_means
    name = network.programs.name_of(raw.program_id)
    return name, instructions_of(name) if name else (), raw.data


def _values(interface: _Interface, data: bytes) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The arguments by name, and what is odd about their bytes."""
    encoded = data.removeprefix(interface.discriminator)
    try:
        parsed = interface.layout.parse(encoded)
    except DecodeError:
        return {}, (f"its {len(encoded)} bytes of arguments are too few or damaged",)
    values: dict[str, Any] = {name: value for name, value in parsed.items() if name != _PARSER}
    rest = len(encoded) - len(interface.layout.build(values))
    return values, (f"{rest} bytes follow the arguments",) if rest else ()


def _accounts(uses: Sequence[AccountUse], roles: Sequence[str]) -> Iterator[ExplainedAccount]:
    for index, use in enumerate(uses):
        role = roles[index] if index < len(roles) else f"remaining_{index - len(roles) + 1}"
        yield ExplainedAccount(role=role, address=use.address, signer=use.signer, writable=use.writable)


def _missing(roles: Sequence[str]) -> tuple[str, ...]:
    return (f"accounts are missing: {', '.join(roles)}",) if roles else ()
