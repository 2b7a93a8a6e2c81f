"""The genesis by itself. That the programs would make the same is shown in tests/localnet/network."""

from dataclasses import replace
from pathlib import Path

import pytest
from solders.rent import Rent
from solders.token import ID as TOKEN_PROGRAM
from solders.token.state import Mint, TokenAccount

from nosana_chain.bindings.pools.accounts import PoolAccount
from nosana_chain.errors import LocalnetError
from nosana_chain.localnet.compiled import load_program
from nosana_chain.localnet.genesis import (
    FAUCET,
    PURSES,
    Genesis,
    Purse,
    local_wallet,
    standard_genesis,
)
from nosana_chain.localnet.genesis.fee_pool import fee_pool_account
from nosana_chain.models.pool import ClaimType, Pool
from nosana_chain.models.stake import StakingSettings
from nosana_chain.networks import DEVNET, LOCALNET, MAINNET, Network
from nosana_chain.pda import nos_account_address, rewards_vault_address, settings_address
from nosana_chain.programs.distributor.votes import Vote
from nosana_chain.units import DAY, NOS_DECIMALS, UnixSeconds, nos, sol

NOW = UnixSeconds(1_800_000_000)


def mint_of(genesis: Genesis) -> Mint:
    return Mint.from_bytes(genesis.accounts[LOCALNET.nos_mint].data)


def token_accounts(genesis: Genesis) -> list[TokenAccount]:
    owned = (account.data for account in genesis.accounts.values() if account.owner == TOKEN_PROGRAM)
    return [TokenAccount.from_bytes(data) for data in owned if len(data) == 165]


def test_a_program_that_is_not_built_is_named(tmp_path: Path) -> None:
    with pytest.raises(LocalnetError, match=r"nosana_jobs\.so; run scripts/build-programs"):
        load_program("nosana_jobs", network=LOCALNET, handed_over={}, folder=tmp_path)


def test_addresses_that_no_program_is_built_for_are_refused() -> None:
    elsewhere = replace(LOCALNET, name="elsewhere", nos_mint=MAINNET.nos_mint)
    with pytest.raises(LocalnetError, match="no program is built for the addresses of elsewhere"):
        standard_genesis(network=elsewhere)


def test_on_the_addresses_of_mainnet_the_network_still_is_a_local_one() -> None:
    genesis = standard_genesis(network=MAINNET)
    assert genesis.network.programs == MAINNET.programs
    assert MAINNET.nos_mint in genesis.accounts
    assert (genesis.network.name, genesis.network.rpc_url, genesis.network.genesis_hash) == ("localnet", None, None)


def test_wallets_are_the_same_everywhere_and_differ_by_name() -> None:
    assert local_wallet("host").address == local_wallet("host").address
    assert len({local_wallet(name).address for name in PURSES}) == len(PURSES)


def test_the_supply_is_what_the_accounts_hold() -> None:
    genesis = standard_genesis()

    assert mint_of(genesis).supply == sum(account.amount for account in token_accounts(genesis))
    assert mint_of(genesis).decimals == NOS_DECIMALS
    assert mint_of(genesis).mint_authority == genesis.wallets[FAUCET].address


def test_every_account_is_exempt_from_rent() -> None:
    for account in standard_genesis().accounts.values():
        assert account.lamports >= Rent.default().minimum_balance(len(account.data))


def test_wallets_have_what_their_purse_says() -> None:
    genesis = standard_genesis()

    for name, purse in PURSES.items():
        owner = genesis.wallets[name].address
        nos_account = genesis.accounts[nos_account_address(owner, network=LOCALNET)]
        assert genesis.accounts[owner].lamports == purse.lamports
        assert TokenAccount.from_bytes(nos_account.data).amount == purse.nos_units


def test_wallets_of_a_test_come_beside_those_that_the_network_needs() -> None:
    genesis = standard_genesis({"rich": Purse(sol("5"), nos("7"))})

    assert set(genesis.wallets) == {"rich", "faucet", "authority", "staker"}
    assert genesis.accounts[genesis.wallets["rich"].address].lamports == sol("5")
    assert mint_of(genesis).supply == sum(account.amount for account in token_accounts(genesis))


def test_the_jobs_program_with_a_fee_takes_the_place_of_the_other() -> None:
    jobs = LOCALNET.programs.jobs

    assert standard_genesis().programs[jobs] != standard_genesis(jobs_fee=True).programs[jobs]


def test_slashed_nos_go_to_the_authority_s_own_account() -> None:
    genesis = standard_genesis()
    address = settings_address(network=LOCALNET)
    settings = StakingSettings.decode(address, genesis.accounts[address].data)
    account = nos_account_address(genesis.wallets["authority"].address, network=LOCALNET)
    assert settings.token_account == genesis.network.slash_account == account


@pytest.mark.parametrize("network", [DEVNET, MAINNET], ids=lambda network: network.name)
def test_the_reward_fee_pool_in_use_feeds_the_rewards_pool(network: Network) -> None:
    genesis = standard_genesis(network=network).starting_at(NOW)
    address = network.reward_fee_pool
    assert address
    pool = Pool.decode(address, genesis.accounts[address].data)
    vault = TokenAccount.from_bytes(genesis.accounts[pool.vault].data)
    assert (pool.claim_type, pool.beneficiary) == (ClaimType.ADD_FEE, rewards_vault_address(network=network))
    assert (pool.start_time, pool.claimed_tokens, vault.amount) == (NOW - DAY, 0, pool.emission * 365 * DAY)
    assert pool.authority == genesis.wallets["authority"].address


def test_a_network_without_a_reward_fee_pool_has_none() -> None:
    genesis = standard_genesis(network=replace(LOCALNET, reward_fee_pool=None))
    assert not [account for account in genesis.accounts.values() if account.data[:8] == PoolAccount.discriminator]
    assert genesis.starting_at(NOW) is genesis


def test_a_pool_of_one_s_own_keeps_its_time() -> None:
    address = LOCALNET.reward_fee_pool
    assert address
    own = fee_pool_account(address, network=LOCALNET, now=UnixSeconds(5 * DAY))
    genesis = standard_genesis().with_accounts({address: own})
    assert genesis.starting_at(NOW) is genesis


def test_both_answers_of_a_vote_have_an_account_to_claim_to() -> None:
    accounts = standard_genesis().accounts
    for vote in Vote:
        held = TokenAccount.from_bytes(accounts[nos_account_address(vote.value, network=LOCALNET)].data)
        assert (held.owner, held.mint, held.amount) == (vote.value, LOCALNET.nos_mint, 0)


@pytest.mark.parametrize("program", ["jobs", "staking", "nodes"])
@pytest.mark.parametrize("network", [DEVNET, MAINNET], ids=lambda network: network.name)
def test_the_admin_of_the_programs_is_a_local_wallet(program: str, network: Network) -> None:
    genesis = standard_genesis(network=network)
    elf = genesis.programs[getattr(network.programs, program)]
    authority = genesis.wallets["authority"].address

    for admin in (network.market_admin, network.authority, network.slash_account):
        assert bytes(admin)[:4] not in elf, "not in the operands of instructions either"
    assert elf.count(bytes(authority)) == 1
    assert (genesis.network.authority, genesis.network.market_admin) == (authority, authority)
