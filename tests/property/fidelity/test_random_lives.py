"""Random lives end the same way in the programs' .so files and in the model, damaged calls and all."""

import os
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
from fidelity.calls import random_calls
from fidelity.compare import SUCCESS, Comparison, compare
from fidelity.intents import INTENTS
from fidelity.report import reproducer

CALLS = 3_000
LEAST_SUCCESS_SHARE = 0.4  # lives go deep only if many calls succeed
LEAST_OUTCOMES = 500
NEVER_SUCCEED = {("merkle_distributor", "close_claim_status")}  # it always aborts
TESTS = Path(__file__).parents[2]
DIGEST = """
import hashlib
from itertools import islice
from fidelity.calls import random_calls
calls = [made.call() for made in islice(random_calls(seed=7), 400)]
print(hashlib.sha256(repr(calls).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(CALLS)


def test_no_call_differs(comparison: Comparison) -> None:
    told = ["\n".join(reproducer(difference)) for difference in comparison.differences]
    assert not told, "\n\n".join(told)


def test_the_calls_of_a_seed_are_the_same_in_every_process() -> None:
    assert _digest_in_a_process(hash_seed="1") == _digest_in_a_process(hash_seed="2")


def _digest_in_a_process(hash_seed: str) -> bytes:
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(TESTS)}
    done = subprocess.run([sys.executable, "-c", DIGEST], env=environment, check=True, capture_output=True)
    assert done.stdout
    return done.stdout


def test_another_seed_gives_other_calls() -> None:
    first, other = ([made.call() for made in islice(random_calls(seed), 20)] for seed in (7, 8))
    assert first != other


def test_errors_of_many_kinds_come_up(comparison: Comparison) -> None:
    assert len(comparison.reached) >= LEAST_OUTCOMES


def test_every_instruction_succeeds_and_fails(comparison: Comparison) -> None:
    succeeded = {(program, name) for program, name, error, _ in comparison.reached if error == SUCCESS}
    failed = {(program, name) for program, name, error, _ in comparison.reached if error != SUCCESS}
    assert succeeded == set(INTENTS) - NEVER_SUCCEED
    assert failed == set(INTENTS)


def test_about_half_of_the_calls_succeed(comparison: Comparison) -> None:
    assert comparison.succeeded >= LEAST_SUCCESS_SHARE * comparison.calls
