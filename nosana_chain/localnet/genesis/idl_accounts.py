"""The programs' interfaces on chain, where Anchor's `fetchIdl`, the official SDK and explorers look for them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain.localnet.accounts import rent_exempt
from nosana_chain.networks import PROGRAM_NAMES, Network

_FOLDER = Path(__file__).with_name("idls")  # written by scripts/generate-bindings from idl/

#: What an IDL account begins with. Source: Anchor, `IdlAccount`, which has a namespace of its own.
_DISCRIMINATOR = sha256(b"internal:IdlAccount").digest()[:8]


def idl_address(program: Pubkey) -> Pubkey:
    """Account with a program's interface, where Anchor's clients look for it (`anchor idl init`)."""
    base, _ = Pubkey.find_program_address([], program)
    return Pubkey.create_with_seed(base, "anchor:idl", program)


def idl_accounts(network: Network) -> dict[Pubkey, Account]:
    """The IDL account of every program, by address. The network's authority is the one that may change them."""
    return {
        idl_address(program): rent_exempt(_content(_idl(name, program), network.authority), program)
        for name in PROGRAM_NAMES
        for program in [getattr(network.programs, name)]
    }


def _content(idl: Mapping[str, Any], authority: Pubkey) -> bytes:
    """Discriminator, authority, length (u32) and the compressed JSON."""
    packed = zlib.compress(json.dumps(idl, separators=(",", ":"), ensure_ascii=False).encode())
    return _DISCRIMINATOR + bytes(authority) + len(packed).to_bytes(4, "little") + packed


def _idl(name: str, program: Pubkey) -> dict[str, Any]:
    """The interface with the address that the program has here: in the file it is mainnet's."""
    return {**_read(name), "metadata": {"address": str(program)}}


@cache
def _read(name: str) -> dict[str, Any]:
    idl: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text())
    return idl
