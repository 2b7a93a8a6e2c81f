"""An airdrop for each test: before its distributor is made, and after."""

import pytest
from lives.airdrop import Airdrop
from solders.pubkey import Pubkey


@pytest.fixture
def unmade() -> Airdrop:
    """Wallets and a full vault, and no distributor yet."""
    return Airdrop()


@pytest.fixture
def airdrop(unmade: Airdrop) -> Airdrop:
    unmade.make()
    return unmade


@pytest.fixture
def claimant(airdrop: Airdrop) -> Pubkey:
    """The first of the claimants; nothing is claimed yet."""
    return airdrop.claimants[0]
