"""The state of a running Surfpool, taken out of it."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from solders.pubkey import Pubkey

from nosana_chain.errors import LocalnetError
from nosana_chain.localnet.genesis import Genesis
from nosana_chain.localnet.up.saved import RUNTIMES_OWN, SavedAccount, SavedState
from nosana_chain.localnet.up.summary import LocalnetSummary
from nosana_chain.wire.connection import Connection

_RUNTIMES_LAMPORTS = 10**15  # in the purse of a runtime that has just started

# The upgradeable loader's layouts: a program's account (36 bytes) has the address of the account with its bytes after a
# tag; those come after a head of 45 bytes.
_LOADER = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")
_PROGRAM_BYTES = 36
_ADDRESS = slice(4, _PROGRAM_BYTES)
_ELF_FROM = 45
_OF_PROGRAMS = {
    "encoding": "base64",
    "filters": [{"dataSize": _PROGRAM_BYTES}],
    "dataSlice": {"offset": 0, "length": 0},
}


class _Listed(msgspec.Struct):
    pubkey: str


class _ShownAccount(msgspec.Struct):
    lamports: int
    owner: str
    data: bytes


class _Export(msgspec.Struct):
    value: dict[str, _ShownAccount]


async def purse_of_runtime(connection: Connection, genesis: Genesis) -> Pubkey:
    """The wallet that the runtime makes for its airdrops, anew each time: to be asked for before any. Network: 1 call.

    Raises:
        LocalnetError: there is none.
    """
    for address, one in (await accounts_of(connection)).items():
        if one.lamports == _RUNTIMES_LAMPORTS and not one.data and Pubkey.from_string(address) not in genesis.accounts:
            return Pubkey.from_string(address)
    raise LocalnetError("the runtime has no purse of its own: this isn't the Surfpool that nosana-chain installs")


async def accounts_of(connection: Connection) -> dict[str, SavedAccount]:
    """Every account of a running Surfpool that isn't the runtime's own. Network: 1 call."""
    export = await connection.call("surfnet_exportSnapshot", {"scope": "network"}, answer=_Export)
    found = sorted(export.value.items())
    return {
        address: SavedAccount(one.lamports, one.owner, one.data)
        for address, one in found
        if one.lamports and one.owner not in RUNTIMES_OWN
    }


async def programs_of(connection: Connection, *, known: Collection[Pubkey]) -> dict[str, bytes]:
    """The programs on a running Surfpool but for the `known` ones, by program id. Network: 1 call, and 1 for each."""
    told = await connection.call("getProgramAccounts", str(_LOADER), _OF_PROGRAMS, answer=list[_Listed])
    added = [one.pubkey for one in told if Pubkey.from_string(one.pubkey) not in known]
    return {address: await _elf(connection, Pubkey.from_string(address)) for address in sorted(added)}


async def _elf(connection: Connection, program: Pubkey) -> bytes:
    """A program's bytes, which are in an account of their own."""
    found = await connection.fetch_account(program)
    content = None if found is None else await connection.fetch_account(Pubkey(found.data[_ADDRESS]))
    if content is None:
        raise LocalnetError(f"the program {program} has no bytes: it was closed just now; try again")
    return content.data[_ELF_FROM:]


async def state_of(connection: Connection, summary: LocalnetSummary) -> SavedState:
    """The state of a running Surfpool now, without the runtime's purse. Network: 3 calls or more.

    On a fork all programs are the cluster's, and none is kept.
    """
    accounts = await accounts_of(connection)
    accounts.pop(str(summary.runtime_purse), None)
    known = set(summary.programs.values())
    return SavedState.of(
        summary.kind,
        unix_time=await connection.fetch_clock(),
        accounts=accounts,
        programs={} if summary.is_fork else await programs_of(connection, known=known),
        market=str(summary.market),
    )
