"""A machine replays each case on its accounts alone, so the order of cases does not matter."""

from collections.abc import Callable

from behaviour.call import first_difference
from behaviour.machine import Machine
from behaviour.vectors import FOLDER, Case, read_cases

BUILD = "nosana_rewards"


def successes() -> list[Case]:
    return [case for case in read_cases(FOLDER, BUILD) if case.expected.error is None]


def test_nothing_is_left_of_a_replayed_case(machine_of: Callable[[str], Machine]) -> None:
    machine = machine_of(BUILD)
    for case in successes():
        assert machine.replay(case.call, case.before).error is None
        assert not [address for address in case.before if machine.account(address).exists]


def test_a_case_that_is_replayed_again_ends_as_before(machine_of: Callable[[str], Machine]) -> None:
    machine = machine_of(BUILD)
    for case in successes():
        outcomes = [machine.replay(case.call, case.before) for _again in range(2)]
        assert outcomes[0] == outcomes[1]


def test_a_wrong_expectation_is_found(machine_of: Callable[[str], Machine]) -> None:
    first, *_, last = successes()
    got = machine_of(BUILD).replay(first.call, first.before)
    assert first_difference(last.expected, got, first.before) is not None
