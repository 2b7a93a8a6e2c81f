"""The models of the merkle distributor against the bytes that the bindings write."""

from dataclasses import replace

import pytest
from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime import AccountInvalidDiscriminator
from nosana_chain.bindings.distributor.accounts import ClaimStatus as ClaimStatusAccount
from nosana_chain.bindings.distributor.accounts import MerkleDistributor
from nosana_chain.models.distributor import ClaimStatus, Distributor

ADDRESS, MINT, VAULT, RECEIVER, ADMIN, CLAIMANT = (Pubkey(letter.encode() * 32) for letter in "amvrdc")
ROOT = bytes(range(32))
TERMS = {
    "version": 2**64 - 1,
    "mint": MINT,
    "token_vault": VAULT,
    "max_total_claim": 1,
    "max_num_nodes": 2,
    "total_amount_claimed": 3,
    "total_amount_forgone": 4,
    "num_nodes_claimed": 5,
    "start_ts": -6,
    "end_ts": 7,
    "clawback_start_ts": 8,
    "clawback_receiver": RECEIVER,
    "admin": ADMIN,
    "clawed_back": True,
    "enable_slot": 9,
    "closable": False,
}
UNUSED = [0] * 32
DISTRIBUTOR = MerkleDistributor(bump=255, root=list(ROOT), buffer0=UNUSED, buffer1=UNUSED, buffer2=UNUSED, **TERMS)
AMOUNTS = {
    "claimant": CLAIMANT,
    "locked_amount": 10,
    "locked_amount_withdrawn": 4,
    "unlocked_amount": 2**64 - 1,
    "unlocked_amount_claimed": 2**63,
    "closable": True,
    "distributor": ADDRESS,
}
STATUS = ClaimStatusAccount(**AMOUNTS)

#: Bytes that the program allocates: more than the fields of either kind take.
ALLOCATED = {MerkleDistributor: 352, ClaimStatusAccount: 112}


def encoded(account: MerkleDistributor | ClaimStatusAccount) -> bytes:
    return (account.discriminator + account.layout.build(vars(account))).ljust(ALLOCATED[type(account)], b"\0")


def test_one_kind_is_not_read_as_the_other() -> None:
    with pytest.raises(AccountInvalidDiscriminator):
        Distributor.decode(ADDRESS, encoded(STATUS))
    with pytest.raises(AccountInvalidDiscriminator):
        ClaimStatus.decode(ADDRESS, encoded(DISTRIBUTOR))


@pytest.mark.parametrize("field", ["clawed_back", "closable"])
def test_flags_are_told_apart(field: str) -> None:
    flipped = replace(DISTRIBUTOR, **{field: not TERMS[field]})
    assert getattr(Distributor.decode(ADDRESS, encoded(flipped)), field) is not TERMS[field]


def test_every_field_of_a_distributor_comes_through() -> None:
    assert Distributor.decode(ADDRESS, encoded(DISTRIBUTOR)) == Distributor(address=ADDRESS, root=ROOT, **TERMS)


def test_every_field_of_a_claim_status_comes_through() -> None:
    status = ClaimStatus.decode(VAULT, encoded(STATUS))
    assert status == ClaimStatus(address=VAULT, **AMOUNTS)
    assert status.forgone == 2**63 - 1
