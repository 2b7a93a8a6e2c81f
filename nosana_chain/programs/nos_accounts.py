"""NOS token accounts: what they hold, and their creation beside an instruction that needs them."""

from __future__ import annotations

from solders.account import Account
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.token.state import TokenAccount

from nosana_chain import pda
from nosana_chain.networks import Network
from nosana_chain.programs.accounts import is_there
from nosana_chain.programs.context import Context
from nosana_chain.programs.token_accounts import create_token_account_ix
from nosana_chain.units import NosUnits
from nosana_chain.wire.connection import Connection


def create_nos_account_ix(*, owner: Pubkey, payer: Pubkey, network: Network) -> Instruction:
    """Create the NOS account of `owner` unless it exists; `payer` signs and pays its rent."""
    return create_token_account_ix(owner=owner, mint=network.nos_mint, payer=payer)


async def missing_nos_accounts(context: Context, *owners: Pubkey) -> list[Instruction]:
    """Instructions that create those of the owners' NOS accounts that don't exist, paid by the wallet.

    Network: 1 call.
    """
    unique = list(dict.fromkeys(owners))
    addresses = [pda.nos_account_address(owner, network=context.network) for owner in unique]
    found = await context.connection.fetch_accounts(addresses)
    payer = context.signer.address
    return [
        create_nos_account_ix(owner=owner, payer=payer, network=context.network)
        for owner, account in zip(unique, found, strict=True)
        if not is_there(account)
    ]


def token_balance(account: Account | None) -> NosUnits:
    """What a token account holds, in base units; 0 for an account that doesn't exist."""
    return NosUnits(TokenAccount.from_bytes(account.data).amount if is_there(account) else 0)


async def fetch_nos_balance(connection: Connection, owner: Pubkey) -> NosUnits:
    """NOS base units in the NOS account of `owner`; 0 if it has none. Network: 1 call."""
    address = pda.nos_account_address(owner, network=connection.network)
    return token_balance(await connection.fetch_account(address))
