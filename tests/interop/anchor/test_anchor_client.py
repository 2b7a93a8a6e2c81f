"""Anchor's TypeScript client finds everything it needs on the local network: `Program.at` with an address alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from account_kinds import KINDS
from node_process import NodeError, NodeProcess
from solders.system_program import ID as SYSTEM_PROGRAM
from visited import VISITORS

from nosana_chain.client import NosanaClient
from nosana_chain.localnet import Localnet
from nosana_chain.networks import LOCALNET, PROGRAM_NAMES

IDL = Path(__file__).parents[3] / "idl"
Anchor = Callable[[str], NodeProcess]

EACH_VERSION = pytest.mark.parametrize("version", ["0.28", "0.29"])

#: Kinds of account that are on the standard network before anybody does anything.
AT_GENESIS = ("SettingsAccount", "StakeAccount", "ReflectionAccount", "RewardAccount", "PoolAccount")


def address_of(program: str) -> str:
    return str(getattr(LOCALNET.programs, program))


def written_idl(program: str) -> dict[str, Any]:
    (file,) = IDL.glob(f"*_{program}.json")
    idl: dict[str, Any] = json.loads(file.read_text())
    return idl


def lower_first(name: str) -> str:
    return name[0].lower() + name[1:]


def snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda match: f"_{match[0].lower()}", name)


def read(told: Any, like: Any) -> Any:
    """A field as our models have it: Anchor tells its big numbers in base 16."""
    return int(told, 16) if isinstance(told, str) and isinstance(like, int) else told


def test_newer_versions_refuse_idls_of_this_format(anchor: Anchor) -> None:
    """A deviation of theirs, on mainnet too; docs/localnet-genesis.md tells it."""
    client = anchor("0.30")
    with pytest.raises(NodeError, match=r"TypeError: .*'_bn'"):
        client.ask("described", program=address_of("jobs"))


@EACH_VERSION
def test_every_program_is_made_of_its_address(anchor: Anchor, version: str) -> None:
    client = anchor(version)
    for program in PROGRAM_NAMES:
        idl, address = written_idl(program), address_of(program)
        assert client.ask("idl", program=address) == {**idl, "metadata": {"address": address}}
        described = client.ask("described", program=address)
        assert described == {
            "programId": address,
            "methods": [instruction["name"] for instruction in idl["instructions"]],
            "accounts": [lower_first(account["name"]) for account in idl["accounts"]],
        }


@EACH_VERSION
async def test_it_reads_every_account_that_our_client_reads(anchor: Anchor, version: str, net: Localnet) -> None:
    client = anchor(version)
    async with NosanaClient(net.network) as ours:
        for name in AT_GENESIS:
            kind = KINDS[name]
            theirs = client.ask("accounts", program=address_of(kind.query.program), kind=lower_first(name))
            found = {str(model.address): model for model in await kind.query.find(ours.connection)}
            assert theirs
            assert dict(theirs).keys() == found.keys()
            for address, fields in theirs:
                known = {snake(field): value for field, value in fields.items()}
                expected = kind.fields(found[address], known.keys() - kind.left_out)
                assert {field: read(known[field], value) for field, value in expected.items()} == expected


@EACH_VERSION
async def test_it_opens_a_market_and_names_a_refusal(anchor: Anchor, version: str, net: Localnet) -> None:
    visitor, stranger = anchor(version), anchor(version)
    stranger.ask("open", version=version, url=net.network.rpc_url, key=list(bytes(VISITORS["visiting host"])))
    jobs = address_of("jobs")
    accounts = {"mint": str(LOCALNET.nos_mint), "accessKey": str(SYSTEM_PROGRAM)}
    opened = visitor.ask("openMarket", program=jobs, price=1000, **accounts)
    async with NosanaClient(net.network) as client:
        (market,) = await client.markets.find_markets()
    assert (str(market.address), market.authority) == (opened, VISITORS["visitor"].pubkey())
    assert (market.job_expiration, market.job_price, market.job_timeout) == (3600, 1000, 600)
    refusal = stranger.ask("updateMarket", program=jobs, market=opened)
    assert refusal == {"code": "Unauthorized", "number": 6000}
