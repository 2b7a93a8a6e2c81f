"""A town for each life, with and without the network fee."""

import pytest
from lives.town import Town
from solders.pubkey import Pubkey


@pytest.fixture(params=["nosana_jobs", "nosana_jobs_fee"])
def town(request: pytest.FixtureRequest) -> Town:
    return Town(request.param)


@pytest.fixture
def builder(town: Town) -> Pubkey:
    return town.wallet("builder")


@pytest.fixture
def host(town: Town) -> Pubkey:
    host = town.wallet("host")
    town.stake(host)
    return host


@pytest.fixture
def second_host(town: Town) -> Pubkey:
    host = town.wallet("second host")
    town.stake(host)
    return host
