"""Looking into a valid definition: its operations, one by one, with what they stand for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from nosana_chain.job_definition.places import Steps


class Operation(NamedTuple):
    """One operation of a valid definition."""

    position: int
    id: str
    type: str
    args: Mapping[str, Any]
    execution: Mapping[str, Any]
    results: Mapping[str, Any]

    @property
    def runs(self) -> bool:
        """Whether it runs a container."""
        return self.type == "container/run"

    @property
    def steps(self) -> Steps:
        """The way to its arguments."""
        return ("ops", self.position, "args")

    @property
    def group(self) -> str:
        """Operations of one group run side by side; without one, it is its own."""
        return str(self.execution.get("group", self.id))


def operations_of(definition: Mapping[str, Any]) -> Iterator[Operation]:
    """The operations in their order. Network: none."""
    for position, op in enumerate(definition["ops"]):
        yield Operation(position, op["id"], op["type"], op["args"], op.get("execution", {}), op.get("results", {}))


def items_of(args: Mapping[str, Any], key: str) -> list[Any]:
    """A list among arguments; one value stands for a list of it, and what isn't there for an empty one."""
    found = args.get(key, [])
    return found if isinstance(found, list) else [found]


def texts_in(value: Any, steps: Steps) -> Iterator[tuple[Steps, str]]:
    """Every text in a value, with the way to it."""
    waiting = [(steps, value)]  # and no recursion: a health check's body may be of any depth
    while waiting:
        steps, value = waiting.pop()
        if isinstance(value, str):
            yield steps, value
        pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        waiting += [((*steps, step), item) for step, item in reversed([*pairs])]
