"""Accounts as the official packages read them, against our bindings and models."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from importlib import import_module
from pathlib import Path
from statistics import mode
from typing import Any

import pytest
from account_kinds import KINDS, plain
from behaviour import vectors
from node_process import NodeError
from official import PROGRAMS, Official, camel
from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime.errors import AccountInvalidDiscriminator, DecodeError
from nosana_chain.models.job import JobState
from nosana_chain.models.market import JobType, QueueKind

MADE = json.loads((Path(__file__).parents[1] / "anchorpy" / "recorded.json").read_text())
PROGRAM_OF = {
    "MarketAccount": "jobs",
    "JobAccount": "jobs",
    "RunAccount": "jobs",
    "StakeAccount": "staking",
    "SettingsAccount": "staking",
    "MerkleDistributor": "distributor",
    "ClaimStatus": "distributor",
}
EACH_KIND = pytest.mark.parametrize("kind", PROGRAM_OF)
ADDRESS = Pubkey(bytes(range(32)))

#: What our model of a job doesn't tell before the job is done, whatever the account holds.
UNTOLD = {"node": str(Pubkey.default()), "timeStart": 0, "timeEnd": 0}


def binding(kind: str) -> Any:
    return getattr(import_module(f"nosana_chain.bindings.{PROGRAM_OF[kind]}.accounts"), kind)


@cache
def left_behind() -> frozenset[bytes]:
    """The accounts that recorded calls of the real programs left behind."""
    builds = [vectors.read_cases(vectors.FOLDER, build) for build in vectors.recorded_builds(vectors.FOLDER)]
    return frozenset(account.data for cases in builds for case in cases for account in case.expected.after.values())


def recorded(kind: str) -> list[bytes]:
    return sorted(data for data in left_behind() if data.startswith(binding(kind).discriminator))


def made(kind: str) -> list[bytes]:
    """Accounts that AnchorPy made of any values that fit, whether or not the program writes such."""
    return [bytes.fromhex(case["data"]) for case in MADE[f"{PROGRAM_OF[kind]}/accounts/{kind}"]]


def in_their_words(ours: Mapping[str, Any]) -> dict[str, Any]:
    return {camel(name): plain(value) for name, value in ours.items()}


def official_fields(official: Official, kind: str, data: bytes) -> dict[str, Any]:
    decoded = official.decode(PROGRAM_OF[kind], kind, data)
    assert decoded.pop("discriminator") == binding(kind).discriminator
    return {name: plain(value) for name, value in decoded.items()}


@EACH_KIND
def test_accounts_cut_short_are_refused(official: Official, kind: str) -> None:
    whole = made(kind)[0]
    with pytest.raises(NodeError):
        official.decode(PROGRAM_OF[kind], kind, whole[:-1])
    with pytest.raises(DecodeError):
        binding(kind).decode(whole[:-1])


@pytest.mark.parametrize(
    ("kind", "size", "allocated"),
    [("JobAccount", 233, 240), ("RunAccount", 113, 120), ("StakeAccount", 113, 120)],
)
def test_official_sizes_are_those_of_the_fields(official: Official, kind: str, size: int, allocated: int) -> None:
    """A deviation: accounts are allocated longer (specification, section 3); a filter on this length finds none."""
    assert official.call(PROGRAM_OF[kind], f"get{kind}Size") == size
    assert mode(len(data) for data in recorded(kind)) == allocated


def test_official_enumerations_know_no_gaps(official: Official) -> None:
    """A deviation: the numbers on chain have gaps. Their account decoders don't use these, and give plain numbers."""
    assert official.decode("jobs", "JobState", bytes([JobState.DONE])) == "Stopped"
    unknown = {"JobState": JobState.STOPPED, "QueueType": QueueKind.EMPTY, "JobType": JobType.UNKNOWN}
    for enumeration, stored in unknown.items():
        with pytest.raises(NodeError):
            official.decode("jobs", enumeration, bytes([stored]))


def test_official_decoders_take_one_kind_for_another(official: Official) -> None:
    """A deviation: they don't look at the discriminator, which ours does."""
    stake = recorded("StakeAccount")[0]
    assert official.decode("jobs", "RunAccount", stake)["discriminator"] == binding("StakeAccount").discriminator
    with pytest.raises(AccountInvalidDiscriminator):
        binding("RunAccount").decode(stake)


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_official_package_has_the_same_kinds(official: Official, program: str) -> None:
    (theirs,) = [value for key, value in official.constants(program).items() if key.endswith("Account")]
    assert set(theirs) == {kind for kind, of in PROGRAM_OF.items() if of == program}


@EACH_KIND
def test_bindings_read_every_field_alike(official: Official, kind: str) -> None:
    for data in recorded(kind) + made(kind):
        assert official_fields(official, kind, data) == in_their_words(vars(binding(kind).decode(data)))


@EACH_KIND
def test_models_tell_the_same(official: Official, kind: str) -> None:
    model = KINDS[kind]
    told = [field.name for field in fields(binding(kind)) if field.name not in model.left_out]
    for data in recorded(kind) or made(kind):  # nobody recorded the distributor
        theirs = official_fields(official, kind, data)
        if kind == "JobAccount" and theirs["state"] != JobState.DONE:
            theirs |= UNTOLD
        ours = in_their_words(model.fields(model.query.decode(ADDRESS, data), told))
        assert ours == {name: theirs[name] for name in ours}
