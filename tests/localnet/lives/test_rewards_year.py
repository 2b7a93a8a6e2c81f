"""A rewards pool over a year, with one and with three stakers, against exact integers."""

from dataclasses import dataclass, field
from random import Random

import pytest
from lives.rewards_books import RewardsBooks
from lives.town import NOS_EACH, Town
from model.addresses import REFLECTION, REWARDS_VAULT
from solders.pubkey import Pubkey

DAY = 86_400
YEAR_DAYS = 365
FEE = 123_456_789


@dataclass
class Year:
    """A pool on the chain and its books, kept in step."""

    town: Town
    payer: Pubkey
    pool: RewardsBooks = field(default_factory=RewardsBooks)
    paid: dict[Pubkey, int] = field(default_factory=dict)
    fees: int = 0

    def enter(self, owner: Pubkey, amount: int) -> None:
        self.town.stake(owner, amount, 100 * DAY)
        self.town.rewards("enter", owner)
        self.pool.enter(owner, self.xnos(owner))
        self.paid[owner] = 0
        self.check()

    def add_fee(self, amount: int) -> None:
        self.town.rewards("add_fee", self.payer, amount=amount)
        self.pool.add_fee(amount)
        self.fees += amount
        self.check()

    def claim(self, owner: Pubkey) -> None:
        before = self.town.nos_of(owner)
        self.town.rewards("claim", owner)
        due = self.pool.claim(owner, self.xnos(owner))
        assert self.town.nos_of(owner) - before == due
        self.paid[owner] += due
        self.check()

    def topup_and_sync(self, owner: Pubkey, amount: int) -> None:
        self.town.staking("topup", owner, amount=amount)
        self.town.rewards("sync", owner)
        self.pool.sync(owner, self.xnos(owner))
        self.check()

    def leave(self, owner: Pubkey) -> None:
        self.town.rewards("close", owner)
        self.pool.leave(owner)
        self.check()

    def xnos(self, owner: Pubkey) -> int:
        xnos: int = self.town.chain.record(self.town.staker(owner)["stake"]).xnos
        return xnos

    def check(self) -> None:
        on_chain, pool = self.town.chain.record(REFLECTION), self.pool
        sums = on_chain.rate, on_chain.total_reflection, on_chain.total_xnos
        assert sums == (pool.rate, pool.total_reflection, pool.total_xnos)
        assert self.town.chain.tokens(REWARDS_VAULT) == self.fees - sum(self.paid.values())
        for member, share in pool.members.items():
            reward = self.town.chain.record(self.town.staker(member)["reward"])
            assert (reward.reflection, reward.xnos) == share


@pytest.fixture
def year() -> Year:
    town = Town()
    return Year(town, town.wallet("payer of fees"))


def test_a_claim_before_any_fee_gives_nothing(year: Year) -> None:
    staker = year.town.wallet("staker")
    year.enter(staker, 10**9)
    year.claim(staker)
    assert year.paid[staker] == 0


def test_what_is_not_claimed_before_leaving_stays_in_the_vault(year: Year) -> None:
    staker = year.town.wallet("staker")
    year.enter(staker, 10**9)
    year.add_fee(FEE)
    year.leave(staker)
    assert year.town.nos_of(staker) == NOS_EACH - 10**9
    assert year.town.chain.tokens(REWARDS_VAULT) == FEE


def test_a_late_staker_has_no_part_in_earlier_fees(year: Year) -> None:
    early, late = year.town.wallet("early"), year.town.wallet("late")
    year.enter(early, 10**9)
    year.add_fee(FEE)
    year.enter(late, 10**9)
    year.claim(late)
    year.claim(early)
    assert year.paid[late] <= 1
    assert FEE - 2 <= year.paid[early] <= FEE


def test_one_staker_gets_all_fees_of_a_year(year: Year) -> None:
    staker = year.town.wallet("staker")
    year.enter(staker, 10**11)
    for day in range(YEAR_DAYS):
        year.town.wait(DAY)
        year.add_fee(FEE + day)
        if day % 7 == 0:
            year.claim(staker)
    year.claim(staker)
    assert year.fees - YEAR_DAYS <= year.paid[staker] <= year.fees


def test_three_stakers_share_the_fees_of_a_year_by_their_xnos(year: Year) -> None:
    random = Random(2026)
    stakers = [year.town.wallet(f"staker {number}") for number in range(3)]
    for number, staker in enumerate(stakers, start=1):
        year.enter(staker, number * 10**10)
    for _day in range(YEAR_DAYS):
        year.town.wait(DAY)
        year.add_fee(FEE)
        if random.random() < 0.2:
            year.claim(random.choice(stakers))
    for staker in stakers:
        year.claim(staker)
    paid = [year.paid[staker] for staker in stakers]
    assert year.fees - 2 * YEAR_DAYS <= sum(paid) <= year.fees
    assert paid[0] < paid[1] < paid[2]


def test_three_stakers_that_grow_claim_and_leave(year: Year) -> None:
    random = Random(7)
    stakers = [year.town.wallet(f"staker {number}") for number in range(3)]
    for staker in stakers:
        year.enter(staker, random.randrange(1, 10**10))
    for _week in range(52):
        year.town.wait(7 * DAY)
        year.add_fee(random.randrange(1, FEE))
        year.topup_and_sync(random.choice(stakers), random.randrange(1, 10**8))
        year.claim(random.choice(stakers))
    for staker in stakers:
        year.claim(staker)
        year.leave(staker)
    assert year.pool.members == {}
    assert 0 < sum(year.paid.values()) <= year.fees
