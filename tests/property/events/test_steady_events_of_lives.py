"""What events of stakes, pools, nodes and the rewards pool tell of random lives is what their accounts hold."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from behaviour.call import ABSENT, State
from harness.landing import Landing, read_in
from model.addresses import TOKEN_PROGRAM
from model.states import kind_of, tokens_in
from solders.pubkey import Pubkey

from nosana_chain.models.node import Node
from nosana_chain.models.pool import Pool
from nosana_chain.models.rewards import Reward, RewardsPool
from nosana_chain.models.stake import Stake
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.nodes.events import NodeEventKind, node_after, node_events
from nosana_chain.programs.pools.events import PoolEventKind, pool_after, pool_events
from nosana_chain.programs.rewards.events import RewardEvent, RewardEventKind, reward_events
from nosana_chain.programs.rewards.fold import RewardBooks, books_after
from nosana_chain.programs.staking.events import StakeEvent, StakeEventKind, stake_after, stake_events
from nosana_chain.reading.program_calls import program_calls

Family = tuple[str, type[Any], Callable[..., Sequence[Any]], Callable[[Any, Any], Any], type[Any], set[Any]]

#: Program, model, events, fold, kinds, and the kinds after which no transaction tells the account.
FAMILIES: tuple[Family, ...] = (
    ("nosana_staking", Stake, stake_events, stake_after, StakeEventKind, {StakeEventKind.RESTAKED}),
    ("nosana_pools", Pool, pool_events, pool_after, PoolEventKind, {PoolEventKind.CLAIMED}),
    ("nosana_nodes", Node, node_events, node_after, NodeEventKind, set()),
)
families = pytest.mark.parametrize("family", FAMILIES, ids=[family[0] for family in FAMILIES])


@families
def test_every_kind_comes_up(all_landings: Sequence[Landing], family: Family) -> None:
    program, _, events, _, kinds, _ = family
    seen = {event.kind for one in _of(program, all_landings) for event in events(one.landed, network=LOCALNET)}
    assert seen == set(kinds) - {"retracted", "funded"}


@families
def test_the_account_after_each_event_is_the_one_on_chain(all_landings: Sequence[Landing], family: Family) -> None:
    program, model, events, fold, kinds, untold = family
    told: set[Any] = set()
    for one in _of(program, all_landings):
        for event in events(one.landed, network=LOCALNET):
            new = fold(read_in(one.before, event.address, model), event)
            if new is None and event.kind in untold:
                continue
            assert new == read_in(one.after, event.address, model), one.name
            told.add(event.kind)
    assert told >= set(kinds) - {"retracted", "funded", StakeEventKind.RESTAKED}


@families
def test_each_changed_account_has_its_event(all_landings: Sequence[Landing], family: Family) -> None:
    program, model, events, _, _, _ = family
    for one in _of(program, all_landings):
        changed = {at for at, old, new in one.changed() if model.__name__ in (kind_of(old), kind_of(new))}
        assert changed <= {event.address for event in events(one.landed, network=LOCALNET)}, one.name


def test_only_claims_that_paid_nothing_leave_a_pool_untold(all_landings: Sequence[Landing]) -> None:
    for one in _of("nosana_pools", all_landings):
        for event in pool_events(one.landed, network=LOCALNET):
            old = read_in(one.before, event.address, Pool)
            if event.kind is PoolEventKind.CLAIMED and pool_after(old, event) is None:
                assert event.amount == 0


def test_amounts_are_what_the_vaults_gained_and_lost(all_landings: Sequence[Landing]) -> None:
    for one in _of("nosana_staking", all_landings):
        for event in stake_events(one.landed, network=LOCALNET):
            assert _came_in(event) == _gained(one, event.vault), one.name
    for one in _of("nosana_pools", all_landings):
        for event in pool_events(one.landed, network=LOCALNET):
            moved = event.amount if event.kind in (PoolEventKind.CLAIMED, PoolEventKind.CLOSED) else 0
            assert -(moved or 0) == _gained(one, event.vault), one.name


def test_tokens_that_come_into_a_vault_fund_its_pool(all_landings: Sequence[Landing]) -> None:
    """Any vault will do: those of stakes get tokens in these lives, those of pools are funded at their beginning."""
    seen: Counter[str] = Counter()
    for one in _of("nosana_staking", all_landings):
        [call] = program_calls(one.landed, "staking", network=LOCALNET)
        vault, pool = call.accounts.get("vault", Pubkey.default()), Pubkey.new_unique()
        events = pool_events(one.landed, network=LOCALNET, funded={vault: pool})
        assert sum(event.amount or 0 for event in events) == max(0, _gained(one, vault)), one.name
        assert {event.address for event in events} <= {pool}
        seen.update(event.kind for event in events)
    assert set(seen) == {PoolEventKind.FUNDED}


def test_every_reward_event_comes_up(all_landings: Sequence[Landing]) -> None:
    seen = {(one.program, event.kind) for one in all_landings for event in _reward_events(one)}
    assert {kind for _, kind in seen} == set(RewardEventKind) - {RewardEventKind.RETRACTED}
    payers = {program for program, kind in seen if kind is RewardEventKind.FEE_ADDED}
    assert payers == {"nosana_jobs", "nosana_pools", "nosana_rewards"}


def test_pool_and_membership_after_each_event_are_those_on_chain(all_landings: Sequence[Landing]) -> None:
    for one in all_landings:
        for event in _reward_events(one):
            books = books_after(_books(one.before, event), event)
            expected = _books(one.after, event)
            assert (books.pool, books.reward) == (expected.pool, expected.reward), one.name


def test_each_changed_pool_and_membership_has_its_event(all_landings: Sequence[Landing]) -> None:
    for one in all_landings:
        changed = {at for at, old, new in one.changed() if "Reward" in (kind_of(old), kind_of(new))}
        assert changed <= {event.address for event in _reward_events(one)}, one.name
        rates = {at for at, old, new in one.changed() if kind_of(old) == kind_of(new) == "Reflection"}
        assert not rates or _reward_events(one), one.name


def test_nothing_is_told_of_a_member_who_was_paid_something_else_than_the_books_say(
    all_landings: Sequence[Landing],
) -> None:
    claims = [(one, event) for one in all_landings for event in _reward_events(one) if event.kind == "claimed"]
    paid = [(one, event) for one, event in claims if event.amount]
    assert paid
    for one, event in paid:
        books = _books(one.before, event)
        assert books.pool is not None
        wrong = RewardBooks(pool=books.pool.with_fee(10**15), reward=books.reward, stake=books.stake)
        assert books_after(wrong, event) == RewardBooks(stake=books.stake)


def _of(program: str, landings: Sequence[Landing]) -> list[Landing]:
    found = [one for one in landings if one.program == program]
    assert found
    return found


def _reward_events(landing: Landing) -> tuple[RewardEvent, ...]:
    return reward_events(landing.landed, network=LOCALNET)


def _books(state: State, event: RewardEvent) -> RewardBooks:
    pool = next((address for address, account in state.items() if kind_of(account) == "Reflection"), None)
    return RewardBooks(
        pool=read_in(state, pool, RewardsPool),
        reward=read_in(state, event.address, Reward),
        stake=read_in(state, event.stake, Stake),
    )


def _came_in(event: StakeEvent) -> int:
    leaves = event.kind in (StakeEventKind.WITHDRAWN, StakeEventKind.SLASHED)
    return -(event.amount or 0) if leaves else event.amount or 0


def _gained(landing: Landing, vault: Pubkey | None) -> int:
    """What a token account has more than before."""
    sides = ((landing.after, 1), (landing.before, -1)) if vault else ()
    accounts = [(state.get(vault, ABSENT), sign) for state, sign in sides]
    return sum(tokens_in(account) * sign for account, sign in accounts if account.owner == TOKEN_PROGRAM)
