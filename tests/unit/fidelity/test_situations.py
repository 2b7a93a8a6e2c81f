"""Each situation brings about what it is for, in the model: else random lives would pass whatever programs do there."""

from collections import Counter
from random import Random

import pytest
from behaviour.builds import BUILDS
from behaviour.call import Outcome
from behaviour.vectors import FOLDER, read_cases
from fidelity.draft import Draft, recorded_draft
from fidelity.situations import (
    QUEUE_TYPES,
    SITUATIONS,
    Situation,
    in_second_zero,
    nothing_due,
    settings_elsewhere,
    shows_access_token,
    waits_already,
)
from model import simulate
from model.layouts import Record
from model.states import kind_of, record_of

TRIES = 80
Ended = list[tuple[Draft, Outcome]]


def drafts(program: str, name: str) -> list[Draft]:
    """Calls that were recorded as successes, each with a generator of its own."""
    cases = [case for case in read_cases(FOLDER, program) if case.instruction == name and not case.expected.error]
    build = BUILDS[program]
    return [recorded_draft(cases[seed % len(cases)], build, Random(f"situations/{seed}")) for seed in range(TRIES)]


def ends(program: str, name: str, situation: Situation) -> Ended:
    """How calls end in a situation."""
    ended = []
    for made in drafts(program, name):
        situation(made)
        ended.append((made, simulate(made.call(), made.before())))
    return ended


def names(ended: Ended) -> Counter[str]:
    return Counter(outcome.anchor.name if outcome.anchor else outcome.error or "success" for _, outcome in ended)


def market_of(made: Draft) -> Record:
    (address,) = (meta.address for role, meta in made.accounts if role == "market")
    return record_of(made.account(address))


@pytest.mark.parametrize(
    ("program", "name", "situation"), [(*of, each) for of, several in SITUATIONS.items() for each in {*several}]
)
def test_a_situation_changes_every_call_that_it_is_for(program: str, name: str, situation: Situation) -> None:
    for made in drafts(program, name):
        intact = made.told()
        situation(made)
        assert made.told() != intact


def test_withdrawals_with_nothing_due_succeed_without_a_transfer() -> None:
    ended = ends("nosana_staking", "withdraw", nothing_due)
    assert names(ended) == {"success": TRIES}
    assert not [outcome for _, outcome in ended if outcome.trace is None or outcome.trace.inner or outcome.after]


@pytest.mark.parametrize("name", ["slash", "update_settings"])
def test_settings_elsewhere_are_refused_by_their_address(name: str) -> None:
    ended = ends("nosana_staking", name, settings_elsewhere)
    assert names(ended) == {"ConstraintSeeds": TRIES}
    writable = {meta.writable for made, _ in ended for role, meta in made.accounts if role == "settings"}
    assert writable == ({True, False} if name == "update_settings" else {False})


def test_a_host_waits_already_in_a_queue_of_every_type() -> None:
    ended = ends("nosana_jobs", "work", waits_already)
    assert {market_of(made).queue_type for made, _ in ended} == set(QUEUE_TYPES)
    refused = {market_of(made).queue_type for made, outcome in ended if names([(made, outcome)])["NodeAlreadyQueued"]}
    assert refused == set(QUEUE_TYPES) - {0}


@pytest.mark.parametrize("name", ["work", "claim"])
def test_access_tokens_are_shown_that_let_in_and_that_do_not(name: str) -> None:
    found = names(ends("nosana_jobs", name, shows_access_token))
    assert found["success"] > TRIES / 5
    assert found["NodeKeyInvalidCollection"] > TRIES / 5


def test_in_second_zero_a_stake_keeps_its_weight() -> None:
    ended = ends("nosana_staking", "unstake", in_second_zero)
    assert names(ended) == {"success": TRIES}
    changed = [account for _, outcome in ended for account in outcome.after.values() if kind_of(account) == "Stake"]
    assert not [stake for stake in map(record_of, changed) if stake.time_unstake or not stake.xnos]
