"""Which errors of a program have a number. Several may: own and common errors both begin at 6000 (idl/README.md)."""

from __future__ import annotations

from types import ModuleType

from nosana_chain.bindings.program_errors import anchor, common, distributor, jobs, nodes, pools, staking
from nosana_chain.errors import ProgramError

#: Of each program: whose errors it raises, and the one of another program that it borrows.
_RAISED: dict[str, tuple[tuple[ModuleType, ...], tuple[type[ProgramError], ...]]] = {
    "jobs": ((jobs, common, anchor), (staking.InvalidStakeAccount,)),  # work and claim look at the stake
    "staking": ((staking, common, anchor), ()),
    "rewards": ((staking, common, anchor), ()),  # it has none of its own
    "pools": ((pools, common, anchor), ()),
    "nodes": ((nodes, common, anchor), ()),
    "distributor": ((distributor, anchor), ()),
}


def errors_with_number(program: str, number: int) -> list[type[ProgramError]]:
    """The errors of a program that show as `Custom(number)`, its own ones first; none for a number without a name.

    Args:
        program: jobs, staking, rewards, pools, nodes, distributor.
        number: the code.

    Raises:
        KeyError: `program` is none of these.
    """
    modules, borrowed = _RAISED[program]
    known = [kind for module in modules for kind in module.ERRORS]
    return [kind for kind in (*known, *borrowed) if kind.number == number]
