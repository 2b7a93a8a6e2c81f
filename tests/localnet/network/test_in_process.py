"""The genesis on LiteSVM."""

import pytest
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer

from nosana_chain.errors import AmountError, InputError, InsufficientFundsError
from nosana_chain.localnet import Genesis, InProcess, Localnet
from nosana_chain.localnet.genesis import PURSES


@pytest.fixture
def chain(bare_genesis: Genesis) -> InProcess:
    return InProcess(bare_genesis)


def test_a_missing_signer_is_named(chain: InProcess) -> None:
    host, builder = chain.wallets["host"], chain.wallets["builder"]
    payment = transfer(TransferParams(from_pubkey=host.address, to_pubkey=builder.address, lamports=5))

    with pytest.raises(InputError, match=str(host.address)):
        chain.send([payment], [builder])


def test_a_failure_is_decoded_and_leaves_nothing_but_its_fee(chain: InProcess) -> None:
    host, builder = chain.wallets["host"], chain.wallets["builder"]
    payment = transfer(TransferParams(from_pubkey=host.address, to_pubkey=builder.address, lamports=10**15))

    with pytest.raises(InsufficientFundsError) as caught:
        chain.send([payment], [host])

    assert caught.value.instruction_index == 0
    assert chain.account(host.address).lamports == PURSES["host"].lamports - 5000
    assert chain.account(builder.address).lamports == PURSES["builder"].lamports


@pytest.mark.parametrize("seconds", [0, -1])
def test_time_does_not_go_back(seconds: int, chain: InProcess) -> None:
    with pytest.raises(AmountError, match="seconds"):
        chain.warp(seconds)


def test_an_address_without_an_account_has_none(chain: InProcess) -> None:
    assert chain.account(Pubkey.default().new_unique()) is None


def test_a_warp_moves_the_clock_and_nothing_else_does(chain: InProcess) -> None:
    before = chain.unix_time()

    assert chain.warp(1000) == before + 1000
    assert chain.unix_time() == before + 1000


def test_the_same_transaction_can_be_sent_twice(chain: InProcess) -> None:
    host, builder = chain.wallets["host"], chain.wallets["builder"]
    payment = transfer(TransferParams(from_pubkey=host.address, to_pubkey=builder.address, lamports=5))

    executed = [chain.send([payment], [host]) for _ in range(2)]

    assert all(result.compute_units > 0 and result.logs for result in executed)
    assert chain.account(builder.address).lamports == PURSES["builder"].lamports + 10


async def test_it_starts_like_a_network(chain: InProcess, net: Localnet) -> None:
    ours, theirs = chain.genesis.accounts, net.genesis.accounts
    assert ours.keys() == theirs.keys()
    unlike = [address for address in ours if ours[address] != theirs[address]]
    assert unlike == [net.network.reward_fee_pool], "which holds a time"
    for address, account in chain.genesis.accounts.items():
        assert chain.account(address) == account
