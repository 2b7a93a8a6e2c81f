"""Finding accounts: each filter looks at the field that it is named after, and at all of it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from seeing import engine_over, program_account
from solders.pubkey import Pubkey

from nosana_chain.bindings.distributor.accounts import ClaimStatus, MerkleDistributor
from nosana_chain.bindings.nodes.accounts import NodeAccount
from nosana_chain.bindings.pools.accounts import PoolAccount
from nosana_chain.engine.engine import Engine
from nosana_chain.errors import AmountError
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.distributor.actions import Distributors
from nosana_chain.programs.nodes.actions import Nodes
from nosana_chain.programs.pools.actions import Pools

ONE, WANTED = Pubkey(b"1" * 32), Pubkey(b"w" * 32)
POOL = PoolAccount(
    authority=ONE,
    beneficiary=ONE,
    claim_type=0,
    claimed_tokens=0,
    closeable=True,
    emission=10,
    start_time=0,
    vault=ONE,
    vault_bump=255,
)
NODE = NodeAccount(
    authority=ONE,
    audited=False,
    architecture=1,
    country=276,
    cpu=1,
    gpu=1,
    memory=1,
    iops=1,
    storage=1,
    endpoint="",
    icon="",
    version="",
)
DISTRIBUTOR = MerkleDistributor(
    bump=1,
    version=1,
    root=[1] * 32,
    mint=ONE,
    token_vault=ONE,
    max_total_claim=1,
    max_num_nodes=1,
    total_amount_claimed=1,
    total_amount_forgone=1,
    num_nodes_claimed=1,
    start_ts=1,
    end_ts=2,
    clawback_start_ts=3,
    clawback_receiver=ONE,
    admin=ONE,
    clawed_back=False,
    enable_slot=1,
    closable=False,
    buffer0=[0] * 32,
    buffer1=[0] * 32,
    buffer2=[0] * 32,
)
STATUS = ClaimStatus(
    claimant=ONE,
    locked_amount=1,
    locked_amount_withdrawn=1,
    unlocked_amount=1,
    unlocked_amount_claimed=1,
    closable=False,
    distributor=ONE,
)

Find = Callable[..., Awaitable[list[Any]]]


def finder(engine: Engine, account: object) -> Find:
    found: dict[type, Find] = {
        PoolAccount: Pools(engine).find_pools,
        NodeAccount: Nodes(engine).find_nodes,
        MerkleDistributor: Distributors(engine).find_distributors,
        ClaimStatus: Distributors(engine).find_claim_statuses,
    }
    return found[type(account)]


OWNERS = {
    PoolAccount: LOCALNET.programs.pools,
    NodeAccount: LOCALNET.programs.nodes,
    MerkleDistributor: LOCALNET.programs.distributor,
    ClaimStatus: LOCALNET.programs.distributor,
}

CASES = [
    (POOL, "authority", WANTED),
    (POOL, "beneficiary", WANTED),
    (NODE, "audited", True),
    (NODE, "architecture", 9),
    (NODE, "country", 276 + 256),  # the same low byte: the filter takes both
    (DISTRIBUTOR, "mint", WANTED),
    (DISTRIBUTOR, "admin", WANTED),
    (STATUS, "distributor", WANTED),
    (STATUS, "claimant", WANTED),
]


def cluster(account: Any, field: str, wanted: object) -> Engine:
    """Two accounts that differ in one field, beside accounts of all other kinds."""
    strangers = [stranger for stranger in (POOL, NODE, DISTRIBUTOR, STATUS) if stranger is not account]
    held = [account, replace(account, **{field: wanted}), *strangers]
    accounts = {Pubkey(bytes([n]) * 32): program_account(each, OWNERS[type(each)]) for n, each in enumerate(held, 1)}
    return engine_over(accounts)


@pytest.mark.parametrize("wanted", [{"architecture": 256}, {"country": 65_536}, {"country": -1}], ids=str)
async def test_a_number_that_no_field_holds(wanted: dict[str, int]) -> None:
    with pytest.raises(AmountError, match=next(iter(wanted))):
        await Nodes(engine_over({})).find_nodes(**wanted)


@pytest.mark.parametrize(("account", "field", "wanted"), CASES, ids=[field for _, field, _ in CASES])
async def test_a_filter_finds_its_field(account: Any, field: str, wanted: object) -> None:
    found = await finder(cluster(account, field, wanted), account)(**{field: wanted})
    assert [getattr(model, field) for model in found] == [wanted]


async def test_false_is_a_filter_too() -> None:
    found = await Nodes(cluster(NODE, "audited", wanted=True)).find_nodes(audited=False)
    assert [node.audited for node in found] == [False]


@pytest.mark.parametrize(("account", "field", "wanted"), CASES, ids=[field for _, field, _ in CASES])
async def test_without_filters_all_of_a_kind_are_found(account: Any, field: str, wanted: object) -> None:
    assert len(await finder(cluster(account, field, wanted), account)()) == 2
