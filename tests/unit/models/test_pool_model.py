"""The pool model against the bytes that the bindings write."""

from dataclasses import replace

import pytest
from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime import AccountInvalidDiscriminator
from nosana_chain.bindings.pools.accounts import PoolAccount
from nosana_chain.models.pool import ClaimType, Pool

ADDRESS, AUTHORITY, BENEFICIARY, VAULT = (Pubkey(letter * 32) for letter in (b"a", b"b", b"c", b"d"))
ACCOUNT = PoolAccount(
    authority=AUTHORITY,
    beneficiary=BENEFICIARY,
    claim_type=1,
    claimed_tokens=2**64 - 1,
    closeable=True,
    emission=17,
    start_time=-5,
    vault=VAULT,
    vault_bump=254,
)
ALLOCATED = 136  # bytes of a pool account: longer than its fields


def encoded(account: PoolAccount) -> bytes:
    return (account.discriminator + account.layout.build(vars(account))).ljust(ALLOCATED, b"\0")


def test_bytes_of_another_kind_are_refused() -> None:
    with pytest.raises(AccountInvalidDiscriminator):
        Pool.decode(ADDRESS, b"\1" + encoded(ACCOUNT)[1:])


@pytest.mark.parametrize(
    ("stored", "kind"),
    [(0, ClaimType.TRANSFER), (1, ClaimType.ADD_FEE), (2, ClaimType.UNKNOWN), (255, ClaimType.UNKNOWN)],
)
def test_claim_types_are_those_of_the_chain(stored: int, kind: ClaimType) -> None:
    assert Pool.decode(ADDRESS, encoded(replace(ACCOUNT, claim_type=stored))).claim_type is kind


def test_every_field_comes_through() -> None:
    assert Pool.decode(ADDRESS, encoded(ACCOUNT)) == Pool(
        address=ADDRESS,
        authority=AUTHORITY,
        beneficiary=BENEFICIARY,
        claim_type=ClaimType.ADD_FEE,
        claimed_tokens=2**64 - 1,
        closeable=True,
        emission=17,
        start_time=-5,
        vault=VAULT,
    )
