"""Every public action and query of the client has a command."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import nosana_chain.cli.nouns as package
from nosana_chain.client import NosanaClient
from nosana_chain.networks import LOCALNET

SOURCES = "\n".join(path.read_text() for path in Path(package.__path__[0]).glob("*.py"))
PARTS = (
    "stakes",
    "staking_authority",
    "rewards",
    "pools",
    "nodes",
    "tokens",
    "nonces",
    "distributors",
    "distributor_admin",
    "transactions",
    "addresses",
    "journal",
)
#: What is no command, and why.
NONE = {
    "stakes.fetch_stake": "stake show has it, and more",
    "pools.fetch_pool": "pool show has it, and more",
    "transactions.send": "instructions of one's own making are made in Python",
}


def methods(part: str) -> list[str]:
    held = getattr(NosanaClient(LOCALNET.at("http://127.0.0.1:1")), part)
    return [name for name, _ in inspect.getmembers(type(held), callable) if not name.startswith("_")]


@pytest.mark.parametrize("part", PARTS)
def test_every_method_has_a_command(part: str) -> None:
    found = methods(part)
    assert found
    used = {name for name in found if re.search(rf"\.{name}\(", SOURCES)}
    assert [f"{part}.{name}" for name in found if name not in used and f"{part}.{name}" not in NONE] == []
