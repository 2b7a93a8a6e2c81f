"""Derived addresses against known ones, and against their seeds written out."""

import inspect

import pytest
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.errors import AmountError, InputError
from nosana_chain.networks import DEVNET, LOCALNET, MAINNET, Network

ONE = Pubkey.from_bytes(bytes([1]) * 32)
TWO = Pubkey.from_bytes(bytes([2]) * 32)

#: Addresses that the deployed programs use.
KNOWN = [
    (pda.reflection_address(network=MAINNET), "6tjbAfNHnUusWLZqFznMKyBrjs1ZX92eyKwiUi2Bsg3x"),
    (pda.rewards_vault_address(network=MAINNET), "37xZ4jY3bSMBgxwekwdALRZK1kAUCh7YkkPabA4P2tq8"),
    (pda.rewards_vault_address(network=DEVNET), "4wk8dRGWQSCdRzvVJxu1jawHkV9pfzrEfUxYwYfwbXuk"),
    (pda.settings_address(network=MAINNET), "HHt4ZXNMZb3eftbgPNjJvxCYGGitZmqJQXFgudV8dMcd"),
    (pda.nos_account_address(MAINNET.authority, network=MAINNET), "A9V8JkR5HihvFpHq1ZbwrpPAGBhsGfeWw5TVcUdGf2dg"),
    (pda.nos_account_address(DEVNET.authority, network=DEVNET), "HLtABkKqsUjb4ECPEnvad6HN7QYf6ANHahAeZQXrAGgV"),
]

TOKEN_PROGRAM = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
ATA_PROGRAM = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")


def _written_out(network: Network) -> dict[Pubkey, tuple[Pubkey, list[bytes]]]:
    """Each address with its program and seeds, as the programs' interface tables have them."""
    programs, mint = network.programs, bytes(network.nos_mint)
    metadata = programs.token_metadata
    return {
        pda.token_account_address(ONE, mint=TWO): (ATA_PROGRAM, [bytes(ONE), bytes(TOKEN_PROGRAM), bytes(TWO)]),
        pda.nos_account_address(ONE, network=network): (ATA_PROGRAM, [bytes(ONE), bytes(TOKEN_PROGRAM), mint]),
        pda.market_vault_address(ONE, network=network): (programs.jobs, [bytes(ONE), mint]),
        pda.stake_address(ONE, network=network): (programs.staking, [b"stake", mint, bytes(ONE)]),
        pda.stake_vault_address(ONE, network=network): (programs.staking, [b"vault", mint, bytes(ONE)]),
        pda.settings_address(network=network): (programs.staking, [b"settings"]),
        pda.reflection_address(network=network): (programs.rewards, [b"reflection"]),
        pda.rewards_vault_address(network=network): (programs.rewards, [mint]),
        pda.reward_address(ONE, network=network): (programs.rewards, [b"reward", bytes(ONE)]),
        pda.pool_vault_address(ONE, network=network): (programs.pools, [b"vault", bytes(ONE)]),
        pda.node_address(ONE, network=network): (programs.nodes, [b"node", bytes(ONE)]),
        pda.metadata_address(ONE, network=network): (metadata, [b"metadata", bytes(metadata), bytes(ONE)]),
        pda.claim_status_address(ONE, distributor=TWO, network=network): (
            programs.distributor,
            [b"ClaimStatus", bytes(ONE), bytes(TWO)],
        ),
        pda.distributor_address(ONE, version=258, network=network): (
            programs.distributor,
            [b"MerkleDistributor", bytes(ONE), b"\x02\x01\0\0\0\0\0\0"],
        ),
    }


@pytest.mark.parametrize("version", [-1, 2**64])
def test_a_distributor_version_is_a_u64(version: int) -> None:
    with pytest.raises(AmountError, match=r"version is .* from 0 to 18446744073709551615"):
        pda.distributor_address(ONE, version=version, network=MAINNET)


def test_what_is_no_address_is_named_by_its_parameter() -> None:
    for name, derive in {
        "owner": lambda: pda.nos_account_address("x", network=MAINNET),
        "mint": lambda: pda.token_account_address(ONE, mint="x"),
        "market": lambda: pda.market_vault_address(None, network=MAINNET),  # type: ignore[arg-type]
        "authority": lambda: pda.stake_address(5, network=MAINNET),  # type: ignore[arg-type]
        "distributor": lambda: pda.claim_status_address(ONE, distributor="x", network=MAINNET),
    }.items():
        with pytest.raises(InputError, match=f"^{name} "):
            derive()


def test_addresses_may_be_text() -> None:
    one, two = str(ONE), str(TWO)
    assert pda.stake_address(one, network=DEVNET) == pda.stake_address(ONE, network=DEVNET)
    assert pda.token_account_address(one, mint=two) == pda.token_account_address(ONE, mint=TWO)
    by_text = pda.claim_status_address(one, distributor=two, network=DEVNET)
    assert by_text == pda.claim_status_address(ONE, distributor=TWO, network=DEVNET)


@pytest.mark.parametrize(("address", "known"), KNOWN)
def test_known_addresses(address: Pubkey, known: str) -> None:
    assert str(address) == known


@pytest.mark.parametrize("network", [MAINNET, DEVNET, LOCALNET], ids=lambda network: network.name)
def test_addresses_come_from_their_seeds(network: Network) -> None:
    for address, (program, seeds) in _written_out(network).items():
        assert address == Pubkey.find_program_address(seeds, program)[0]


def test_every_function_of_the_module_is_tried_here() -> None:
    public = [
        function
        for name, function in inspect.getmembers(pda, inspect.isfunction)
        if name.endswith("_address") and function.__module__ == pda.__name__
    ]
    assert len(_written_out(MAINNET)) == len(public)
