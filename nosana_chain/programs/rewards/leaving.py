"""The way out of the rewards pool that loses nothing."""

from __future__ import annotations

from solders.instruction import Instruction

from nosana_chain.networks import Network
from nosana_chain.programs.rewards.instructions import claim_ix, close_ix, sync_ix
from nosana_chain.programs.rewards.queries import Membership


def leaving_ixs(member: Membership, *, network: Network) -> list[Instruction]:
    """Claim what is due, then close the membership; nothing for a staker who isn't in the pool.

    A stake that was slashed since its last claim is synced first: the program refuses its claim otherwise
    (Decreased). A stake already unstaked can't claim any more and can only close; nor can anybody claim from a pool
    whose rate fell to 0, where the program aborts.
    """
    stake, reward, _ = member
    if reward is None:
        return []
    owner = reward.authority
    closing = close_ix(authority=owner, network=network)
    if stake.time_unstake is not None or not member.is_served:
        return [closing]
    claiming = [claim_ix(authority=owner, network=network), closing]
    return [sync_ix(staker=owner, network=network), *claiming] if stake.xnos < reward.xnos else claiming
