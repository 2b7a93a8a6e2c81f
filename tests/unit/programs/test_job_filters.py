"""Finding markets, jobs and runs: each filter looks at the field that it means, and at all of it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from seeing import engine_over
from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime.layout import AccountLayout
from nosana_chain.bindings.layouts.jobs import JOB_ACCOUNT, MARKET_ACCOUNT, RUN_ACCOUNT
from nosana_chain.engine.engine import Engine
from nosana_chain.models.job import JobState
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.jobs.actions import Hosts, Jobs, Markets

WANTED, NEARLY = Pubkey(b"w" * 32), Pubkey(b"w" * 31 + b"x")


def account(layout: AccountLayout, **fields: Pubkey | int) -> Account:
    """An account whose addresses all differ, but for `fields`."""
    other = {field.name: bytes([field.offset]) * field.size for field in layout.fields}
    return Account(1, layout.build(**{**other, **fields}), LOCALNET.programs.jobs)


def engine(layout: AccountLayout, field: str, **others: int) -> Engine:
    """Accounts that hold the wanted address in one field each, one that holds nearly it, and the other kinds."""
    addresses = [field.name for field in layout.fields if field.type == "publicKey"]
    held = [account(layout, **{name: WANTED}, **others) for name in addresses]
    held.append(account(layout, **{field: NEARLY}, **others))
    held += [account(kind) for kind in (MARKET_ACCOUNT, JOB_ACCOUNT, RUN_ACCOUNT) if kind is not layout]
    return engine_over({Pubkey(bytes([number]) * 32): one for number, one in enumerate(held, 1)})


Find = Callable[[Engine, Pubkey], Awaitable[list[Any]]]
FINDERS: list[tuple[AccountLayout, str, Find]] = [
    (MARKET_ACCOUNT, "authority", lambda engine, key: Markets(engine).find_markets(authority=key)),
    (JOB_ACCOUNT, "market", lambda engine, key: Jobs(engine).find_jobs(market=key)),
    (JOB_ACCOUNT, "node", lambda engine, key: Jobs(engine).find_jobs(host=key)),
    (JOB_ACCOUNT, "payer", lambda engine, key: Jobs(engine).find_jobs(payer=key)),
    (JOB_ACCOUNT, "project", lambda engine, key: Jobs(engine).find_jobs(project=key)),
    (RUN_ACCOUNT, "node", lambda engine, key: Hosts(engine).find_runs(host=key)),
]


@pytest.mark.parametrize(("layout", "field", "find"), FINDERS, ids=[f"{of.name}.{name}" for of, name, _ in FINDERS])
async def test_a_filter_finds_its_field(layout: AccountLayout, field: str, find: Find) -> None:
    done = {"state": JobState.DONE} if layout is JOB_ACCOUNT else {}
    found = await find(engine(layout, field, **done), WANTED)
    assert [getattr(model, field) for model in found] == [WANTED]


async def test_filters_are_met_together() -> None:
    both = account(JOB_ACCOUNT, market=WANTED, project=NEARLY)
    one = account(JOB_ACCOUNT, market=WANTED)
    jobs = Jobs(engine_over({WANTED: both, NEARLY: one}))
    assert [job.address for job in await jobs.find_jobs(market=WANTED, project=NEARLY)] == [WANTED]
    assert {job.address for job in await jobs.find_jobs(market=WANTED)} == {WANTED, NEARLY}
    assert {job.address for job in await jobs.find_jobs()} == {WANTED, NEARLY}
