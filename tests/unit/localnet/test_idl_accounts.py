"""The IDL accounts by their bytes; tests/interop reads them with Anchor's own clients."""

import json
import zlib
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey

from nosana_chain.localnet import blank_genesis, standard_genesis
from nosana_chain.localnet.genesis.idl_accounts import idl_address
from nosana_chain.networks import DEVNET, MAINNET, PROGRAM_NAMES, Network

IDL = Path(__file__).parents[3] / "idl"
FILES = {name: IDL / f"nosana_{name}.json" for name in PROGRAM_NAMES} | {"distributor": IDL / "merkle_distributor.json"}

#: Source: @coral-xyz/anchor 0.28, `idlAddress`, which tests/interop/anchor runs.
KNOWN_ADDRESS = "12X5M3qjdmdbMPVEQUKCZvMtFVfiaNnDsKfyCPQGehks"

EACH_NETWORK = pytest.mark.parametrize("network", [DEVNET, MAINNET], ids=lambda network: network.name)


def stored(data: bytes) -> tuple[bytes, Pubkey, bytes]:
    """Discriminator, authority and compressed JSON of an IDL account; that it has nothing else."""
    length = int.from_bytes(data[40:44], "little")
    assert len(data) == 44 + length
    return data[:8], Pubkey(data[8:40]), data[44:]


def without_address(idl: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in idl.items() if name != "metadata"}


def test_its_address_is_the_one_that_anchor_derives() -> None:
    assert idl_address(DEVNET.programs.staking) == Pubkey.from_string(KNOWN_ADDRESS)


@EACH_NETWORK
@pytest.mark.parametrize("name", PROGRAM_NAMES)
def test_each_program_has_its_own_idl_with_its_address_there(name: str, network: Network) -> None:
    program = getattr(network.programs, name)
    account = blank_genesis(network=network).accounts[idl_address(program)]
    kind, _, packed = stored(account.data)
    told = json.loads(zlib.decompress(packed))
    assert kind == sha256(b"internal:IdlAccount").digest()[:8]
    assert account.owner == program
    assert told["metadata"] == {"address": str(program)}
    assert without_address(told) == without_address(json.loads(FILES[name].read_text()))


@EACH_NETWORK
def test_the_local_authority_may_change_them(network: Network) -> None:
    genesis = standard_genesis(network=network)
    for program in genesis.programs:
        _, authority, _ = stored(genesis.accounts[idl_address(program)].data)
        assert authority == genesis.wallets["authority"].address
