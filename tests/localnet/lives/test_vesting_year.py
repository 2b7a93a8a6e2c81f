"""Pools over a simulated year, for a wallet and for stakers: every claim against exact integers."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import pytest
from lives.rewards_books import RewardsBooks
from lives.town import NOS_EACH, Town
from model.addresses import REFLECTION, REWARDS_VAULT, associated_token_address, pool_vault_address
from solders.pubkey import Pubkey

DAY, YEAR = 86_400, 365 * 86_400
EMISSION = 3_171  # base units per second: about 100,000 NOS in a year
POOLS = "nosana_pools"
TRANSFER, ADD_FEE = 0, 1
SUCCESS = None


@dataclass
class Pool:
    """A pool on the chain, and its books: what counts as claimed, and what the vault holds."""

    town: Town
    address: Pubkey
    claim_type: int
    beneficiary: Pubkey
    start: int
    claimed: int = 0
    held: int = 0

    @property
    def due(self) -> int:
        return (self.town.chain.clock - self.start) * EMISSION - self.claimed

    @property
    def vault(self) -> Pubkey:
        return pool_vault_address(self.address)

    def call(self, name: str, error: str | None = SUCCESS, **roles: Pubkey) -> None:
        """A call of anybody: a claim asks for no rights."""
        own = {"pool": self.address, "vault": self.vault, "beneficiary": self.beneficiary}
        self.town.chain.call(POOLS, name, own | {"authority": self.town.operator} | roles, error)
        self.check()

    def fund(self, amount: int) -> None:
        """Tokens that came by a plain transfer."""
        vault = self.town.chain.account(self.vault)
        self.held += amount
        filled = vault.data[:64] + self.held.to_bytes(8, "little") + vault.data[72:]
        self.town.chain.place({self.vault: vault._replace(data=filled)})

    def claim(self) -> int:
        """Claim what is due, which must be what the books say, and give it."""
        amount, before = min(self.due, self.held), self.town.chain.tokens(self.beneficiary)
        self.claimed += amount
        self.held -= amount
        self.call("claim_fee" if self.claim_type == ADD_FEE else "claim_transfer")
        assert self.town.chain.tokens(self.beneficiary) - before == amount
        return amount

    def check(self) -> None:
        assert self.town.chain.record(self.address).claimed_tokens == self.claimed
        assert self.town.chain.tokens(self.vault) == self.held


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def payee(town: Town) -> Pubkey:
    return town.wallet("payee")


@pytest.fixture
def open_pool(town: Town, payee: Pubkey) -> Callable[[int], Pool]:
    """Opens a pool of a type that starts now and may not be closed before it is empty."""

    def opened(claim_type: int) -> Pool:
        beneficiary = REWARDS_VAULT if claim_type == ADD_FEE else associated_token_address(payee)
        pool = Pool(town, town.fresh("pool"), claim_type, beneficiary, town.chain.clock)
        roles = {"pool": pool.address, "vault": pool.vault, "beneficiary": beneficiary, "authority": town.operator}
        terms = {"emission": EMISSION, "start_time": pool.start, "claim_type": claim_type, "closeable": False}
        town.chain.call(POOLS, "open", roles, SUCCESS, **terms)
        return pool

    return opened


@pytest.fixture
def vesting(open_pool: Callable[[int], Pool]) -> Pool:
    return open_pool(TRANSFER)


@pytest.fixture
def fees(open_pool: Callable[[int], Pool]) -> Pool:
    return open_pool(ADD_FEE)


def test_in_the_second_of_the_start_nothing_is_due(vesting: Pool) -> None:
    vesting.fund(EMISSION)
    vesting.call("claim_transfer", "NotStarted")
    vesting.town.wait(1)
    assert vesting.claim() == EMISSION


def test_a_second_claim_in_the_same_second_is_refused(vesting: Pool) -> None:
    vesting.fund(NOS_EACH)
    vesting.town.wait(DAY)
    vesting.claim()
    vesting.call("claim_transfer", "Underfunded")


def test_a_pool_with_tokens_left_does_not_close(vesting: Pool) -> None:
    vesting.fund(1)
    user = associated_token_address(vesting.town.operator)
    vesting.call("close", "NotCloseable", user=user)


def test_fees_below_one_seconds_emission_count_and_stay(fees: Pool) -> None:
    fees.fund(EMISSION - 1)
    fees.town.wait(DAY)
    fees.claimed += EMISSION - 1
    fees.call("claim_fee")


def test_a_year_of_claims_pays_every_second_once(vesting: Pool, payee: Pubkey) -> None:
    random, town = Random(2026), vesting.town
    vesting.fund(YEAR * EMISSION)
    while (left := vesting.start + YEAR - town.chain.clock) > 0:
        town.wait(min(left, random.randrange(1, 3 * DAY)))
        vesting.claim()
    assert town.nos_of(payee) == NOS_EACH + YEAR * EMISSION
    assert vesting.held == 0
    rent = town.chain.account(vesting.address).lamports + town.chain.account(vesting.vault).lamports
    before = town.chain.account(town.operator).lamports
    roles = {"pool": vesting.address, "vault": vesting.vault, "user": associated_token_address(town.operator)}
    town.chain.call(POOLS, "close", roles | {"authority": town.operator})
    assert town.chain.account(town.operator).lamports == before + rent


def test_a_year_in_which_the_vault_runs_dry_pays_all_that_came_in(vesting: Pool, payee: Pubkey) -> None:
    random, came = Random(7), 0
    for _week in range(52):
        gift = random.randrange(EMISSION, 2 * 7 * DAY * EMISSION)
        vesting.fund(gift)
        came += gift
        vesting.town.wait(random.randrange(DAY, 14 * DAY))
        vesting.claim()
    assert vesting.town.nos_of(payee) - NOS_EACH == came - vesting.held == vesting.claimed


def test_an_heir_is_paid_what_came_due_before_and_after(vesting: Pool, payee: Pubkey) -> None:
    vesting.fund(YEAR * EMISSION)
    vesting.town.wait(100 * DAY)
    vesting.claim()
    vesting.town.wait(100 * DAY)
    heir = vesting.town.wallet("heir")
    account = associated_token_address(heir)
    vesting.call("update_beneficiary", new_beneficiary=account, authority=payee)
    vesting.beneficiary = account
    vesting.town.wait(165 * DAY)
    vesting.claim()
    assert vesting.town.nos_of(payee) - NOS_EACH == 100 * DAY * EMISSION
    assert vesting.town.nos_of(heir) - NOS_EACH == 265 * DAY * EMISSION


def test_a_year_of_fees_reaches_three_stakers_by_their_weight(fees: Pool) -> None:
    random, town, books = Random(5), fees.town, RewardsBooks()
    stakers = [town.wallet(f"staker {number}") for number in range(3)]
    for number, staker in enumerate(stakers, start=1):
        stake = town.stake(staker, number * 10**10)
        town.rewards("enter", staker)
        books.enter(staker, town.chain.record(stake).xnos)
    fees.fund(YEAR * EMISSION)
    while (left := fees.start + YEAR - town.chain.clock) > 0:
        town.wait(min(left, random.randrange(1, 7 * DAY)))
        books.add_fee(fees.claim())
        pool = town.chain.record(REFLECTION)
        assert (pool.rate, pool.total_reflection, pool.total_xnos) == (
            books.rate,
            books.total_reflection,
            books.total_xnos,
        )
        claim_rewards(town, books, random.choice(stakers))
    for staker in stakers:
        claim_rewards(town, books, staker)
    rest = town.chain.tokens(REWARDS_VAULT)
    assert sum(town.nos_of(staker) for staker in stakers) == 3 * NOS_EACH - 6 * 10**10 + YEAR * EMISSION - rest
    assert rest < YEAR // DAY  # what rounding leaves, less than a base unit each claim


def claim_rewards(town: Town, books: RewardsBooks, staker: Pubkey) -> None:
    """Claim a staker's share, which must be what the books say."""
    before, weight = town.nos_of(staker), town.chain.record(town.staker(staker)["stake"]).xnos
    town.rewards("claim", staker)
    assert town.nos_of(staker) - before == books.claim(staker, weight)
