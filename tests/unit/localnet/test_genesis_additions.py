"""A blank network, and what a genesis can be given; that it runs is shown in tests/localnet/network."""

import pytest
from solders.account import Account
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM
from solders.token import ID as TOKEN_PROGRAM
from solders.token.state import Mint, TokenAccount

from nosana_chain import pda
from nosana_chain.errors import AmountError, InputError
from nosana_chain.localnet import Genesis, Purse, blank_genesis, local_wallet, standard_genesis
from nosana_chain.localnet.genesis.idl_accounts import idl_address
from nosana_chain.networks import LOCALNET, MAINNET, PROGRAM_NAMES
from nosana_chain.units import U64_MAX, nos, sol
from nosana_chain.wallet import Wallet

SOMEBODY = Pubkey(b"s" * 32)
ELSEWHERE = Pubkey(b"e" * 32)


def mint_of(genesis: Genesis) -> Mint:
    return Mint.from_bytes(genesis.accounts[LOCALNET.nos_mint].data)


def nos_of(genesis: Genesis, address: Pubkey) -> int:
    return TokenAccount.from_bytes(genesis.accounts[address].data).amount


def purse_of(owner: Pubkey) -> Pubkey:
    return pda.nos_account_address(owner, network=LOCALNET)


@pytest.mark.parametrize("elf", [b"", b"MZ", b"#!/bin/sh\n", b"\x7fEL"])
def test_a_program_that_is_not_compiled_is_refused(elf: bytes) -> None:
    with pytest.raises(InputError, match=f"program {SOMEBODY} is not an ELF file"):
        blank_genesis().with_programs({SOMEBODY: elf})


def test_nos_without_a_mint_are_refused() -> None:
    with pytest.raises(InputError, match=r"no NOS mint at devr1.*call with_mint\(\) first"):
        blank_genesis().with_nos(SOMEBODY, 1)
    with pytest.raises(InputError, match="no NOS mint"):
        blank_genesis().with_wallet("rich", purse=Purse(sol("1"), nos("1")))


def test_a_second_mint_is_refused() -> None:
    with pytest.raises(InputError, match="there already"):
        standard_genesis().with_mint()


def test_there_are_not_more_nos_than_a_mint_can_have() -> None:
    genesis = blank_genesis().with_mint().with_nos(SOMEBODY, U64_MAX)
    with pytest.raises(AmountError, match="supply"):
        genesis.with_nos(ELSEWHERE, 1)
    with pytest.raises(AmountError, match="amount"):
        genesis.with_nos(SOMEBODY, -1)


def test_a_blank_network_has_programs_idls_and_two_wallets_alone() -> None:
    genesis = blank_genesis()
    programs = {getattr(LOCALNET.programs, name) for name in PROGRAM_NAMES}
    funded = {wallet.address for wallet in genesis.wallets.values()}
    assert set(genesis.programs) == programs
    assert set(genesis.accounts) == funded | {idl_address(program) for program in programs}
    assert genesis.wallets.keys() == {"faucet", "authority"}


def test_a_blank_network_has_the_addresses_and_the_fee_that_are_asked_for() -> None:
    jobs = MAINNET.programs.jobs
    assert blank_genesis(network=MAINNET).programs[jobs] != blank_genesis(network=MAINNET, jobs_fee=True).programs[jobs]
    assert blank_genesis(network=MAINNET).network.nos_mint == MAINNET.nos_mint


def test_the_faucet_mints_unless_somebody_else_is_to() -> None:
    blank = blank_genesis()
    assert mint_of(blank.with_mint()).mint_authority == blank.wallets["faucet"].address
    assert mint_of(blank.with_mint(SOMEBODY)).mint_authority == SOMEBODY
    assert (mint_of(blank.with_mint()).supply, mint_of(blank.with_mint()).decimals) == (0, 6)


def test_a_wallet_of_one_s_own_is_funded_under_its_name() -> None:
    own = Wallet.generate()
    genesis = standard_genesis().with_wallet("builder", wallet=own, purse=Purse(sol("3"), nos("7")))
    assert genesis.wallets["builder"] is own
    assert genesis.accounts[own.address] == Account(sol("3"), b"", SYSTEM_PROGRAM)
    assert nos_of(genesis, purse_of(own.address)) == nos("7")
    assert mint_of(genesis).supply == mint_of(standard_genesis()).supply + nos("7")


def test_without_a_key_a_wallet_is_the_same_on_every_machine() -> None:
    genesis = blank_genesis().with_wallet("guest")
    assert genesis.wallets["guest"].address == local_wallet("guest").address
    assert genesis.accounts[local_wallet("guest").address].lamports == sol("100")
    assert purse_of(local_wallet("guest").address) not in genesis.accounts, "there is no mint"


def test_a_wallet_that_is_funded_anew_has_what_it_was_given_last() -> None:
    genesis = blank_genesis().with_mint()
    for amount in (nos("5"), nos("2")):
        genesis = genesis.with_wallet("guest", purse=Purse(sol("1"), amount))
    assert nos_of(genesis, purse_of(local_wallet("guest").address)) == mint_of(genesis).supply == nos("2")


def test_nos_can_lie_at_another_address_than_the_owner_s_own() -> None:
    genesis = blank_genesis().with_mint().with_nos(SOMEBODY, 5, at=ELSEWHERE)
    held = TokenAccount.from_bytes(genesis.accounts[ELSEWHERE].data)
    assert (held.owner, held.amount, genesis.accounts[ELSEWHERE].owner) == (SOMEBODY, 5, TOKEN_PROGRAM)
    assert purse_of(SOMEBODY) not in genesis.accounts


def test_nothing_changes_the_genesis_that_it_is_called_on() -> None:
    genesis = standard_genesis()
    accounts, programs, wallets = dict(genesis.accounts), dict(genesis.programs), dict(genesis.wallets)
    changed = genesis.with_wallet("guest").with_nos(SOMEBODY, 1).with_accounts({ELSEWHERE: Account(1, b"", ELSEWHERE)})
    assert changed.with_programs({SOMEBODY: programs[LOCALNET.programs.jobs]}).accounts != accounts
    assert (genesis.accounts, genesis.programs, genesis.wallets) == (accounts, programs, wallets)
