"""Runs random calls through the .so files and through the model, and compares all that they did."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from behaviour.builds import BUILDS, PROGRAM_FOLDER
from behaviour.call import Outcome, first_difference
from behaviour.machine import Machine
from behaviour.vectors import FOLDER, Case, read_cases
from model import simulate

from fidelity.calls import BUILDS_OF_RECORDS, Name, random_calls
from fidelity.draft import Draft
from fidelity.intents import INTENTS

DEFAULT_SEED = 1
SUCCESS = "success"

Reached = tuple[str, str, str, str]  # interface, instruction, name of the error or SUCCESS, field


@dataclass(frozen=True, slots=True)
class Difference:
    """A call that ended otherwise than in the model, with all it takes to see it again.

    `build` is the one whose vectors file can hold `case`, whose expectation is the model's.
    """

    seed: int
    number: int
    build: str
    case: Case
    roles: tuple[str, ...]
    told: str


@dataclass(slots=True)
class Comparison:
    """How many calls ended how, and those that differ."""

    reached: Counter[Reached] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    @property
    def calls(self) -> int:
        return self.reached.total()

    @property
    def succeeded(self) -> int:
        return sum(times for (_, _, error, _), times in self.reached.items() if error == SUCCESS)


def compare(
    calls: int, seed: int = DEFAULT_SEED, folder: Path = PROGRAM_FOLDER, names: Collection[Name] = INTENTS
) -> Comparison:
    """Run so many calls; a call that agrees goes on in its life, unless it began from damaged accounts.

    `folder` has the programs, and `names` are the instructions that wallets call.
    """
    machines = {name: Machine.of(name, folder) for name in BUILDS_OF_RECORDS}
    comparison = Comparison()
    for number, made in enumerate(islice(random_calls(seed, names), calls)):
        case = _case(made, f"{made.name}-{number:05}")
        got = machines[made.life.build.name].replay(case.call, case.before)
        comparison.reached[made.program, made.name, *named(got)] += 1
        told = first_difference(case.expected, got, case.before)
        if told:
            roles = tuple(role for role, _ in made.accounts)
            comparison.differences.append(Difference(seed, number, _build_of(made), case, roles, told))
        elif not made.damaged:
            made.life.apply(got.after)
    return comparison


def _case(made: Draft, name: str) -> Case:
    call, before = made.call(), made.before()
    return Case(name, made.name, call, before, simulate(call, before, made.life.build.fee_divisor))


def _build_of(made: Draft) -> str:
    build = made.life.build
    return build.name if made.program == build.interface else made.program


def named(outcome: Outcome) -> tuple[str, str]:
    """The name of an outcome, and the field that its error names, or else the form of its line."""
    if outcome.anchor:
        return outcome.anchor.name, outcome.anchor.account or outcome.anchor.form
    return outcome.error or SUCCESS, ""


def recorded() -> set[Reached]:
    """The distinct outcomes of the recorded cases of the programs that the calls go to."""
    return {
        (BUILDS[build].interface, case.instruction, *named(case.expected))
        for build in BUILDS_OF_RECORDS
        for case in read_cases(FOLDER, build)
    }
