"""Tells what a comparison came to: coverage by instruction and outcome, and how to see a difference again."""

from collections import Counter
from collections.abc import Iterator

from behaviour.call import ABSENT, Meta
from behaviour.vectors import Case

from fidelity.compare import SUCCESS, Comparison, Difference, recorded


def summary(comparison: Comparison) -> Iterator[str]:
    """Calls, successes and distinct outcomes by instruction, and how many of the recorded outcomes came up."""
    yield f"{'program':16} {'instruction':16} {'calls':>7} {'success':>8} {'outcomes':>9}"
    calls, successes, outcomes = _by_instruction(comparison)
    for program, name in sorted(calls):
        key = program, name
        yield f"{program:16} {name:16} {calls[key]:>7} {successes[key]:>8} {outcomes[key]:>9}"
    wanted = recorded()
    yield (
        f"{comparison.calls} calls, {comparison.succeeded} succeeded, {len(comparison.reached)} distinct outcomes, "
        f"{len(wanted & set(comparison.reached))} of the {len(wanted)} recorded ones; "
        f"{len(comparison.differences)} calls differ"
    )


def _by_instruction(comparison: Comparison) -> tuple[Counter[tuple[str, str]], ...]:
    calls: Counter[tuple[str, str]] = Counter()
    successes: Counter[tuple[str, str]] = Counter()
    outcomes: Counter[tuple[str, str]] = Counter()
    for (program, name, error, _), times in comparison.reached.items():
        calls[program, name] += times
        successes[program, name] += times if error == SUCCESS else 0
        outcomes[program, name] += 1
    return calls, successes, outcomes


def coverage(comparison: Comparison) -> Iterator[str]:
    """Every outcome that came up, with how often, and every recorded one that did not, with 0."""
    times = Counter(comparison.reached)
    for program, name, error, field in sorted(recorded() | set(times)):
        yield f"{times[program, name, error, field]:>7}  {program} {name}: {error} {field}".rstrip()


def reproducer(difference: Difference) -> Iterator[str]:
    """All that a differing call is made of, by role, and what was expected and got."""
    case = difference.case
    yield f"seed {difference.seed}, call {difference.number}: {difference.build} {case.instruction}"
    yield f"  clock {case.call.clock}, data {case.call.data.hex()}"
    for role, meta in zip(difference.roles, case.call.accounts, strict=True):
        yield f"  {role:18} {_passed(case, meta)}"
    yield f"  {difference.told}"


def _passed(case: Case, meta: Meta) -> str:
    flags = f"{'signer' if meta.signer else '-':6} {'writable' if meta.writable else '-':8}"
    account = case.before.get(meta.address, ABSENT)
    state = f"{account.lamports} lamports, {len(account.data)} bytes of {account.owner}" if account.exists else "-"
    return f"{meta.address!s:44} {flags} {state}"
