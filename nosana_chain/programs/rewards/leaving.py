"""The way out of the rewards pool that loses nothing."""

from __future__ import annotations

from solders.instruction import Instruction

from nosana_chain.models.rewards import Reward
from nosana_chain.models.stake import Stake
from nosana_chain.networks import Network
from nosana_chain.programs.rewards.instructions import claim_ix, close_ix, sync_ix


def leaving_ixs(stake: Stake, reward: Reward, *, network: Network) -> list[Instruction]:
    """Claim what is due, then close the membership.

    A stake that was slashed since its last claim is synced first: the program refuses its claim otherwise
    (Decreased). A stake already unstaked can't claim any more and can only close.
    """
    owner = reward.authority
    closing = close_ix(authority=owner, network=network)
    if stake.time_unstake is not None:
        return [closing]
    claiming = [claim_ix(authority=owner, network=network), closing]
    return [sync_ix(staker=owner, network=network), *claiming] if stake.xnos < reward.xnos else claiming
