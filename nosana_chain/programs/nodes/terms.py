"""What a host says about its machine, checked as the nodes program checks it.

Source of the limits: the program's public source (idl/README.md says which).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TypedDict, Unpack

from nosana_chain.bindings._runtime.layout import LENGTH_SIZE
from nosana_chain.bindings.layouts.nodes import NODE_ACCOUNT
from nosana_chain.errors import AmountError, InputError
from nosana_chain.models.node import Node
from nosana_chain.programs.nodes.countries import ACCEPTED_COUNTRIES

#: Bytes of UTF-8 that endpoint, icon and version share: what the account has left for them.
TEXT_BYTES = NODE_ACCOUNT.space - NODE_ACCOUNT.tail_offset - LENGTH_SIZE * len(NODE_ACCOUNT.tail)

_U16_MAX = 2**16 - 1

#: Smallest and largest value of each figure. The program refuses 0 for all but the GPU.
_FIGURES = {
    "architecture": (0, 9),
    "cpu": (1, _U16_MAX),
    "gpu": (0, _U16_MAX),
    "memory": (1, _U16_MAX),
    "iops": (1, _U16_MAX),
    "storage": (1, _U16_MAX),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSpec:
    """A host's description of its machine. The program gives the figures no units and verifies none of them.

    Attributes:
        architecture: 0 to 9.
        country: ISO 3166-1 numeric code (528 for the Netherlands); the program refuses 231, Ethiopia, by mistake.
        cpu: processor figure, 1 to 65535.
        gpu: GPU figure, 0 to 65535.
        memory: memory figure, 1 to 65535.
        iops: disk speed, 1 to 65535.
        storage: storage figure, 1 to 65535.
        endpoint: where the host is reached. It shares 62 bytes of UTF-8 with `icon` and `version`.
        icon: the host's picture.
        version: of the host's software.

    Raises:
        AmountError: a figure out of its range, or a country that the program doesn't accept.
        InputError: the three texts are longer than 62 bytes together, or not UTF-8.
    """

    architecture: int
    country: int
    cpu: int
    gpu: int
    memory: int
    iops: int
    storage: int
    endpoint: str = ""
    icon: str = ""
    version: str = ""

    def __post_init__(self) -> None:
        for name, (low, high) in _FIGURES.items():
            require_figure(name, getattr(self, name), low, high)
        _require_country(self.country)
        _require_texts(self.endpoint, self.icon, self.version)

    @classmethod
    def of(cls, node: Node) -> NodeSpec:
        """The description that a node has on chain."""
        return cls(**{field.name: getattr(node, field.name) for field in fields(cls)})


class NodeChanges(TypedDict, total=False):
    """The parts of a description that an update may change; see `NodeSpec` for their meaning and ranges."""

    architecture: int
    country: int
    cpu: int
    gpu: int
    memory: int
    iops: int
    storage: int
    endpoint: str
    icon: str
    version: str


def require_figure(name: str, value: int, low: int, high: int) -> int:
    """`value` if it is a whole number from `low` to `high`; AmountError naming `name` otherwise."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise AmountError(
            f"{name} is {value!r}; it must be a whole number from {low} to {high}", name=name, value=value
        )
    return value


def _require_country(code: int) -> None:
    if code not in ACCEPTED_COUNTRIES:
        raise AmountError(
            f"the nodes program doesn't accept country {code!r}; give an ISO 3166-1 numeric code, 528 for example "
            "(231, Ethiopia, is refused by mistake)",
            name="country",
            value=code,
        )


def _require_texts(*texts: str) -> None:
    try:
        length = sum(len(text.encode()) for text in texts)
    except UnicodeEncodeError as error:
        raise InputError(f"endpoint, icon and version must be UTF-8: {error.reason}") from error
    if length > TEXT_BYTES:
        raise InputError(
            f"endpoint, icon and version take {length} bytes of UTF-8 together; a node has room for {TEXT_BYTES}: "
            "shorten one",
            length=length,
        )


#: A description that the program accepts, whatever is changed in it.
_PLAIN = NodeSpec(architecture=0, country=528, cpu=1, gpu=0, memory=1, iops=1, storage=1)


def require_changes(**changes: Unpack[NodeChanges]) -> None:
    """Make sure that no change is wrong by itself, whatever the rest of the description is.

    Raises:
        AmountError: a figure out of its range, or a country that the program doesn't accept.
        InputError: the texts alone are too long.
    """
    replace(_PLAIN, **changes)
