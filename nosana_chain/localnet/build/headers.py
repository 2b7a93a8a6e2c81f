"""C headers of the local programs, generated: what idl/ and the cluster table say reaches C this way only."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from solders.pubkey import Pubkey
from solders.sysvar import RENT

from nosana_chain.localnet.build.layout import DISCRIMINATOR_LEN, Layout, layout
from nosana_chain.localnet.build.names import pascal_case, snake_case
from nosana_chain.networks import Network

Json = Mapping[str, Any]

#: Programs that are built, by their interface's file name.
PROGRAMS = ("nosana_jobs", "nosana_staking", "nosana_rewards")


def write_headers(idl_folder: Path, network: Network, target: Path) -> None:
    """Write every generated source below `target`."""
    for name, text in _sources(idl_folder, network).items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _sources(idl_folder: Path, network: Network) -> dict[str, str]:
    errors = _read(idl_folder / "common_errors.json")
    sources = {
        f"{network.name}/addresses.h": _addresses(network),
        "anchor_errors.h": _errors("idl/common_errors.json", errors["anchor"]),
        "common_errors.h": _errors("idl/common_errors.json", errors["common"]),
    }
    for program in PROGRAMS:
        source = f"idl/{program}.json"
        idl = _read(idl_folder / f"{program}.json")
        sources[f"{program}/errors.h"] = _errors(source, idl["errors"])
        sources[f"{program}/accounts.h"] = _accounts(source, idl)
        sources[f"{program}/instructions.h"] = _instructions(source, idl)
        sources[f"{program}/program.c"] = _program(source, idl)
    return sources


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _header(source: str, *parts: str) -> str:
    return "\n".join([f"/* Generated from {source} by scripts/build-programs. */", "#pragma once", *parts, ""])


# --- addresses


def _addresses(network: Network) -> str:
    programs = network.programs
    addresses = {
        "SYSTEM_PROGRAM": Pubkey.default(),
        "TOKEN_PROGRAM": Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"),
        "ASSOCIATED_TOKEN_PROGRAM": Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL"),
        "RENT_SYSVAR": RENT,
        "METADATA_PROGRAM": programs.token_metadata,
        "JOBS_PROGRAM": programs.jobs,
        "STAKING_PROGRAM": programs.staking,
        "REWARDS_PROGRAM": programs.rewards,
        "NOS_MINT": network.nos_mint,
        "AUTHORITY": network.authority,
        "MARKET_ADMIN": network.market_admin,
        "SLASH_ACCOUNT": network.slash_account,
    }
    lines = (f"constexpr Pubkey {name} = {_key(address)}; /* {address} */" for name, address in addresses.items())
    return _header(f"nosana_chain/networks.py ({network.name})", *lines)


def _key(address: Pubkey) -> str:
    raw = bytes(address)
    words = (int.from_bytes(raw[at : at + 8], "little") for at in range(0, 32, 8))
    return "{{" + ", ".join(f"{word:#018x}" for word in words) + "}}"


# --- errors


def _errors(source: str, errors: Iterable[Json]) -> str:
    return _header(source, *(_error(error) for error in errors))


def _error(error: Json) -> str:
    code, name, message = error["code"], error["name"], error["msg"]
    text = json.dumps(f"{name}. Error Number: {code}. Error Message: {message}.", ensure_ascii=True)
    return f"static const Error {name} = {{.code = {code}, .text = {text}}};"


# --- accounts


def _accounts(source: str, idl: Json) -> str:
    owner = f"{_short_name(idl).upper()}_PROGRAM"
    return _header(source, *(_account(account, owner) for account in idl["accounts"]))


def _account(account: Json, owner: str) -> str:
    name, fields = account["name"], layout(account["type"]["fields"])
    return f"""
typedef struct {{
    Account info;
    u64 discriminator;
{_declarations(fields)}
}} PACKED {name};

constexpr AccountType {name}_type = {{
    .check = PROGRAM_ACCOUNT,
    .address = {owner},
    .discriminator = {_discriminator("account", name)},
    .body_len = {DISCRIMINATOR_LEN + fields.size},
    .keys_len_at = {fields.list_at},
    .space = {fields.space},
}};"""


def _declarations(fields: Layout) -> str:
    return "\n".join(f"    {field.declaration()}" for field in fields.fields)


def _discriminator(space: str, name: str) -> str:
    digest = hashlib.sha256(f"{space}:{name}".encode()).digest()
    return f"{int.from_bytes(digest[:DISCRIMINATOR_LEN], 'little'):#018x}"


# --- instructions


def _instructions(source: str, idl: Json) -> str:
    return _header(source, *(_instruction(_short_name(idl), ix) for ix in idl["instructions"]))


def _instruction(program: str, ix: Json) -> str:
    name = snake_case(ix["name"])
    prefix = f"{program}_{name}"
    accounts = ix["accounts"]
    indexes = ", ".join(f"{prefix}_{snake_case(account['name'])}" for account in accounts)
    return f"""
constexpr u64 {prefix}_discriminator = {_discriminator("global", name)};
typedef struct {{
{_declarations(layout(ix["args"]))}
}} PACKED {prefix}_args;
enum {{ {indexes}, {prefix}_accounts }};
constexpr u64 {prefix}_writable = {_mask(accounts, "isMut")};
constexpr u64 {prefix}_signers = {_mask(accounts, "isSigner")};"""


def _mask(accounts: Iterable[Json], flag: str) -> str:
    return f"{sum(account[flag] << index for index, account in enumerate(accounts)):#b}"


# --- the program: one translation unit


def _program(source: str, idl: Json) -> str:
    program = _short_name(idl)
    names = [(snake_case(ix["name"]), pascal_case(ix["name"])) for ix in idl["instructions"]]
    includes = "\n".join(f'#include "{program}/{name}.c"' for name, _ in names)
    cases = "\n".join(
        f"        case {program}_{name}_discriminator:\n"
        f'            LOG("Instruction: {pascal}");\n'
        f"            return {program}_{name}(context);"
        for name, pascal in names
    )
    return f"""/* Generated from {source} by scripts/build-programs. */
#include "anchor/entrypoint.h"
{includes}

static u64 dispatch(Context *context, u64 discriminator) {{
    switch (discriminator) {{
{cases}
        case EVENT_TAG:
            return occurred(&EventInstructionStub);
        default:
            return occurred(&InstructionFallbackNotFound);
    }}
}}
"""


def _short_name(idl: Json) -> str:
    return str(idl["name"]).removeprefix("nosana_")
