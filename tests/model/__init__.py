"""An executable model of the five Nosana programs: what a call does, from their written rules alone.

Not modelled, since no recorded case reaches it: compute limits, native SOL in token accounts, Token-2022, and Metaplex
metadata beyond the collection.
"""

from behaviour.call import Call, Meta, Outcome, State, changes
from solders.pubkey import Pubkey

from model import jobs, nodes, pools, rewards, staking
from model.addresses import RESERVED
from model.anchor import invoke
from model.errors import Failure
from model.runtime import Frame, World

__all__ = ["simulate"]

PROGRAMS = (jobs, staking, rewards, pools, nodes)  # importing them fills the table of instructions


def simulate(call: Call, before: State, fee_divisor: int = 0) -> Outcome:
    """Run a call in the model, as a transaction of its own."""
    world = World(before, call.clock, fee_divisor)
    metas = [Meta(address, s, w and _may_be_written(address, call)) for address, s, w in call.accounts]
    try:
        invoke(Frame(world, call.program, metas), call.data)
    except Failure as failure:
        return Outcome(failure.error, failure.anchor)
    return Outcome(after=changes(before, world.after()))


def _may_be_written(address: Pubkey, call: Call) -> bool:
    return address not in RESERVED and address != call.program
