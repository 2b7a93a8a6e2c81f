"""States of accounts to start from, built from the model's own layouts."""

from functools import lru_cache
from typing import Any

from behaviour.call import SYSTEM_PROGRAM, Account
from solders.pubkey import Pubkey

from model.addresses import METADATA_PROGRAM, NOS, TOKEN_PROGRAM, rent_minimum
from model.jobs.metadata import metadata
from model.layouts import DISCRIMINATOR_SIZE, DISCRIMINATORS, OWNERS, Record, UndecodableError
from model.spl_token import TokenAccount, mint_data

LAMPORTS_PER_SOL = 10**9
KINDS = {(OWNERS[kind], discriminator): kind for kind, discriminator in DISCRIMINATORS.items()}


def exempt(owner: Pubkey, data: bytes) -> Account:
    """An account that has just the lamports that free it from rent."""
    return Account(rent_minimum(len(data)), owner, data)


def wallet(sol: int = 100) -> Account:
    """A wallet with so many SOL."""
    return Account(sol * LAMPORTS_PER_SOL, SYSTEM_PROGRAM)


def token_account(owner: Pubkey, amount: int = 0, mint: Pubkey = NOS, **fields: Any) -> Account:
    """A token account with an amount in base units."""
    return exempt(TOKEN_PROGRAM, TokenAccount(mint, owner, amount, **fields).pack())


def mint_account(supply: int) -> Account:
    """A mint with its supply in base units."""
    return exempt(TOKEN_PROGRAM, mint_data(supply))


def metadata_account(mint: Pubkey, collection: Pubkey | None, **traits: Any) -> Account:
    """Metaplex metadata that puts a token into a collection; its traits are those of `model.jobs.metadata.pieces`."""
    return exempt(METADATA_PROGRAM, metadata(mint, collection, **traits))


def program_account(kind: str, **fields: Any) -> Account:
    """An account of a Nosana program: zero but for the fields given, with room up to its allocated length."""
    return exempt(OWNERS[kind], Record.zero(kind, **fields).allocated())


@lru_cache(maxsize=4096)  # random lives ask for the same accounts over and over
def kind_of(account: Account) -> str | None:
    """The kind of a whole Nosana account, or None for any other account."""
    kind = KINDS.get((account.owner, account.data[:DISCRIMINATOR_SIZE]))
    if kind is None:
        return None
    try:
        Record.decode(kind, account.data[DISCRIMINATOR_SIZE:])
    except UndecodableError:
        return None
    return kind


def record_of(account: Account) -> Record:
    """Decode an account of a Nosana program."""
    kind = kind_of(account)
    assert kind, f"no account of a Nosana program: {account}"
    return Record.decode(kind, account.data[DISCRIMINATOR_SIZE:])


def tokens_in(account: Account) -> int:
    """The base units in a token account."""
    return TokenAccount.unpack(account.data).amount
