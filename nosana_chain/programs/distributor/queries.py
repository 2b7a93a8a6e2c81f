"""Reading distributors and what was claimed from them."""

from __future__ import annotations

from typing import NamedTuple

from solders.pubkey import Pubkey
from solders.sysvar import CLOCK

from nosana_chain import pda
from nosana_chain.bindings.layouts import distributor as layouts
from nosana_chain.engine.looking import Looking, look, see
from nosana_chain.models.clock import Clock
from nosana_chain.models.distributor import ClaimStatus, Distributor
from nosana_chain.networks import Network
from nosana_chain.programs.accounts import AccountKind
from nosana_chain.wire.connection import Connection

DISTRIBUTOR = AccountKind(
    name="distributor",
    program="distributor",
    layout=layouts.MERKLE_DISTRIBUTOR,
    decode=Distributor.decode,
)
CLAIM_STATUS = AccountKind(
    name="claim status",
    program="distributor",
    layout=layouts.CLAIM_STATUS,
    decode=ClaimStatus.decode,
)


class DistributorAndStatus(NamedTuple):
    """A distributor and one of its claimants, as of one moment.

    Attributes:
        distributor: the distributor.
        status: what the claimant took; None for one who claimed nothing yet.
        clock: the moment.
    """

    distributor: Distributor
    status: ClaimStatus | None
    clock: Clock


async def fetch_claim_status(connection: Connection, *, distributor: Pubkey, claimant: Pubkey) -> ClaimStatus:
    """What a claimant took; NotFoundError if it claimed nothing yet. Network: 1 call."""
    address = pda.claim_status_address(claimant, distributor=distributor, network=connection.network)
    return await CLAIM_STATUS.fetch(connection, address)


async def find_distributors(
    connection: Connection, *, mint: Pubkey | None = None, admin: Pubkey | None = None
) -> list[Distributor]:
    """The distributors of a mint, or of an admin, or both. Network: 1 getProgramAccounts call."""
    return await DISTRIBUTOR.find(connection, *DISTRIBUTOR.where(mint=mint, admin=admin))


async def find_claim_statuses(
    connection: Connection, *, distributor: Pubkey | None = None, claimant: Pubkey | None = None
) -> list[ClaimStatus]:
    """What was claimed from a distributor, or by a claimant, or both. Network: 1 getProgramAccounts call."""
    return await see(connection, search_claim_statuses(connection.network, distributor=distributor, claimant=claimant))


def search_claim_statuses(
    network: Network, *, distributor: Pubkey | None = None, claimant: Pubkey | None = None
) -> Looking[list[ClaimStatus]]:
    """`find_claim_statuses` as something to be seen."""
    return (yield from CLAIM_STATUS.search(network, *CLAIM_STATUS.where(distributor=distributor, claimant=claimant)))


def look_for_distributor_and_status(
    network: Network, address: Pubkey, *, claimant: Pubkey
) -> Looking[DistributorAndStatus]:
    """See a distributor, and what a claimant took from it, as of one moment; NotFoundError if there is none."""
    status = pda.claim_status_address(claimant, distributor=address, network=network)
    seen = yield from look(address, status, CLOCK)
    return DistributorAndStatus(
        distributor=DISTRIBUTOR.read(network, address, seen[address]),
        status=CLAIM_STATUS.read_if_any(network, status, seen[status]),
        clock=Clock.read(seen[CLOCK]),
    )
