"""The tree of errors: what every class promises to the programs that catch it."""

import importlib
import json
import pickle
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from solders.pubkey import Pubkey

from nosana_chain.bindings import program_errors
from nosana_chain.errors import (
    AmountError,
    BlockhashExpiredError,
    InProgressError,
    JournalStateError,
    NosanaError,
    NotAsQuotedError,
    NotFetchedError,
    NotPinnedError,
    OffChainError,
    OutcomeUnknownError,
    ProgramError,
    Retry,
    RpcEndpointError,
    RpcError,
    RpcRateLimitError,
    RpcUnreachableError,
    SearchTooLongError,
    SignerError,
    WaitTimeoutError,
)


def _below(kind: type[NosanaError]) -> Iterator[type[NosanaError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _below(child)


for module in pkgutil.iter_modules(program_errors.__path__, program_errors.__name__ + "."):
    importlib.import_module(module.name)

#: What is defined there, whatever other tests have imported.
HOMES = ("nosana_chain.errors", program_errors.__name__)
TREE = [kind for kind in _below(NosanaError) if kind.__module__.startswith(HOMES)]
FACTS = {
    "address": Pubkey.default(),
    "asked": {"cid": "Qm", "hosts": (1, None)},
    "logs": ("Program log: one", "Program log: two"),
    "rpc_code": -32002,
    "signature": None,
}


def test_codes_are_unique() -> None:
    counted = Counter(kind.code for kind in TREE)
    assert [code for code, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.code)
def test_every_error_keeps_its_promises(kind: type[NosanaError]) -> None:
    error = kind("the fact, the value, the way out", **FACTS)
    assert re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", kind.code)
    assert str(error) == error.message == "the fact, the value, the way out"
    assert error.__dict__.items() >= FACTS.items()
    assert isinstance(kind.retry, Retry)
    assert kind.__doc__


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.code)
def test_every_error_survives_a_pickle(kind: type[NosanaError]) -> None:
    error = kind("message", **FACTS)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  made on the same line
    assert type(again) is kind
    assert (again.message, again.facts, again.args) == (error.message, error.facts, error.args)


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.code)
def test_every_error_is_json(kind: type[NosanaError]) -> None:
    assert json.loads(json.dumps(kind("message", **FACTS).as_json())) == {
        "code": kind.code,
        "retry": kind.retry.value,
        "message": "message",
        "address": "11111111111111111111111111111111",
        "asked": {"cid": "Qm", "hosts": [1, None]},
        "logs": ["Program log: one", "Program log: two"],
        "rpc_code": -32002,
        "signature": None,
    }


def test_a_number_that_python_refuses_to_write_is_told_by_its_size() -> None:
    told = AmountError("too much", value=10**5000).as_json()
    assert json.loads(json.dumps(told))["value"] == "a number of 16610 bits"


@pytest.mark.parametrize("kind", [kind for kind in TREE if "number" in vars(kind)], ids=lambda kind: kind.code)
def test_a_program_error_says_which_and_what_to_do(kind: type[ProgramError]) -> None:
    assert issubclass(kind, ProgramError)
    assert kind.number > 0
    assert kind.name
    assert kind.summary


def test_only_a_lost_blockhash_makes_signing_again_safe() -> None:
    assert [kind for kind in TREE if kind.retry is Retry.RESIGN] == [BlockhashExpiredError]
    assert {kind for kind in TREE if kind.retry is Retry.CHECK_FIRST} == {OutcomeUnknownError, JournalStateError}


def test_only_what_decided_nothing_may_simply_be_repeated() -> None:
    """Reads that were not answered in full, what was not signed, waits, and what another process does under one key."""
    same = {kind for kind in TREE if kind.retry is Retry.SAME}
    wire = {RpcUnreachableError, RpcRateLimitError, RpcEndpointError, SearchTooLongError}
    off_chain = {OffChainError, NotPinnedError, NotFetchedError}
    assert same == {*wire, *off_chain, NotAsQuotedError, SignerError, InProgressError, WaitTimeoutError}
    assert issubclass(RpcUnreachableError, RpcError)


def test_one_class_catches_them_all() -> None:
    with pytest.raises(NosanaError, match="too much"):
        raise AmountError("too much", value=1)
