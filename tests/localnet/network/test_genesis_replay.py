"""Transactions on a blank network, through the programs, make the standard genesis: every byte and lamport of it."""

from dataclasses import replace
from typing import NamedTuple

import pytest
from solders.account import Account
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM
from spl.token.instructions import mint_to
from spl.token.models import MintToParams

from nosana_chain import pda
from nosana_chain.localnet import Genesis, InProcess, blank_genesis, local_wallet, standard_genesis
from nosana_chain.localnet.genesis import AUTHORITY, FAUCET, PURSES, STAKED, STAKED_SECONDS, STAKER
from nosana_chain.localnet.genesis.fee_pool import EMISSION, FUNDED, RUNNING
from nosana_chain.localnet.inprocess import START
from nosana_chain.models.pool import ClaimType
from nosana_chain.networks import DEVNET, MAINNET, Network
from nosana_chain.programs.distributor.votes import Vote
from nosana_chain.programs.nos_accounts import create_nos_account_ix
from nosana_chain.programs.pools.instructions import PoolTerms, open_pool_ix
from nosana_chain.programs.rewards import instructions as rewards
from nosana_chain.programs.staking import instructions as staking
from nosana_chain.programs.token_accounts import transfer_ix
from nosana_chain.wallet import Wallet

#: The reward-fee pools in use are accounts of fresh keys, which nobody here has: this one stands for them.
POOL = local_wallet("reward-fee pool of a test")


class Step(NamedTuple):
    """A transaction, and who signs it."""

    instruction: Instruction
    signers: tuple[Wallet, ...]


@pytest.fixture(params=[DEVNET, MAINNET], ids=lambda network: network.name)
def addresses(request: pytest.FixtureRequest) -> Network:
    """A set of addresses, with a pool whose key is at hand."""
    network: Network = request.param
    return replace(network, reward_fee_pool=POOL.address)


@pytest.fixture
def standard(addresses: Network) -> Genesis:
    return standard_genesis(network=addresses).starting_at(START)


@pytest.fixture
def blank(addresses: Network) -> InProcess:
    """A blank network with the mint and the wallets: what no transaction makes."""
    genesis = blank_genesis(network=addresses).with_mint()
    for name, purse in PURSES.items():
        genesis = genesis.with_wallet(name, purse=purse._replace(nos_units=0))
    owned = {pda.nos_account_address(wallet.address, network=addresses) for wallet in genesis.wallets.values()}
    kept = {address: account for address, account in genesis.accounts.items() if address not in owned}
    return InProcess(replace(genesis, accounts=kept))


def nos_steps(genesis: Genesis) -> list[Step]:
    """Everybody's NOS account, with what is in the purses and what is staked and given to the pool afterwards."""
    faucet, network = genesis.wallets[FAUCET], genesis.network
    spent = {STAKER: STAKED, AUTHORITY: FUNDED}
    owners = {vote.value: 0 for vote in Vote}
    owners |= {genesis.wallets[name].address: PURSES[name].nos_units + spent.get(name, 0) for name in PURSES}
    steps = [
        Step(create_nos_account_ix(owner=owner, payer=faucet.address, network=network), (faucet,)) for owner in owners
    ]
    return steps + [Step(mint_ix(genesis, owner, amount), (faucet,)) for owner, amount in owners.items() if amount]


def mint_ix(genesis: Genesis, owner: Pubkey, amount: int) -> Instruction:
    return mint_to(
        MintToParams(
            program_id=TOKEN_PROGRAM,
            mint=genesis.network.nos_mint,
            dest=pda.nos_account_address(owner, network=genesis.network),
            mint_authority=genesis.wallets[FAUCET].address,
            amount=amount,
        )
    )


def program_steps(genesis: Genesis) -> list[Step]:
    staker, authority, network = genesis.wallets[STAKER], genesis.wallets[AUTHORITY], genesis.network
    terms = PoolTerms(emission=EMISSION, start_time=START - RUNNING, closeable=True)
    opening = open_pool_ix(
        pool=POOL.address,
        authority=authority.address,
        beneficiary=pda.rewards_vault_address(network=network),
        claim_type=ClaimType.ADD_FEE,
        terms=terms,
        network=network,
    )
    funding = transfer_ix(
        source=network.slash_account,
        target=pda.pool_vault_address(POOL.address, network=network),
        owner=authority.address,
        amount=FUNDED,
    )
    staking_ix = staking.stake_ix(authority=staker.address, amount=STAKED, duration=STAKED_SECONDS, network=network)
    return [
        Step(staking.init_ix(authority=staker.address, network=network), (staker,)),
        Step(rewards.init_ix(authority=staker.address, network=network), (staker,)),
        Step(staking_ix, (staker,)),
        Step(rewards.enter_ix(authority=staker.address, network=network), (staker,)),
        Step(opening, (authority, POOL)),
        Step(funding, (authority,)),
    ]


def without_wallets(genesis: Genesis) -> dict[Pubkey, Account]:
    """All accounts but those that pay for the transactions."""
    paying = {wallet.address for wallet in genesis.wallets.values()}
    return {address: account for address, account in genesis.accounts.items() if address not in paying}


def test_it_is_what_the_programs_make(standard: Genesis, blank: InProcess) -> None:
    for step in nos_steps(standard) + program_steps(standard):
        blank.send([step.instruction], step.signers)
    expected = without_wallets(standard)
    assert {address: blank.account(address) for address in expected} == expected


def test_the_wallets_are_those_of_both(standard: Genesis, blank: InProcess) -> None:
    assert {name: wallet.address for name, wallet in blank.wallets.items()} == {
        name: wallet.address for name, wallet in standard.wallets.items()
    }
    for name, wallet in standard.wallets.items():
        assert blank.account(wallet.address) == Account(PURSES[name].lamports, b"", Pubkey.default())
