"""An executable model of Nosana's programs: what a call does, from their written rules alone.

Not modelled, since no recorded case reaches it: compute limits, native SOL in token accounts, and Token-2022.
"""

from behaviour.call import ABSENT, Account, Call, Meta, Outcome, State, Trace, changes
from solders.pubkey import Pubkey

from model import distributor, jobs, nodes, pools, rewards, staking
from model.addresses import RESERVED, rent_minimum
from model.anchor import invoke
from model.errors import Failure
from model.runtime import Frame, World

__all__ = ["simulate"]

RENT_ERROR = "transaction: InsufficientFundsForRent"
PROGRAMS = (jobs, staking, rewards, pools, nodes, distributor)  # importing them fills the table of instructions


def simulate(call: Call, before: State, fee_divisor: int = 0) -> Outcome:
    """Run a call in the model, as a transaction of its own."""
    world = World(before, call.clock, fee_divisor, call.slot)
    metas = [Meta(address, s, w and _may_be_written(address, call)) for address, s, w in call.accounts]
    try:
        invoke(Frame(world, call.program, metas), call.data)
    except Failure as failure:
        return Outcome(failure.error, failure.anchor, trace=Trace(tuple(world.inner), failure.compared))
    trace = Trace(tuple(world.inner))
    after = changes(before, world.after())
    if not all(_may_end_as(before.get(address, ABSENT), account) for address, account in after.items()):
        return Outcome(RENT_ERROR, trace=trace)
    return Outcome(after=after, events=tuple(world.events), trace=trace)


def _may_end_as(old: Account, new: Account) -> bool:
    """A transaction may not leave less than the rent minimum behind, except where as little stood before."""
    if not new.exists or new.lamports >= rent_minimum(len(new.data)):
        return True
    was_short = old.exists and old.lamports < rent_minimum(len(old.data))
    return was_short and len(old.data) == len(new.data) and new.lamports <= old.lamports


def _may_be_written(address: Pubkey, call: Call) -> bool:
    return address not in RESERVED and address != call.program
