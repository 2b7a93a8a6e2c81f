"""A genesis, as a state that was kept, may have any number of accounts."""

from __future__ import annotations

from solders.pubkey import Pubkey

from nosana_chain.localnet import Localnet, rent_exempt, standard_genesis
from nosana_chain.wire.connection import Connection

MANY = 1_500  # Surfpool, which nobody listens to, stops before


async def test_it_starts_with_more_accounts_than_surfpool_keeps_events_of() -> None:
    owner = Pubkey.new_unique()
    added = {Pubkey.new_unique(): rent_exempt(bytes([number % 256]), owner) for number in range(MANY)}
    genesis = standard_genesis().with_accounts(added)
    async with Localnet.start(genesis=genesis, slot_ms=50) as net, Connection(net.network) as connection:
        found = await connection.find_accounts(owner, filters=[1])
    assert dict(found).keys() == added.keys()
