"""What is known of a market is said before anything is sent: full, closed since, a host that waits already."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from seeing import SENT_THERE, WALLET, looks, plan_of, program_account, seen, token_account
from solders.account import Account
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM

from nosana_chain import pda
from nosana_chain.bindings.jobs.accounts import MarketAccount
from nosana_chain.bindings.nodes.accounts import NodeAccount
from nosana_chain.bindings.staking.accounts import StakeAccount
from nosana_chain.cid import cid_of
from nosana_chain.errors import AlreadyExistsError, MarketClosedError, NoStakeError, NotFoundError, QueueFullError
from nosana_chain.models.market import QUEUE_OFFSET
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.account_names import name_of
from nosana_chain.programs.jobs.plans.builders import Posting, plan_post
from nosana_chain.programs.jobs.plans.hosts import plan_join
from nosana_chain.programs.jobs.plans.markets import KnownMarket
from nosana_chain.programs.paying import Roles
from nosana_chain.wallet import Wallet

ME, OTHER, MARKET = WALLET.address, Pubkey(b"o" * 32), Pubkey(b"m" * 32)
ROLES = Roles(wallet=ME, payer=ME, funder=ME)
JOB = Wallet.from_seed(b"j" * 32)
POSTING = Posting(market=MARKET, definition_cid=cid_of(b"{}"), timeout=60)
JOBS, HOSTS = 0, 1
STAKE = {
    pda.stake_address(ME, network=LOCALNET): program_account(
        StakeAccount(amount=1, authority=ME, duration=1, time_unstake=0, vault=OTHER, vault_bump=255, xnos=1),
        LOCALNET.programs.staking,
    )
}
PURSE = {pda.nos_account_address(ME, network=LOCALNET): token_account(mint=LOCALNET.nos_mint, owner=ME, amount=10**6)}


def market(kind: int = 255, *waiting: Pubkey, room: int = 3, **changes: Any) -> Account:
    """A market with room for so many."""
    plain = MarketAccount(
        authority=OTHER,
        job_expiration=0,
        job_price=1,
        job_timeout=0,
        job_type=0,
        vault=OTHER,
        vault_bump=255,
        node_access_key=Pubkey.default(),
        node_xnos_minimum=0,
        queue_type=kind,
        queue=list(waiting),
    )
    account = program_account(replace(plain, **changes), LOCALNET.programs.jobs)
    padded = account.data.ljust(QUEUE_OFFSET + room * 32, b"\0")
    return Account(account.lamports, padded, account.owner)


def post(known: KnownMarket | None = None) -> Any:
    return plan_post(POSTING, job=JOB, roles=ROLES, network=LOCALNET, known=known)


def join(known: KnownMarket | None = None) -> Any:
    return plan_join(MARKET, access=None, roles=ROLES, network=LOCALNET, known=known)


# ------------------------------------------------------------ refused


@pytest.mark.parametrize(("plan", "kind", "what"), [(post, JOBS, "3 jobs"), (join, HOSTS, "3 hosts")])
def test_a_full_queue(plan: Any, kind: int, what: str) -> None:
    waiting = [Pubkey(bytes([n]) * 32) for n in range(3)]
    with pytest.raises(QueueFullError, match=f"is full: {what}") as caught:
        seen(plan(), {MARKET: market(kind, *waiting)} | PURSE)
    assert (caught.value.capacity, caught.value.address) == (3, str(MARKET))


def test_a_host_that_waits_already() -> None:
    with pytest.raises(AlreadyExistsError, match="already, as number 2"):
        seen(join(), {MARKET: market(HOSTS, OTHER, ME)})


@pytest.mark.parametrize("plan", [post, join])
@pytest.mark.parametrize("left", [{}, {MARKET: SENT_THERE}])
def test_a_market_that_was_there_and_is_gone(plan: Any, left: dict[Pubkey, Account]) -> None:
    known = KnownMarket(MARKET, LOCALNET)
    plan_of(plan(known), {MARKET: market()} | PURSE | STAKE)
    with pytest.raises(MarketClosedError, match="was closed just now"):
        seen(plan(known), left | PURSE)


@pytest.mark.parametrize("plan", [post, join])
def test_a_market_that_never_was(plan: Any) -> None:
    with pytest.raises(NotFoundError, match="no market at") as caught:
        seen(plan(KnownMarket(MARKET, LOCALNET)), PURSE)
    assert not isinstance(caught.value, MarketClosedError)


def test_an_address_of_another_kind_is_named() -> None:
    with pytest.raises(NotFoundError, match="another kind of account is there, a token account, owned by"):
        seen(join(), {MARKET: next(iter(PURSE.values()))})


# ------------------------------------------------------------ room for one more


@pytest.mark.parametrize(
    ("plan", "kind", "waiting"),
    [
        (post, JOBS, 2),
        (post, HOSTS, 3),  # a host is taken off
        (join, HOSTS, 2),
        (join, JOBS, 3),  # a job is taken off
    ],
)
def test_a_queue_with_room(plan: Any, kind: int, waiting: int) -> None:
    queue = [Pubkey(bytes([n]) * 32) for n in range(waiting)]
    assert plan_of(plan(), {MARKET: market(kind, *queue)} | PURSE | STAKE).instructions


def test_a_host_without_a_stake_looks_once() -> None:
    with pytest.raises(NoStakeError, match="stake first"):
        looks(join(), {MARKET: market()})
    _, looked = looks(join(), {MARKET: market()} | STAKE)
    assert looked == 2  # market and stake, then its NOS account


@pytest.mark.parametrize(
    ("account", "name"),
    [
        (market(), "a market"),
        (SENT_THERE, "a wallet"),
        (Account(1, bytes(80), Pubkey.default()), "a nonce"),
        (Account(1, bytes(82), TOKEN_PROGRAM), "a mint"),
        (Account(1, b"elf", OTHER, executable=True), "a program"),
        (Account(1, bytes(NodeAccount.discriminator), LOCALNET.programs.nodes), "a node"),
        (Account(1, bytes(NodeAccount.discriminator), OTHER), None),
    ],
)
def test_what_stands_at_an_address(account: Account, name: str | None) -> None:
    assert name_of(account, LOCALNET) == name
