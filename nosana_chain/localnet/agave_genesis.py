"""A genesis as files that the official validator reads."""

from __future__ import annotations

import base64
from pathlib import Path

import msgspec
from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain.errors import LocalnetError
from nosana_chain.localnet.genesis import Genesis
from nosana_chain.units import U64_MAX


def genesis_arguments(folder: str, genesis: Genesis) -> list[str]:
    """The validator's arguments that hand over a genesis, whose files are written to `folder`.

    Raises:
        LocalnetError: no room there, or no right to write.
    """
    accounts, programs = Path(folder, "accounts"), Path(folder, "programs")
    try:
        accounts.mkdir()
        programs.mkdir()
        for address, account in genesis.accounts.items():
            (accounts / f"{address}.json").write_bytes(_dumped(address, account))
        for address, elf in genesis.programs.items():
            (programs / f"{address}.so").write_bytes(elf)
    except OSError as error:
        raise LocalnetError(
            f"the genesis can't be written to {folder} ({error.strerror}): make room, or name another place in TMPDIR"
        ) from error
    named = [["--bpf-program", str(address), str(programs / f"{address}.so")] for address in genesis.programs]
    return ["--account-dir", str(accounts), *(argument for one in named for argument in one)]


def _dumped(address: Pubkey, account: Account) -> bytes:
    """An account as `solana account --output json` writes it."""
    shown = {
        "lamports": account.lamports,
        "data": [base64.b64encode(account.data).decode(), "base64"],
        "owner": str(account.owner),
        "executable": account.executable,
        "rentEpoch": U64_MAX,
        "space": len(account.data),
    }
    return msgspec.json.encode({"pubkey": str(address), "account": shown})
