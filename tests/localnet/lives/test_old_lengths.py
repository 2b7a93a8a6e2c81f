"""Accounts that older programs made longer or shorter than new ones are read, written and closed all the same."""

import pytest
from lives.town import Town
from model.addresses import REFLECTION
from model.layouts import ALLOCATED
from model.states import exempt
from solders.pubkey import Pubkey

from nosana_chain.models.market import KEY_LENGTH, QUEUE_OFFSET

OLD_MARKET, OLD_REWARD, OLD_REFLECTION = 10_232, 88, 104  # bytes; new ones have 8 fewer


def resize(town: Town, address: Pubkey, size: int) -> None:
    """Give an account another length, and the lamports for it."""
    old = town.chain.account(address)
    assert len(old.data) != size
    town.chain.place({address: exempt(old.owner, old.data[:size].ljust(size, b"\0"))})


def test_new_accounts_have_the_lengths_of_solanas_target(town: Town, host: Pubkey) -> None:
    town.rewards("enter", host)
    made = town.open_market(), town.staker(host)["reward"], REFLECTION
    lengths = [len(town.chain.account(address).data) for address in made]
    assert lengths == [ALLOCATED[kind] for kind in ("Market", "Reward", "Reflection")] == [10_224, 80, 96]


def test_an_old_market_has_room_for_one_more_key(town: Town, builder: Pubkey) -> None:
    market = town.open_market()
    resize(town, market, OLD_MARKET)
    jobs = [town.list_job(market, builder) for _ in range((OLD_MARKET - QUEUE_OFFSET) // KEY_LENGTH)]
    assert len(jobs) == 315
    town.list_job(market, builder, error="AccountDidNotSerialize")
    assert town.chain.record(market).queue == jobs
    town.delist(jobs[-1])
    assert len(town.chain.account(market).data) == OLD_MARKET


def test_a_market_cut_short_takes_what_it_has_room_for(town: Town, builder: Pubkey) -> None:
    market = town.open_market()
    resize(town, market, QUEUE_OFFSET + 2 * KEY_LENGTH)
    jobs = [town.list_job(market, builder) for _ in range(2)]
    town.list_job(market, builder, error="AccountDidNotSerialize")
    assert town.chain.record(market).queue == jobs


@pytest.mark.parametrize(("reward", "reflection"), [(OLD_REWARD, OLD_REFLECTION), (81, 97)])
def test_an_old_reward_is_claimed_and_closed(
    town: Town, host: Pubkey, builder: Pubkey, reward: int, reflection: int
) -> None:
    town.staking("topup", host, amount=10**9)
    town.rewards("enter", host)
    resize(town, town.staker(host)["reward"], reward)
    resize(town, REFLECTION, reflection)
    town.rewards("add_fee", builder, amount=10**6)
    before = town.nos_of(host)
    town.rewards("claim", host)
    assert town.nos_of(host) > before
    town.rewards("sync", host)
    assert len(town.chain.account(town.staker(host)["reward"]).data) == reward
    town.rewards("close", host)
    assert not town.chain.exists(town.staker(host)["reward"])


def test_an_old_market_closes_with_its_own_rent(town: Town) -> None:
    market = town.open_market()
    resize(town, market, OLD_MARKET)
    rent, began = town.chain.account(market).lamports, town.chain.account(town.operator).lamports
    town.close_market(market)
    assert town.chain.account(town.operator).lamports > began + rent
