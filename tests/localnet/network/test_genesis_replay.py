"""The genesis holds what the programs make of init, update_settings, stake and enter: every byte and lamport."""

import pytest
from behaviour.call import ABSENT, Account, Call, Meta
from behaviour.machine import Machine
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.token.state import TokenAccount

from nosana_chain import pda
from nosana_chain.localnet import Genesis, standard_genesis
from nosana_chain.localnet.genesis import AUTHORITY, STAKED, STAKED_SECONDS, STAKER
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.rewards import instructions as rewards
from nosana_chain.programs.staking import instructions as staking

NOW = 1_767_225_600
LAMPORTS = 10**10


@pytest.fixture
def genesis() -> Genesis:
    return standard_genesis()


def steps(genesis: Genesis) -> list[Instruction]:
    staker = genesis.wallets[STAKER].address
    authority = genesis.wallets[AUTHORITY].address
    return [
        staking.init_ix(authority=authority, network=LOCALNET),
        staking.update_settings_ix(
            authority=LOCALNET.authority,
            new_authority=authority,
            token_account=LOCALNET.slash_account,
            network=LOCALNET,
        ),
        rewards.init_ix(authority=authority, network=LOCALNET),
        staking.stake_ix(authority=staker, amount=STAKED, duration=STAKED_SECONDS, network=LOCALNET),
        rewards.enter_ix(authority=staker, network=LOCALNET),
    ]


def made_by_programs(genesis: Genesis) -> list[Pubkey]:
    staker = genesis.wallets[STAKER].address
    return [
        pda.settings_address(network=LOCALNET),
        pda.reflection_address(network=LOCALNET),
        pda.rewards_vault_address(network=LOCALNET),
        pda.stake_address(staker, network=LOCALNET),
        pda.stake_vault_address(staker, network=LOCALNET),
        pda.reward_address(staker, network=LOCALNET),
    ]


def before_staking(genesis: Genesis) -> dict[Pubkey, Account]:
    """The other accounts of the genesis, with the stake still in the staker's own NOS account."""
    made = made_by_programs(genesis)
    state = {
        address: Account(account.lamports, account.owner, account.data)
        for address, account in genesis.accounts.items()
        if address not in made
    }
    purse = pda.nos_account_address(genesis.wallets[STAKER].address, network=LOCALNET)
    state[purse] = with_more_nos(state[purse], STAKED)
    return state


def with_more_nos(account: Account, amount: int) -> Account:
    held = TokenAccount.from_bytes(account.data).amount
    data = account.data[:64] + (held + amount).to_bytes(8, "little") + account.data[72:]
    return account._replace(data=data)


def test_it_is_what_the_programs_make(genesis: Genesis) -> None:
    machine = Machine.of("nosana_rewards")
    machine.place(before_staking(genesis))
    machine.place({LOCALNET.authority: Account(LAMPORTS)})

    for step in steps(genesis):
        metas = tuple(Meta(meta.pubkey, meta.is_signer, meta.is_writable) for meta in step.accounts)
        assert machine.run(Call(step.program_id, NOW, metas, bytes(step.data))).error is None

    for address in made_by_programs(genesis):
        expected = genesis.accounts[address]
        assert machine.account(address) == Account(expected.lamports, expected.owner, expected.data) != ABSENT
    purse = pda.nos_account_address(genesis.wallets[STAKER].address, network=LOCALNET)
    assert machine.account(purse).data == genesis.accounts[purse].data
