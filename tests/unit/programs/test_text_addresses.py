"""Every method that takes an address takes its text too, and refuses what is none before anything is asked."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from seeing import ME, Asked
from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain.cid import cid_of
from nosana_chain.client import NosanaClient
from nosana_chain.engine.action import Action
from nosana_chain.engine.following.watch import Watch
from nosana_chain.errors import InputError, RpcError, WaitTimeoutError
from nosana_chain.job_definition import EXAMPLE_JOB, read_job_definition
from nosana_chain.localnet.genesis import standard_genesis
from nosana_chain.localnet.network import Localnet
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.acting import Actions
from nosana_chain.programs.distributor.merkle import Leaf, MerkleTree
from nosana_chain.programs.distributor.terms import DistributorTerms
from nosana_chain.programs.jobs.terms import AccessNft, MarketTerms
from nosana_chain.programs.pools.terms import PoolTerms
from nosana_chain.units import DAY
from nosana_chain.web.host import HostApi
from nosana_chain.wire.connection import Connection

WRONG = "nvidia-3060"
TREE = MerkleTree([Leaf(claimant=ME, unlocked_amount=1)])
POOL_TERMS = PoolTerms(emission=1, start_time=0, closeable=True)
OF_A_TREE = DistributorTerms.for_tree(TREE, version=1, start_ts=0, end_ts=1, clawback_start_ts=9 * DAY, closable=True)

DEFINITION = read_job_definition(EXAMPLE_JOB)

#: So that an account of its own has the same address each time.
KEYED = {"idempotency_key": "order-4711"}
#: What methods need beside addresses.
OTHERS: dict[str, dict[str, Any]] = {
    "post_job": {"definition_cid": cid_of(b"job"), "timeout": 60, **KEYED},
    "post_definition": {"definition": DEFINITION, "pinning": None, "allow_unpinned": True, "timeout": 60, **KEYED},
    "keep_job": {"definition_cid": cid_of(b"job"), "name": "my-api", "max_nos": 1},
    "claim_job": KEYED,
    "extend_job": {"by": 1},
    "finish_job": {"result_cid": cid_of(b"result")},
    "complete_job": {"result_cid": cid_of(b"result")},
    "update_market": {"job_price": 1},
    "slash": {"amount": 1},
    "open_vesting_pool": {"terms": POOL_TERMS, **KEYED},
    "fund_pool": {"amount": 1},
    "fetch_eligibility": {"proof": TREE.prove(ME)},
    "claim_unlocked": {"proof": TREE.prove(ME)},
    "create_distributor": {"terms": OF_A_TREE},
    "set_enable_slot": {"slot": 1},
    "wait_for": {"until": "done", "within": 0.5},
    "airdrop": {"lamports": 1},
    "mint_nos": {"amount": 1},
    "set_account": {"account": Account(1, b"", Pubkey.default())},
}


def surfaces(transport: Asked) -> dict[str, Any]:
    """Everything that has methods for users."""
    client = NosanaClient(LOCALNET, transport=transport, wallet=transport.wallet, journal=None)
    groups = {name: group for name, group in inspect.getmembers(client) if isinstance(group, Actions)}
    net = Localnet(standard_genesis(), Connection(LOCALNET, transport=transport), slot_ms=50)
    return groups | {"client": client, "net": net}


def parameters() -> list[tuple[str, str, str]]:
    """Every parameter of every method that is an address."""
    found = []
    for group, surface in surfaces(Asked()).items():
        for name, method in inspect.getmembers(surface, callable):
            if not name.startswith("_") and inspect.ismethod(method):
                signature = inspect.signature(method)
                found += [
                    (group, name, one.name) for one in signature.parameters.values() if "Address" in one.annotation
                ]
    return found


PARAMETERS = parameters()
METHODS = sorted({(group, method) for group, method, _ in PARAMETERS})


def call(method: Callable[..., Any], name: str, addresses: dict[str, Any]) -> Any:
    rest = next(
        (one.name for one in inspect.signature(method).parameters.values() if one.kind is one.VAR_POSITIONAL), ""
    )
    given = OTHERS.get(name, {}) | {key: value for key, value in addresses.items() if key != rest}
    return method(*([addresses[rest]] if rest else []), **given)


def of(group: str, method: str) -> list[str]:
    return [one for at, name, one in PARAMETERS if (at, name) == (group, method)]


def address(number: int) -> Pubkey:
    return Pubkey(bytes([number + 1]) * 32)


def test_nobody_takes_a_pubkey_alone() -> None:
    for group, surface in surfaces(Asked()).items():
        for name, method in inspect.getmembers(surface, inspect.ismethod):
            if not name.startswith("_"):
                signature = inspect.signature(method)
                assert [
                    (group, name, one.name) for one in signature.parameters.values() if "Pubkey" in str(one.annotation)
                ] == []
    assert len(PARAMETERS) > 60


@pytest.mark.parametrize(("group", "method", "parameter"), PARAMETERS)
async def test_what_is_no_address(group: str, method: str, parameter: str) -> None:
    transport = Asked()
    given = {one: str(address(at)) for at, one in enumerate(of(group, method))} | {parameter: WRONG}
    act = getattr(surfaces(transport)[group], method)

    async def ask() -> None:
        made = call(act, method, given)
        if inspect.iscoroutine(made):  # a query asks when it is awaited; an action refuses where it is made
            await made

    with pytest.raises(InputError, match=rf"^{parameter} is 'nvidia-3060', which is no address"):
        await ask()
    assert transport.requests == []


@pytest.mark.parametrize(("group", "method"), METHODS)
async def test_a_text_is_the_address_that_it_says(group: str, method: str) -> None:
    seen = []
    for form in (lambda one: one, lambda one: f" {one}\n"):
        transport = Asked()
        given = {one: form(address(at)) for at, one in enumerate(of(group, method))}
        made = call(getattr(surfaces(transport)[group], method), method, given)
        seen.append((await what_was_meant(made), transport.requests))
    assert seen[0] == seen[1]
    assert seen[0][1] != [] or method == "reach_host"


async def what_was_meant(made: Any) -> Any:
    """What a call stands for, once it has asked for something in vain."""
    if isinstance(made, HostApi):
        return made.node
    if isinstance(made, AsyncIterator) and not isinstance(made, Watch):
        return (await anext(made)).kind
    with pytest.raises((RpcError, WaitTimeoutError)):
        await (made.start() if isinstance(made, Watch) else made)
    return made.terms if isinstance(made, Action) else made.followed if isinstance(made, Watch) else None


def test_terms_take_texts() -> None:
    key = address(0)
    assert MarketTerms(job_price=1, node_access_key=str(key)) == MarketTerms(job_price=1, node_access_key=key)
    assert AccessNft(account=str(key), mint=str(key)) == AccessNft(account=key, mint=key)
    with pytest.raises(InputError, match=r"^node_access_key is"):
        MarketTerms(job_price=1, node_access_key=WRONG)
    with pytest.raises(InputError, match=r"^mint is"):
        AccessNft(account=key, mint=WRONG)
    with pytest.raises(InputError, match=r"^claimant is"):
        TREE.prove(WRONG)
    assert TREE.prove(str(ME)) == TREE.prove(ME)
