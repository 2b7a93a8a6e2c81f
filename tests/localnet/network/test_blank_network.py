"""A blank network that runs, and one with programs and wallets of one's own."""

from __future__ import annotations

import pytest
from solders.instruction import Instruction

from nosana_chain import pda
from nosana_chain.client import NosanaClient
from nosana_chain.errors import InputError, NotFoundError, TransactionFailedError
from nosana_chain.localnet import InProcess, Localnet, blank_genesis, local_wallet
from nosana_chain.localnet.genesis import AUTHORITY, FAUCET, PURSES
from nosana_chain.networks import LOCALNET, PROGRAM_NAMES
from nosana_chain.units import nos
from nosana_chain.wallet import Wallet

GUEST = local_wallet("guest").address


async def test_nothing_can_be_minted_where_there_is_no_mint() -> None:
    async with Localnet.start(genesis=blank_genesis()) as net:
        with pytest.raises(InputError, match=r"no NOS mint at devr1.* with_mint\(\)"):
            await net.mint_nos(GUEST, 1)


async def test_a_mint_that_is_put_there_later_will_do() -> None:
    with_mint = blank_genesis().with_mint()
    async with Localnet.start(genesis=blank_genesis()) as net, NosanaClient(net.network) as client:
        await net.set_account(LOCALNET.nos_mint, with_mint.accounts[LOCALNET.nos_mint])
        await net.mint_nos(GUEST, nos("3"))
        assert await client.fetch_nos_balance(owner=GUEST) == nos("3")


async def test_a_blank_network_has_nothing_but_its_wallets_sol() -> None:
    async with Localnet.start(genesis=blank_genesis()) as net, NosanaClient(net.network) as client:
        for name in (FAUCET, AUTHORITY):
            assert await client.fetch_sol_balance(owner=net.wallets[name].address) == PURSES[name].lamports
        assert await client.connection.fetch_account(LOCALNET.nos_mint) is None
        assert await client.markets.find_markets() == await client.pools.find_pools() == []
        with pytest.raises(NotFoundError):
            await client.rewards.fetch_pool()


@pytest.mark.parametrize("name", PROGRAM_NAMES)
def test_a_program_answers_at_an_address_of_one_s_own(name: str) -> None:
    genesis, address = blank_genesis(), Wallet.generate().address
    chain = InProcess(genesis.with_programs({address: genesis.programs[getattr(LOCALNET.programs, name)]}))
    with pytest.raises(TransactionFailedError, match="InstructionFallbackNotFound") as caught:
        chain.send([Instruction(address, bytes(8), [])], [chain.wallets[FAUCET]])
    assert caught.value.logs[0] == f"Program {address} invoke [1]"


async def test_a_wallet_of_one_s_own_pays_and_signs() -> None:
    own = Wallet.generate()
    genesis = blank_genesis().with_mint().with_wallet("me", wallet=own)
    async with Localnet.start(genesis=genesis) as net, NosanaClient(net.network, net.wallets["me"]) as me:
        await me.rewards.init_pool()
        pool = await me.rewards.fetch_pool()
        assert pool.address == pda.reflection_address(network=LOCALNET)
        assert await me.fetch_sol_balance() < PURSES[AUTHORITY].lamports
