"""SOL, NOS and account contents for tests, on a running local network."""

from collections.abc import AsyncIterator

import pytest
from solders.account import Account
from solders.pubkey import Pubkey
from solders.token.state import Mint, TokenAccount

from nosana_chain.errors import AmountError, RpcResponseError
from nosana_chain.localnet import Localnet, local_wallet
from nosana_chain.localnet.genesis import PURSES
from nosana_chain.pda import nos_account_address
from nosana_chain.wire.connection import Connection

STRANGER = local_wallet("stranger").address


@pytest.fixture
async def connection(net: Localnet) -> AsyncIterator[Connection]:
    async with Connection(net.network) as opened:
        yield opened


async def nos_of(owner: Pubkey, connection: Connection) -> int:
    account = await connection.fetch_account(nos_account_address(owner, network=connection.network))
    assert account is not None
    return TokenAccount.from_bytes(account.data).amount


async def supply(connection: Connection) -> int:
    account = await connection.fetch_account(connection.network.nos_mint)
    assert account is not None
    return Mint.from_bytes(account.data).supply


async def test_an_airdrop_below_the_rent_of_a_wallet_is_refused(net: Localnet, connection: Connection) -> None:
    with pytest.raises(RpcResponseError, match="below the rent-exempt minimum"):
        await net.airdrop(STRANGER, 1)

    assert await connection.fetch_balance(STRANGER) == 0


@pytest.mark.parametrize("lamports", [0, -1, 2**63])
async def test_an_airdrop_out_of_range_is_refused(lamports: int, net: Localnet) -> None:
    with pytest.raises(AmountError, match="lamports"):
        await net.airdrop(STRANGER, lamports)


async def test_an_airdrop_is_added_to_what_is_there(net: Localnet, connection: Connection) -> None:
    host = net.wallets["host"].address

    await net.airdrop(host, 1_000_000)

    assert await connection.fetch_balance(host) == PURSES["host"].lamports + 1_000_000


async def test_nos_out_of_range_is_refused(net: Localnet) -> None:
    with pytest.raises(AmountError, match="amount"):
        await net.mint_nos(STRANGER, 2**64)


async def test_minted_nos_are_added_and_the_supply_grows(net: Localnet, connection: Connection) -> None:
    host, before = net.wallets["host"].address, await supply(connection)

    await net.mint_nos(host, 7)

    assert await nos_of(host, connection) == PURSES["host"].nos_units + 7
    assert await supply(connection) == before + 7


async def test_minting_creates_the_nos_account(net: Localnet, connection: Connection) -> None:
    await net.mint_nos(STRANGER, 7)

    assert await nos_of(STRANGER, connection) == 7


async def test_an_account_is_set_whatever_was_there(net: Localnet, connection: Connection) -> None:
    account = Account(1_000_000, b"\1\2\3", net.network.programs.jobs)

    await net.set_account(net.network.nos_mint, account)

    assert await connection.fetch_account(net.network.nos_mint) == account
