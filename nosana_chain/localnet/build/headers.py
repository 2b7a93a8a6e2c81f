"""C sources of the local programs that are generated: what idl/ and the cluster table say reaches C this way only."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from solders.pubkey import Pubkey
from solders.sysvar import RENT
from spl.token.constants import ASSOCIATED_TOKEN_PROGRAM_ID, TOKEN_PROGRAM_ID

from nosana_chain import pda
from nosana_chain.bindings._runtime.layout import DISCRIMINATOR_SIZE, AccountLayout
from nosana_chain.bindings.layouts import LAYOUTS
from nosana_chain.localnet.build.layout import Layout, layout_of, layout_of_account
from nosana_chain.localnet.build.names import pascal_case, short_name, snake_case
from nosana_chain.networks import Network
from nosana_chain.programs.distributor.votes import Vote

Json = Mapping[str, Any]

_COMMON_ERRORS = "common_errors"
_NOSANA_ERRORS = "common_errors.h"


#: The kinds of account of each program, by its short name.
Accounts = Mapping[str, Sequence[AccountLayout]]


def write_headers(
    idl: Path, interfaces: Iterable[str], networks: Iterable[Network], target: Path, *, accounts: Accounts = LAYOUTS
) -> None:
    """Write every generated source below `target`.

    Args:
        idl: folder of the interfaces and of the errors that no interface has.
        interfaces: names of the interfaces to generate from.
        networks: whose addresses the programs know; each has a folder of its own.
        target: a folder; made if need be.
        accounts: whose structures to generate; those of the bindings' own tables.

    Raises:
        BuildError: an interface has what the C layer can't express.
    """
    for name, text in _sources(idl, interfaces, networks, accounts):
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _sources(
    folder: Path, interfaces: Iterable[str], networks: Iterable[Network], accounts: Accounts
) -> Iterator[tuple[str, str]]:
    for network in networks:
        yield f"{network.name}/addresses.h", _addresses(network)
    for name, errors in _read(folder, _COMMON_ERRORS).items():
        yield f"{name}_errors.h", _errors(_COMMON_ERRORS, errors)
    for interface in interfaces:
        idl = _read(folder, interface)
        yield f"{interface}/errors.h", _program_errors(interface, idl["errors"])
        yield f"{interface}/accounts.h", _account_types(interface, accounts[short_name(interface)])
        yield f"{interface}/instructions.h", _instructions(interface, idl["instructions"])
        yield f"{interface}/program.c", _program(interface, idl["instructions"])


def _read(folder: Path, name: str) -> Any:
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def _banner(source: str) -> str:
    return f"/* Generated from {source} by scripts/build-programs. */\n"


def _header(source: str, parts: Iterable[str]) -> str:
    return _banner(source) + "#pragma once\n" + "".join(f"{part}\n" for part in parts)


def _idl(name: str) -> str:
    return f"idl/{name}.json"


def _word(discriminator: bytes) -> str:
    return f"{int.from_bytes(discriminator, 'little'):#018x}"


def _declarations(layout: Layout) -> str:
    return "".join(f"    {declaration}\n" for declaration in layout.declarations())


def _shape(layout: Layout) -> str:
    return "{{" + ", ".join(layout.shape) + "}}"


# ---------------------------------------------------------------- addresses


def _addresses(network: Network) -> str:
    addresses = {
        "SYSTEM_PROGRAM": Pubkey.default(),
        "TOKEN_PROGRAM": TOKEN_PROGRAM_ID,
        "ASSOCIATED_TOKEN_PROGRAM": ASSOCIATED_TOKEN_PROGRAM_ID,
        "RENT_SYSVAR": RENT,
        "METADATA_PROGRAM": network.programs.token_metadata,
        "JOBS_PROGRAM": network.programs.jobs,
        "STAKING_PROGRAM": network.programs.staking,
        "REWARDS_PROGRAM": network.programs.rewards,
        "POOLS_PROGRAM": network.programs.pools,
        "NODES_PROGRAM": network.programs.nodes,
        "DISTRIBUTOR_PROGRAM": network.programs.distributor,
        "VOTE_YES": Vote.YES.value,
        "VOTE_NO": Vote.NO.value,
        "NOS_MINT": network.nos_mint,
        "AUTHORITY": network.authority,
        "MARKET_ADMIN": network.market_admin,
        "SLASH_ACCOUNT": network.slash_account,
        "SETTINGS": pda.settings_address(network=network),
    }
    lines = (f"constexpr Pubkey {name} = {_key(address)}; /* {address} */" for name, address in addresses.items())
    return _header(f"nosana_chain/networks.py ({network.name})", lines)


def _key(address: Pubkey) -> str:
    raw = bytes(address)
    words = (int.from_bytes(raw[at : at + 8], "little") for at in range(0, len(raw), 8))
    return "{{" + ", ".join(f"{word:#018x}" for word in words) + "}}"


# ---------------------------------------------------------------- errors


def _errors(source: str, errors: Iterable[Json]) -> str:
    return _header(_idl(source), map(_error, errors))


def _program_errors(interface: str, errors: Iterable[Json]) -> str:
    """A program's own errors, and with them those that all programs of Nosana's own share."""
    shared = [f'#include "{_NOSANA_ERRORS}"'] if interface.startswith("nosana_") else []
    return _header(_idl(interface), [*shared, *map(_error, errors)])


def _error(error: Json) -> str:
    code, name, message = error["code"], error["name"], error["msg"]
    text = json.dumps(f"{name}. Error Number: {code}. Error Message: {message}.")
    return f"static const Error {name} = {{.code = {code}, .text = {text}}};"


# ---------------------------------------------------------------- accounts


def _account_types(interface: str, accounts: Iterable[AccountLayout]) -> str:
    owner = f"{short_name(interface).upper()}_PROGRAM"
    return _header(_idl(interface), (_account_type(account, owner) for account in accounts))


def _account_type(account: AccountLayout, owner: str) -> str:
    name, fields = account.name, layout_of_account(account)
    return f"""
typedef struct {{
    Account info;
    u64 discriminator;
{_declarations(fields)}}} PACKED {name};

constexpr AccountType {name}_type = {{
    .check = PROGRAM_ACCOUNT,
    .address = {owner},
    .discriminator = {_word(account.discriminator)},
    .shape = {_shape(fields)},
    .space = {account.space},
}};"""


# ---------------------------------------------------------------- instructions


def _instructions(interface: str, instructions: Iterable[Json]) -> str:
    return _header(_idl(interface), (_instruction(short_name(interface), instruction) for instruction in instructions))


def _instruction(program: str, instruction: Json) -> str:
    name, accounts, args = snake_case(instruction["name"]), instruction["accounts"], layout_of(instruction["args"])
    prefix = f"{program}_{name}"
    indexes = "".join(f"{prefix}_{snake_case(account['name'])}, " for account in accounts)
    return f"""
constexpr u64 {prefix}_discriminator = {_word(_instruction_discriminator(name))};
typedef struct {{
{_declarations(args)}}} PACKED {prefix}_args;
constexpr Shape {prefix}_shape = {_shape(args)};
enum {{ {indexes}{prefix}_accounts }};
constexpr u64 {prefix}_writable = {_mask(accounts, "isMut")};
constexpr u64 {prefix}_signers = {_mask(accounts, "isSigner")};"""


def _instruction_discriminator(name: str) -> bytes:
    return hashlib.sha256(f"global:{name}".encode()).digest()[:DISCRIMINATOR_SIZE]


def _mask(accounts: Iterable[Json], flag: str) -> str:
    """Bit i stands for account i."""
    return f"{sum(account[flag] << index for index, account in enumerate(accounts)):#b}"


# ---------------------------------------------------------------- the program: one translation unit


def _program(interface: str, instructions: Iterable[Json]) -> str:
    folder = short_name(interface)
    names = [instruction["name"] for instruction in instructions]
    includes = "".join(f'#include "{folder}/{snake_case(name)}.c"\n' for name in names)
    cases = "".join(_case(f"{folder}_{snake_case(name)}", pascal_case(name)) for name in names)
    return f"""{_banner(_idl(interface))}#include "anchor/entrypoint.h"
{includes}
static u64 dispatch(Context *context, u64 discriminator) {{
    switch (discriminator) {{
{cases}        case EVENT_TAG:
            return occurred(&EventInstructionStub);
        default:
            return occurred(&InstructionFallbackNotFound);
    }}
}}
"""


def _case(function: str, logged: str) -> str:
    return f"""        case {function}_discriminator:
            LOG("Instruction: {logged}");
            return {function}(context);
"""
