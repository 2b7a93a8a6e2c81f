"""What depends on a network's addresses works on those of devnet and of mainnet: mint, admins, and who calls whom."""

from dataclasses import replace

import pytest
from lives.distribution import UNLOCKED, Distribution
from solders.pubkey import Pubkey
from solders.token.state import TokenAccount

from nosana_chain import pda
from nosana_chain.bindings.program_errors.common import InvalidMint, Unauthorized
from nosana_chain.localnet import Genesis, InProcess, standard_genesis
from nosana_chain.models.node import Node
from nosana_chain.models.pool import ClaimType
from nosana_chain.networks import LOCALNET, MAINNET, Network
from nosana_chain.programs.jobs.instructions import close_market_admin_ix, open_market_ix
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.programs.nodes.instructions import audit_node_ix, register_node_ix
from nosana_chain.programs.nodes.terms import NodeSpec
from nosana_chain.programs.pools.instructions import claim_fee_ix, open_pool_ix
from nosana_chain.programs.pools.terms import PoolTerms
from nosana_chain.programs.token_accounts import transfer_ix
from nosana_chain.wallet import Wallet

SPEC = NodeSpec(architecture=1, country=528, cpu=1, gpu=1, memory=1, iops=1, storage=1)
EMISSION, SECONDS = 1_000, 60


@pytest.fixture(params=[LOCALNET, MAINNET], ids=["devnet's addresses", "mainnet's addresses"])
def addresses(request: pytest.FixtureRequest) -> Network:
    network: Network = request.param
    return network


@pytest.fixture
def genesis(addresses: Network) -> Genesis:
    return standard_genesis(network=addresses)


@pytest.fixture
def chain(genesis: Genesis) -> InProcess:
    return InProcess(genesis)


def test_the_addresses_are_those_of_the_network(chain: InProcess, addresses: Network) -> None:
    assert (chain.network.programs, chain.network.nos_mint) == (addresses.programs, addresses.nos_mint)


def test_a_market_takes_no_other_mint(chain: InProcess, addresses: Network) -> None:
    other = MAINNET if addresses is LOCALNET else LOCALNET
    chain.set_account(other.nos_mint, standard_genesis(network=other).accounts[other.nos_mint])
    with pytest.raises(InvalidMint):
        opened_market(chain, replace(chain.network, nos_mint=other.nos_mint))


def opened_market(chain: InProcess, network: Network) -> Pubkey:
    """A free market of the operator."""
    operator, market = chain.wallets["operator"], Wallet.generate()
    terms = MarketTerms(job_price=0)
    opening = open_market_ix(market=market.address, authority=operator.address, terms=terms, network=network)
    chain.send([opening], [operator, market])
    return market.address


def close_market(chain: InProcess, market: Pubkey, by: str) -> None:
    admin = chain.wallets[by]
    user = pda.nos_account_address(admin.address, network=chain.network)
    closing = close_market_admin_ix(market=market, authority=admin.address, user=user, network=chain.network)
    chain.send([closing], [admin])


def test_only_the_market_admin_closes_the_markets_of_others(chain: InProcess) -> None:
    market = opened_market(chain, chain.network)
    with pytest.raises(Unauthorized):
        close_market(chain, market, by="host")
    close_market(chain, market, by="authority")
    assert chain.account(market) is None


def audit_host(chain: InProcess, by: str) -> None:
    auditor, host = chain.wallets[by], chain.wallets["host"].address
    auditing = audit_node_ix(host=host, audited=True, authority=auditor.address, network=chain.network)
    chain.send([auditing], [auditor])


def test_only_the_authority_audits_nodes(chain: InProcess) -> None:
    host = chain.wallets["host"]
    chain.send([register_node_ix(authority=host.address, spec=SPEC, network=chain.network)], [host])
    with pytest.raises(Unauthorized):
        audit_host(chain, by="host")
    audit_host(chain, by="authority")
    address = pda.node_address(host.address, network=chain.network)
    assert Node.decode(address, data_at(chain, address)).audited


def data_at(chain: InProcess, address: Pubkey) -> bytes:
    account = chain.account(address)
    assert account is not None
    return account.data


def test_a_pool_pays_fees_into_the_rewards_pool(chain: InProcess) -> None:
    operator, pool, network = chain.wallets["operator"], Wallet.generate(), chain.network
    rewards_vault = pda.rewards_vault_address(network=network)
    terms = PoolTerms(emission=EMISSION, start_time=chain.unix_time(), closeable=True)
    opening = open_pool_ix(
        pool=pool.address,
        authority=operator.address,
        beneficiary=rewards_vault,
        claim_type=ClaimType.ADD_FEE,
        terms=terms,
        network=network,
    )
    funding = transfer_ix(
        source=pda.nos_account_address(operator.address, network=network),
        target=pda.pool_vault_address(pool.address, network=network),
        owner=operator.address,
        amount=2 * EMISSION * SECONDS,
    )
    chain.send([opening, funding], [operator, pool])
    chain.warp(SECONDS)
    chain.send([claim_fee_ix(pool=pool.address, authority=operator.address, network=network)], [operator])
    assert TokenAccount.from_bytes(data_at(chain, rewards_vault)).amount == EMISSION * SECONDS


def test_a_distributor_hands_out_the_network_s_nos(genesis: Genesis, addresses: Network) -> None:
    distribution = Distribution(genesis)
    assert distribution.claim_unlocked("host") == UNLOCKED // 2
    assert distribution.distributor.mint == addresses.nos_mint
