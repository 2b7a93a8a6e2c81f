"""Reading distributors and what was claimed from them."""

from __future__ import annotations

from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.distributor.accounts import ClaimStatus as ClaimStatusAccount
from nosana_chain.bindings.distributor.accounts import MerkleDistributor
from nosana_chain.models.distributor import ClaimStatus, Distributor
from nosana_chain.programs.accounts import AccountKind, address_filters
from nosana_chain.wire.connection import Connection

DISTRIBUTOR = AccountKind(
    name="distributor",
    program="distributor",
    discriminator=MerkleDistributor.discriminator,
    decode=Distributor.decode,
)
CLAIM_STATUS = AccountKind(
    name="claim status",
    program="distributor",
    discriminator=ClaimStatusAccount.discriminator,
    decode=ClaimStatus.decode,
)

#: Offsets of the fields that accounts are found by, from the order of the fields in idl/.
_MINT, _ADMIN = 49, 209
_CLAIMANT, _DISTRIBUTOR = 8, 73


async def fetch_claim_status(connection: Connection, *, distributor: Pubkey, claimant: Pubkey) -> ClaimStatus:
    """What a claimant took; NotFoundError if it claimed nothing yet. Network: 1 call."""
    address = pda.claim_status_address(claimant, distributor=distributor, network=connection.network)
    return await CLAIM_STATUS.fetch(connection, address)


async def fetch_distributor_and_status(
    connection: Connection, address: Pubkey, *, claimant: Pubkey
) -> tuple[Distributor, ClaimStatus | None]:
    """A distributor, and what a claimant took from it, as of the same moment. Network: 1 call.

    Raises:
        NotFoundError: no distributor there.
    """
    status_address = pda.claim_status_address(claimant, distributor=address, network=connection.network)
    distributor, status = await connection.fetch_accounts([address, status_address])
    return (
        DISTRIBUTOR.read(connection.network, address, distributor),
        CLAIM_STATUS.read_if_any(connection.network, status_address, status),
    )


async def find_distributors(
    connection: Connection, *, mint: Pubkey | None = None, admin: Pubkey | None = None
) -> list[Distributor]:
    """The distributors of a mint, or of an admin, or both. Network: 1 getProgramAccounts call."""
    return await DISTRIBUTOR.find(connection, *address_filters({_MINT: mint, _ADMIN: admin}))


async def find_claim_statuses(
    connection: Connection, *, distributor: Pubkey | None = None, claimant: Pubkey | None = None
) -> list[ClaimStatus]:
    """What was claimed from a distributor, or by a claimant, or both. Network: 1 getProgramAccounts call."""
    return await CLAIM_STATUS.find(connection, *address_filters({_DISTRIBUTOR: distributor, _CLAIMANT: claimant}))
