"""Plans in the rewards pool: entering, claiming, keeping up to date, leaving, adding fees. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.program_errors.anchor import AccountNotInitialized
from nosana_chain.bindings.program_errors.staking import Decreased
from nosana_chain.engine.looking import Looking, look
from nosana_chain.engine.plan import Landed, Plan, Planning, Series, receipt_of
from nosana_chain.errors import AlreadyExistsError, NothingDueError
from nosana_chain.models.presence import is_there
from nosana_chain.models.receipt import Receipt
from nosana_chain.models.rewards import Reward, RewardsPool
from nosana_chain.networks import Network
from nosana_chain.programs.amounts import nos_moved
from nosana_chain.programs.nos_accounts import creating, payment_from_purse
from nosana_chain.programs.rewards.instructions import add_fee_ix, claim_ix, enter_ix, init_ix, sync_ix
from nosana_chain.programs.rewards.leaving import leaving_ixs
from nosana_chain.programs.rewards.queries import (
    REWARD,
    Membership,
    look_for_membership,
    membership_addresses,
    not_in_pool,
    read_membership,
    read_rewards_pool,
    require_members,
    require_rate,
)
from nosana_chain.programs.rewards.results import ClaimedRewards

#: Memberships that one sync transaction brings up to date. Eight take 909 bytes with compute budget and mark, of 1,232;
#: twelve would fit, and leave no room for a nonce or another fee payer.
SYNCS_PER_TRANSACTION = 8


def plan_enter_pool(*, owner: Pubkey, network: Network) -> Planning[Receipt]:
    """Join the pool with the wallet's stake."""
    member = yield from look_for_membership(network, owner)
    address = pda.reward_address(owner, network=network)
    if member.reward is not None:
        raise AlreadyExistsError(
            f"{owner} is in the rewards pool already, by {address}, and a wallet enters once", address=str(address)
        )
    return Plan(
        instructions=(enter_ix(authority=owner, network=network),),
        addresses={"reward": address},
        reads=(address,),
        proof=REWARD.made(network, address, lambda reward: reward.authority == owner),
        result=receipt_of,
    )


def plan_claim_rewards(*, owner: Pubkey, network: Network) -> Planning[ClaimedRewards]:
    """Take out what is due."""
    member, purse = yield from _look_for_membership_and_purse(owner, network)
    reward, pool = member.reward, member.pool
    if reward is None or pool is None:
        raise not_in_pool(owner, network=network)
    require_rate(pool)
    if member.stake.xnos >= reward.xnos:  # otherwise the program says better why not: the stake was slashed
        _require_due(pool, reward)
    return Plan(
        instructions=(*creating(purse, owner=owner, network=network), claim_ix(authority=owner, network=network)),
        addresses={"reward": reward.address},
        plan_anew=(AccountNotInitialized,),
        result=partial(_claimed, vault=pool.vault),
    )


def plan_sync_rewards(stakers: Sequence[Pubkey], *, network: Network) -> Planning[list[Receipt]]:
    """Bring memberships up to their stakes' weight."""
    rewards = {pda.reward_address(staker, network=network): staker for staker in stakers}
    seen = yield from look(pda.reflection_address(network=network), *rewards)
    require_rate(read_rewards_pool(network, seen))
    for address, staker in rewards.items():
        if not is_there(seen[address]):
            raise not_in_pool(staker, network=network)
    everybody = list(rewards.values())
    batches = [
        everybody[start : start + SYNCS_PER_TRANSACTION] for start in range(0, len(everybody), SYNCS_PER_TRANSACTION)
    ]
    return Series(plans=tuple(_syncing(batch, network) for batch in batches), result=list)


def plan_leave_pool(*, owner: Pubkey, network: Network) -> Planning[ClaimedRewards]:
    """Claim what is due and leave."""
    member, purse = yield from _look_for_membership_and_purse(owner, network)
    if member.reward is None:
        raise not_in_pool(owner, network=network)
    return Plan(
        instructions=(*creating(purse, owner=owner, network=network), *leaving_ixs(member, network=network)),
        addresses={"reward": member.reward.address},
        plan_anew=(AccountNotInitialized, Decreased),
        result=partial(_claimed, vault=pda.rewards_vault_address(network=network)),
    )


def plan_add_fee(amount: int, *, owner: Pubkey, network: Network) -> Planning[Receipt]:
    """Share NOS of the wallet among the pool's members."""
    purse = pda.nos_account_address(owner, network=network)
    seen = yield from look(pda.reflection_address(network=network), purse)
    pool = read_rewards_pool(network, seen)
    require_members(pool)
    return Plan(
        instructions=(add_fee_ix(authority=owner, amount=amount, network=network),),
        payment=payment_from_purse(seen[purse], owner=owner, to=pool.vault, amount=amount, network=network, what="fee"),
        addresses={"rewards_pool": pool.address},
        result=receipt_of,
    )


def plan_init_pool(*, owner: Pubkey, network: Network) -> Planning[Receipt]:
    """Create the pool and its vault, once per cluster."""
    address = pda.reflection_address(network=network)
    seen = yield from look(address)
    if is_there(seen[address]):
        raise AlreadyExistsError(
            f"{network.name} has its rewards pool already, at {address}, and it is made once", address=str(address)
        )
    return Plan(
        instructions=(init_ix(authority=owner, network=network),),
        addresses={"rewards_pool": address},
        result=receipt_of,
    )


def _look_for_membership_and_purse(owner: Pubkey, network: Network) -> Looking[tuple[Membership, Account | None]]:
    purse = pda.nos_account_address(owner, network=network)
    seen = yield from look(*membership_addresses(network, owner), purse)
    return read_membership(network, owner, seen), seen[purse]


def _require_due(pool: RewardsPool, reward: Reward) -> None:
    if not pool.pending(reward):
        raise NothingDueError(
            f"no rewards are due to {reward.authority}: its share comes with the next fee that is added to the pool; "
            "nothing was sent",
            address=str(reward.address),
            due_at=None,
        )


def _syncing(stakers: Sequence[Pubkey], network: Network) -> Plan[Receipt]:
    return Plan(instructions=tuple(sync_ix(staker=staker, network=network) for staker in stakers), result=receipt_of)


def _claimed(landed: Landed, *, vault: Pubkey) -> ClaimedRewards:
    return ClaimedRewards(receipt=landed.receipt, amount=nos_moved(landed, source=vault))
