"""Account fetching for the generated classes, over a solana AsyncClient that the caller passes in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from solders.account import Account
from solders.pubkey import Pubkey

if TYPE_CHECKING:  # importing it costs 0.2 s, which layouts and instructions don't need
    from solana.rpc.async_api import AsyncClient
    from solana.rpc.commitment import Commitment

#: Anchor puts sha256("account:" + name)[:8] before the fields of every account.
ACCOUNT_DISCRIMINATOR_SIZE = 8

#: Most addresses that a node accepts in one getMultipleAccounts (MAX_MULTIPLE_ACCOUNTS of the validator).
MAX_ADDRESSES_PER_CALL = 100


@dataclass(frozen=True, slots=True)
class FetchedAccount:
    """An account that exists, under the attribute name that AnchorPy's generated code reads."""

    account: Account


async def get_multiple_accounts(
    conn: "AsyncClient", addresses: Sequence[Pubkey], commitment: "Commitment | None" = None
) -> list[FetchedAccount | None]:
    """Fetch accounts in the order of `addresses`, None for each that doesn't exist.

    Network: one getMultipleAccounts for each 100 addresses, one after the other.
    """
    found: list[Account | None] = []
    for start in range(0, len(addresses), MAX_ADDRESSES_PER_CALL):
        chunk = list(addresses[start : start + MAX_ADDRESSES_PER_CALL])
        found += (await conn.get_multiple_accounts(chunk, commitment)).value
    return [None if account is None else FetchedAccount(account) for account in found]
