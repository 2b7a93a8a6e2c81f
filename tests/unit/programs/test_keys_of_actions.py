"""What an idempotency key stands for: the terms of each action that takes one, and where it can't be kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from seeing import ME, WALLET, Asked
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer

from nosana_chain.cid import cid_of
from nosana_chain.client import NosanaClient
from nosana_chain.engine.action import Action
from nosana_chain.errors import ConfigError, InputError
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.programs.pools.terms import PoolTerms

A, B = (Pubkey(letter * 32) for letter in (b"a", b"b"))
TERMS = MarketTerms(job_price=1)
POOL = PoolTerms(emission=1, start_time=2, closeable=True)
Make = Callable[..., Action[Any]]


def sending(client: NosanaClient, *, lamports: int = 1, to: Pubkey = A, **options: Any) -> Action[Any]:
    moving = transfer(TransferParams(from_pubkey=ME, to_pubkey=to, lamports=lamports))
    return client.transactions.send([moving], **options)


#: Each action with two uses of it that are not the same.
MADE: dict[str, tuple[Make, list[dict[str, Any]]]] = {
    "open_market": (
        lambda client, **given: client.markets.open_market(given.pop("terms", TERMS), **given),
        [{}, {"terms": MarketTerms(job_price=2)}, {"terms": MarketTerms(job_price=1, node_access_key=A)}],
    ),
    "open_vesting_pool": (
        lambda client, **given: client.pools.open_vesting_pool(POOL, **({"beneficiary": A} | given)),
        [{}, {"beneficiary": B}, {"deposit": 1}, {"mint": B}],
    ),
    "open_fee_pool": (
        lambda client, **given: client.pools.open_fee_pool(given.pop("terms", POOL), **given),
        [{}, {"deposit": 1}, {"terms": PoolTerms(emission=1, start_time=2, closeable=False)}],
    ),
    "post_job": (
        lambda client, **given: client.jobs.post_job(
            **({"market": A, "definition_cid": cid_of(b"a"), "timeout": 60} | given)
        ),
        [{}, {"market": B}, {"definition_cid": cid_of(b"b")}, {"host": A}],
    ),
    "claim_job": (
        lambda client, **given: client.hosts.claim_job(**({"job": A} | given)),
        [{}, {"job": B}],
    ),
}
#: The same of those that make no account.
MOVED: dict[str, tuple[Make, list[dict[str, Any]]]] = {
    "join_queue": (lambda client, **given: client.hosts.join_queue(**({"market": A} | given)), [{}, {"market": B}]),
    "extend_job": (
        lambda client, **given: client.jobs.extend_job(**({"job": A} | given)),
        [{"by": 1}, {"by": 2}, {"to": 1}, {"job": B, "by": 1}],
    ),
    "topup": (lambda client, **given: client.stakes.topup(**({"amount": 1} | given)), [{}, {"amount": 2}]),
    "extend": (lambda client, **given: client.stakes.extend(**({"by": 1} | given)), [{}, {"by": 2}]),
    "slash": (
        lambda client, **given: client.staking_authority.slash(**({"staker": A, "amount": 1} | given)),
        [{}, {"staker": B}, {"amount": 2}],
    ),
    "add_fee": (lambda client, **given: client.rewards.add_fee(**({"amount": 1} | given)), [{}, {"amount": 2}]),
    "fund_pool": (
        lambda client, **given: client.pools.fund_pool(**({"address": A, "amount": 1} | given)),
        [{}, {"address": B}, {"amount": 2}],
    ),
    "send": (sending, [{}, {"lamports": 2}, {"to": B}]),
}


def client(journal: str | None) -> NosanaClient:
    return NosanaClient(LOCALNET, WALLET, transport=Asked(), journal=journal)


def made(make: Make, journal: str | None = ":memory:", **given: Any) -> Action[Any]:
    action = make(client(journal), **given)
    action.close()
    return action


@pytest.mark.parametrize("name", [*MADE, *MOVED])
def test_uses_that_are_not_the_same_have_other_terms(name: str) -> None:
    make, uses = (MADE | MOVED)[name]
    terms = [made(make, idempotency_key="k", **use).terms for use in uses]
    assert all(one != other for at, one in enumerate(terms) for other in terms[:at])
    assert terms == [made(make, **use).terms for use in uses]
    assert all(value is None or isinstance(value, (str, int, Pubkey)) for one in terms for value in one.values())


@pytest.mark.parametrize("name", [*MADE, *MOVED])
def test_a_key_that_is_none(name: str) -> None:
    make, [use, *_] = (MADE | MOVED)[name]
    assert made(make, idempotency_key="order-4711", **use).idempotency_key == "order-4711"
    with pytest.raises(InputError, match="1 to 255 printable characters"):
        made(make, idempotency_key="", **use)


@pytest.mark.parametrize("name", MOVED)
def test_a_key_that_nobody_would_remember(name: str) -> None:
    make, [use, *_] = MOVED[name]
    with pytest.raises(ConfigError, match="known to the journal alone"):
        made(make, journal=None, idempotency_key="k", **use)


@pytest.mark.parametrize("name", MADE)
def test_the_key_of_an_account_needs_no_journal(name: str) -> None:
    make, [use, *_] = MADE[name]
    assert made(make, journal=None, idempotency_key="k", **use).idempotency_key == "k"
