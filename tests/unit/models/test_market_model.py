"""Markets and rewards as users see them, from accounts of any length that holds them."""

import pytest
from model.layouts import Record
from solders.pubkey import Pubkey

from nosana_chain.models.market import Market, QueueKind
from nosana_chain.models.rewards import Reward, RewardsPool

ADDRESS, OWNER = Pubkey(b"m" * 32), Pubkey(b"o" * 32)
KEYS = [Pubkey(bytes([byte]) * 32) for byte in b"abc"]


def market_data(length: int) -> bytes:
    return Record.zero("Market", queue=KEYS, queue_type=1, job_price=7).encode().ljust(length, b"\0")


@pytest.mark.parametrize(
    ("length", "capacity"), [(10_224, 314), (10_232, 315), (151 + 3 * 32, 3), (151 + 3 * 32 + 31, 3), (3_368, 100)]
)
def test_a_market_has_room_for_as_many_keys_as_its_account(length: int, capacity: int) -> None:
    market = Market.decode(ADDRESS, market_data(length))
    assert (market.queue_capacity, market.queue, market.job_price) == (capacity, tuple(KEYS), 7)
    assert market.waiting_hosts == tuple(KEYS)


@pytest.mark.parametrize("queue_type", [2, 9, 254, 255])
def test_a_queue_of_no_type_is_an_empty_one(queue_type: int) -> None:
    data = Record.zero("Market", queue=KEYS, queue_type=queue_type).encode()
    market = Market.decode(ADDRESS, data)
    assert (market.queue_kind, market.waiting_hosts, market.waiting_jobs) == (QueueKind.EMPTY, (), ())


@pytest.mark.parametrize("length", [80, 88, 73])
def test_a_reward_of_any_length_is_read(length: int) -> None:
    data = Record.zero("Reward", authority=OWNER, reflection=2**127, xnos=5).encode().ljust(length, b"\0")
    reward = Reward.decode(ADDRESS, data)
    assert (reward.authority, reward.reflection, reward.xnos) == (OWNER, 2**127, 5)


@pytest.mark.parametrize("length", [96, 104, 89])
def test_a_pool_of_any_length_is_read(length: int) -> None:
    data = Record.zero("Reflection", rate=3, total_reflection=2**127, total_xnos=5, vault=OWNER).encode()
    pool = RewardsPool.decode(ADDRESS, data.ljust(length, b"\0"))
    assert (pool.rate, pool.total_reflection, pool.total_xnos, pool.vault) == (3, 2**127, 5, OWNER)
