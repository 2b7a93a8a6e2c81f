"""Reading token accounts."""

from __future__ import annotations

from typing import Any

from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM

from nosana_chain.engine.looking import Looking, look
from nosana_chain.errors import NotFoundError
from nosana_chain.models.token_account import TokenAccount
from nosana_chain.wire.accounts import KEYED_ACCOUNTS, Dated
from nosana_chain.wire.connection import Connection


async def find_token_accounts(connection: Connection, owner: Pubkey) -> list[TokenAccount]:
    """Every token account of `owner`, of any mint (SPL Token; not Token-2022). Network: 1 call."""
    options = connection.seen_options(encoding="base64")
    program = {"programId": str(TOKEN_PROGRAM)}
    method = "getTokenAccountsByOwner"
    found: Any = await connection.call(method, str(owner), program, options, answer=KEYED_ACCOUNTS)
    keyed = found.value if isinstance(found, Dated) else found
    read = (TokenAccount.read(each.pubkey, each.account.account()) for each in keyed)
    return [account for account in read if account is not None]


def look_for_token_account(address: Pubkey) -> Looking[TokenAccount]:
    """See the token account at `address`.

    Raises:
        NotFoundError: nothing there, or something else.
    """
    seen = yield from look(address)
    found = TokenAccount.read(address, seen[address])
    if found is None:
        raise NotFoundError(
            f"no token account at {address}: nothing is there, or another kind of account; check the address",
            address=str(address),
            kind="token account",
        )
    return found
