"""What models make of any bytes, against AnchorPy's own decoders, which read each field by construct."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime import DecodeError
from nosana_chain.bindings.layouts import LAYOUTS
from nosana_chain.cid import cid_from_digest
from nosana_chain.models.distributor import ClaimStatus, Distributor
from nosana_chain.models.job import Job, JobState, Run
from nosana_chain.models.market import Market, QueueKind
from nosana_chain.models.node import Node
from nosana_chain.models.pool import ClaimType, Pool
from nosana_chain.models.rewards import Reward, RewardsPool
from nosana_chain.models.stake import Stake, StakingSettings

RECORDED = json.loads((Path(__file__).parents[2] / "interop" / "anchorpy" / "recorded.json").read_text())
ADDRESS = Pubkey(b"a" * 32)

#: Account -> our model.
MODELS: dict[str, Any] = {
    "jobs/accounts/MarketAccount": Market,
    "jobs/accounts/JobAccount": Job,
    "jobs/accounts/RunAccount": Run,
    "staking/accounts/StakeAccount": Stake,
    "staking/accounts/SettingsAccount": StakingSettings,
    "rewards/accounts/ReflectionAccount": RewardsPool,
    "rewards/accounts/RewardAccount": Reward,
    "pools/accounts/PoolAccount": Pool,
    "nodes/accounts/NodeAccount": Node,
    "distributor/accounts/MerkleDistributor": Distributor,
    "distributor/accounts/ClaimStatus": ClaimStatus,
}


def as_job(account: Any) -> dict[str, Any]:
    has_ended = account.state == JobState.DONE
    ended = {name: getattr(account, name) if has_ended else None for name in ("node", "time_start", "time_end")}
    return {
        **ended,
        "definition_cid": cid_from_digest(bytes(account.ipfs_job)) or "",
        "result_cid": cid_from_digest(bytes(account.ipfs_result)),
        "state": JobState(account.state),
        "run": None,
    }


def as_market(account: Any) -> dict[str, Any]:
    key = account.node_access_key
    return {
        "node_access_key": None if key == Pubkey.default() else key,
        "queue": tuple(account.queue),
        "queue_kind": QueueKind(account.queue_type) if account.queue else QueueKind.EMPTY,
    }


#: Model -> the fields that it has otherwise than the account.
CHANGED: dict[Any, Callable[[Any], dict[str, Any]]] = {
    Market: as_market,
    Job: as_job,
    Stake: lambda account: {"time_unstake": account.time_unstake or None},
    Pool: lambda account: {"claim_type": ClaimType(account.claim_type)},
    Distributor: lambda account: {"root": bytes(account.root)},
}


class Account(NamedTuple):
    """A kind of account: AnchorPy's class, our model, and accounts that AnchorPy wrote."""

    name: str
    theirs: Any
    ours: Any
    written: list[bytes]


def kinds() -> Iterator[Account]:
    for path, model in MODELS.items():
        program, _, name = path.split("/")
        theirs = getattr(import_module(f"nosana_chain.bindings.{program}.accounts"), name)
        yield Account(name, theirs, model, [bytes.fromhex(case["data"]) for case in RECORDED[path]])


KINDS = list(kinds())
each_kind = pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])


def by_anchorpy(kind: Account, data: bytes) -> Any:
    """Our model by its keywords, from what AnchorPy's class reads."""
    account = kind.theirs.decode(data)
    changed = CHANGED.get(kind.ours, lambda _: {})(account) | {"address": ADDRESS}
    if kind.ours is Market:
        changed["queue_capacity"] = (len(data) - 151) // 32
    same = {one.name: getattr(account, one.name) for one in fields(kind.ours) if one.name not in changed}
    return kind.ours(**same, **changed)


def outcome(decode: Callable[[], Any]) -> Any:
    """The model with the types of its fields, or the class of the error."""
    try:
        model = decode()
    except DecodeError as error:
        return type(error)
    return model, [type(getattr(model, one.name)) for one in fields(model)], repr(model)


def check(kind: Account, data: bytes) -> None:
    assert outcome(lambda: kind.ours.decode(ADDRESS, data)) == outcome(lambda: by_anchorpy(kind, data))


@each_kind
@settings(max_examples=60)
@given(st.data())
def test_any_bytes(kind: Account, data: st.DataObject) -> None:
    begun = data.draw(st.sampled_from([kind.theirs.discriminator] * 4 + [b""]))
    check(kind, begun + data.draw(st.binary(max_size=400)))


@each_kind
@settings(max_examples=120)
@given(st.data())
def test_an_account_that_is_damaged_cut_or_too_long(kind: Account, data: st.DataObject) -> None:
    whole = bytearray(data.draw(st.sampled_from(kind.written)))
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=4)):
        whole[place] = data.draw(st.integers(0, 255) | st.sampled_from([0, 1, 2, 255]))
    cut = data.draw(st.just(len(whole)) | st.integers(0, len(whole)))
    check(kind, bytes(whole[:cut]) + data.draw(st.just(b"") | st.binary(max_size=70)))


@each_kind
def test_an_account_that_is_cut_anywhere(kind: Account) -> None:
    for whole in kind.written:
        for length in range(len(whole) + 1):
            check(kind, whole[:length])


@each_kind
@pytest.mark.parametrize("byte", [b"\0", b"\1", b"\xff"], ids=["zeros", "ones", "ffs"])
def test_every_field_of_one_byte_repeated(kind: Account, byte: bytes) -> None:
    layouts = (layout for layouts in LAYOUTS.values() for layout in layouts)
    (layout,) = (layout for layout in layouts if layout.name == kind.name)
    for whole in kind.written:
        for field in layout.fields:
            check(kind, whole[: field.offset] + byte * field.size + whole[field.offset + field.size :])


@pytest.mark.parametrize("stored", range(256))
def test_every_byte_as_state_kind_and_flag(stored: int) -> None:
    for name, place in (("JobAccount", 208), ("MarketAccount", 146), ("PoolAccount", 72), ("PoolAccount", 81)):
        kind = next(kind for kind in KINDS if kind.name == name)
        whole = bytearray(kind.written[2])
        whole[place] = stored
        check(kind, bytes(whole))


@given(length=st.integers(0, 2**32 - 1), keys=st.integers(0, 3))
@example(length=2**32 - 1, keys=3)
@example(length=2**27, keys=0)
def test_any_length_of_a_queue(length: int, keys: int) -> None:
    market = next(kind for kind in KINDS if kind.ours is Market)
    check(market, market.written[0][:147] + length.to_bytes(4, "little") + bytes(32 * keys))
