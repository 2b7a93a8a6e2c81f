"""Every instruction builder against idl/: the right accounts in the right places, whatever is passed in."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain.cid import cid_from_digest
from nosana_chain.errors import AmountError, CidError
from nosana_chain.models.pool import ClaimType
from nosana_chain.networks import DEVNET, MAINNET, Network
from nosana_chain.programs.distributor import instructions as distributor
from nosana_chain.programs.distributor.merkle import Leaf, Proof
from nosana_chain.programs.distributor.terms import DistributorTerms
from nosana_chain.programs.jobs import instructions as jobs
from nosana_chain.programs.jobs.terms import AccessNft, MarketTerms
from nosana_chain.programs.nodes import instructions as nodes
from nosana_chain.programs.nodes.terms import NodeSpec
from nosana_chain.programs.pools import instructions as pools
from nosana_chain.programs.pools.terms import PoolTerms
from nosana_chain.programs.rewards import instructions as rewards
from nosana_chain.programs.staking import instructions as staking

IDL = Path(__file__).parents[3] / "idl"
CID = str(cid_from_digest(bytes(range(32))))

#: Instructions whose builder has another name than the instruction: bare verbs say nothing by themselves.
RENAMED = {
    "open_market_ix": "open",
    "update_market_ix": "update",
    "close_market_ix": "close",
    "close_market_admin_ix": "closeAdmin",
    "open_pool_ix": "open",
    "close_pool_ix": "close",
    "register_node_ix": "register",
    "update_node_ix": "update",
    "audit_node_ix": "audit",
}


def builders(module: object) -> dict[str, object]:
    found = {name: value for name, value in vars(module).items() if name.endswith("_ix")}
    return {RENAMED.get(name, camel(name.removesuffix("_ix"))): value for name, value in found.items()}


def camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match.group(1).upper(), name)


def snake(name: str) -> str:
    return re.sub(r"([A-Z])", r"_\1", name).lower()


def interface(program: str) -> dict[str, list[dict[str, object]]]:
    file_name = "merkle_distributor.json" if program == "distributor" else f"nosana_{program}.json"
    found = json.loads((IDL / file_name).read_text())
    return {instruction["name"]: instruction["accounts"] for instruction in found["instructions"]}


PROGRAMS = {
    "jobs": jobs,
    "staking": staking,
    "rewards": rewards,
    "pools": pools,
    "nodes": nodes,
    "distributor": distributor,
}
CASES = [(program, name) for program, module in PROGRAMS.items() for name in builders(module)]


def key(name: str) -> Pubkey:
    """An address that is recognised by the name of the argument that it was passed for."""
    return Pubkey(name.encode().ljust(32, b"."))


#: What a parameter called `terms` takes, by the annotation of the builder.
TERMS = {
    "MarketTerms": MarketTerms(job_price=7),
    "PoolTerms": PoolTerms(emission=7, start_time=1_700_000_000, closeable=True),
    "DistributorTerms": DistributorTerms(
        version=3,
        root=bytes(32),
        max_total_claim=9,
        max_num_nodes=1,
        start_ts=1_700_000_000,
        end_ts=1_700_000_001,
        clawback_start_ts=1_700_100_000,
        closable=True,
    ),
}


def arguments(builder: object, network: Network) -> dict[str, object]:
    parameters = inspect.signature(builder).parameters
    values: dict[str, object] = {
        "network": network,
        "terms": TERMS[parameters["terms"].annotation] if "terms" in parameters else None,
        "claim_type": ClaimType.TRANSFER,
        "spec": NodeSpec(architecture=0, country=528, cpu=1, gpu=0, memory=1, iops=1, storage=1),
        "audited": True,
        "proof": Proof(leaf=Leaf(claimant=key("claimant"), unlocked_amount=5), siblings=(bytes(32),)),
        "enable_slot": 12,
        "definition_cid": CID,
        "result_cid": CID,
        "timeout": 60,
        "amount": 5,
        "duration": 99,
        "access": AccessNft(account=key("nft"), mint=key("nft_mint")),
    }
    return {name: values.get(name, key(name)) for name in parameters}


def build(program: str, name: str, network: Network = DEVNET) -> Instruction:
    builder = builders(PROGRAMS[program])[name]
    return builder(**arguments(builder, network))


@pytest.mark.parametrize("seconds", [-1, 2**63])
def test_timeout_out_of_range(seconds: int) -> None:
    given = arguments(jobs.list_ix, DEVNET) | {"timeout": seconds}
    with pytest.raises(AmountError, match="timeout"):
        jobs.list_ix(**given)


def test_result_that_is_no_cid() -> None:
    given = arguments(jobs.finish_ix, DEVNET) | {
        "result_cid": "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"
    }
    with pytest.raises(CidError):
        jobs.finish_ix(**given)


@pytest.mark.parametrize("build", [jobs.finish_ix, jobs.complete_ix])
def test_a_result_of_all_zeros_would_be_none(build: Callable[..., Instruction]) -> None:
    given = arguments(build, DEVNET) | {"result_cid": "QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51"}
    with pytest.raises(CidError, match="stands for 'no result yet'"):
        build(**given)


@pytest.mark.parametrize(
    "number",
    [
        {"job_price": -1},
        {"job_price": 1, "job_timeout": 2**63},
        {"job_price": 1, "node_xnos_minimum": 2**128},
        {"job_price": 1, "job_type": 256},
    ],
)
def test_market_terms_out_of_range(number: dict[str, int]) -> None:
    with pytest.raises(AmountError):
        MarketTerms(**number)


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_instruction_has_a_builder(program: str) -> None:
    assert set(builders(PROGRAMS[program])) == set(interface(program))


@pytest.mark.parametrize(("program", "name"), CASES)
def test_accounts_stand_where_the_interface_has_them(program: str, name: str) -> None:
    built = build(program, name)
    expected = interface(program)[name]
    assert len(built.accounts) == len(expected)
    given = set(inspect.signature(builders(PROGRAMS[program])[name]).parameters)
    for meta, account in zip(built.accounts, expected, strict=True):
        place = snake(str(account["name"]))
        assert meta.is_signer == account["isSigner"], place
        assert meta.is_writable == account["isMut"] or place == "authority", place
        if place in given:
            assert meta.pubkey == key(place), place


def test_the_claimant_of_a_leaf_signs_its_claim() -> None:
    claimant = next(meta for meta in build("distributor", "newClaim").accounts if meta.pubkey == key("claimant"))
    assert claimant.is_signer


@pytest.mark.parametrize("name", ["close", "closeAdmin"])
def test_closing_a_market_makes_its_authority_writable(name: str) -> None:
    authority = next(meta for meta in build("jobs", name).accounts if meta.pubkey == key("authority"))
    assert authority.is_signer
    assert authority.is_writable


@pytest.mark.parametrize("network", [DEVNET, MAINNET], ids=lambda network: network.name)
@pytest.mark.parametrize(("program", "name"), CASES)
def test_program_and_mint_are_those_of_the_network(program: str, name: str, network: Network) -> None:
    built = build(program, name, network)
    assert built.program_id == getattr(network.programs, program)
    other = MAINNET if network is DEVNET else DEVNET
    assert other.nos_mint not in [meta.pubkey for meta in built.accounts]
