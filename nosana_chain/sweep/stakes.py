"""The stake of a wallet and its place in the rewards pool: all at addresses that follow from the wallet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from solders.account import Account
from solders.pubkey import Pubkey
from solders.sysvar import CLOCK

from nosana_chain import pda
from nosana_chain.client import NosanaClient
from nosana_chain.engine.looking import Looking, look
from nosana_chain.models.clock import Clock
from nosana_chain.models.pool import ClaimType
from nosana_chain.models.presence import is_there
from nosana_chain.models.rewards import Reward
from nosana_chain.models.token_account import token_balance
from nosana_chain.networks import Network
from nosana_chain.programs.pools.formulas import PoolClaim
from nosana_chain.programs.pools.queries import pool_claim_addresses, read_pool_claim
from nosana_chain.programs.rewards.queries import Membership, membership_addresses, read_membership
from nosana_chain.programs.staking.formulas import Unlocking
from nosana_chain.sweep.findings import Finding, FindingKind, Remark
from nosana_chain.units import Lamports, NosUnits, format_nos

Told = Finding | Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenStake:
    """A stake with its vault and its place in the rewards pool, as of one moment.

    Attributes:
        fees: what a claim of the network's reward-fee pool would do; None where there is no such pool.
        stake_rent: lamports of stake and vault.
        reward_rent: lamports of the membership.
    """

    member: Membership
    unlocking: Unlocking
    fees: PoolClaim | None
    stake_rent: Lamports
    reward_rent: Lamports


def look_at_stake(network: Network, wallet: Pubkey) -> Looking[SeenStake | None]:
    """The wallet's stake; None where it has none. Without a stake nobody is in the rewards pool."""
    vault, fee_pool = pda.stake_vault_address(wallet, network=network), network.reward_fee_pool
    stake, reward, pool = membership_addresses(network, wallet)
    feeding = pool_claim_addresses(network, fee_pool) if fee_pool else ()
    seen = yield from look(stake, reward, pool, vault, CLOCK, *feeding)
    if not is_there(seen[stake]):
        return None
    member = read_membership(network, wallet, seen)
    return SeenStake(
        member=member,
        unlocking=Unlocking(
            stake=member.stake, vault_balance=token_balance(seen[vault]), now=Clock.read(seen[CLOCK]).unix_time
        ),
        fees=read_pool_claim(network, fee_pool, seen) if fee_pool and is_there(seen[fee_pool]) else None,
        stake_rent=Lamports(_rent(seen[stake]) + _rent(seen[vault])),
        reward_rent=Lamports(_rent(seen[reward])),
    )


def told_of_stake(client: NosanaClient, seen: SeenStake) -> Iterator[Told]:
    """What comes of it."""
    if seen.unlocking.has_begun:
        yield _of_unlocking(client, seen)
    if seen.member.reward is not None:
        yield from _of_membership(client, seen, seen.member.reward)


def _rent(account: Account | None) -> int:
    return account.lamports if account else 0


def _of_unlocking(client: NosanaClient, seen: SeenStake) -> Told:
    told, address = seen.unlocking, seen.unlocking.stake.address
    if told.withdrawable:
        return Finding(
            kind=FindingKind.WITHDRAW_STAKE,
            address=address,
            nos=told.withdrawable,
            why=f"so much of it has unlocked, and all of it has at {told.unlocks_at} (Unix time)",
            make=client.stakes.withdraw,
        )
    if told.vault_balance:
        why = f"the next of it unlocks at {told.due_at}, and all of it at {told.unlocks_at} (Unix times)"
        return Remark(address=address, why=why, nos=told.vault_balance, lamports=seen.stake_rent, due_at=told.due_at)
    if told.now < told.closable_at:
        why = f"it is empty, and can be closed at {told.closable_at} (Unix time)"
        return Remark(address=address, why=why, lamports=seen.stake_rent, due_at=told.closable_at)
    return Finding(
        kind=FindingKind.CLOSE_STAKE,
        address=address,
        lamports=seen.stake_rent,
        why="all of it was withdrawn",
        make=client.stakes.close_stake,
    )


def _of_membership(client: NosanaClient, seen: SeenStake, reward: Reward) -> Iterator[Finding]:
    stake, _, pool = seen.member
    pending = pool.pending(reward) if pool else NosUnits(0)
    if pending and stake.xnos >= reward.xnos:
        yield Finding(
            kind=FindingKind.CLAIM_REWARDS,
            address=reward.address,
            nos=pending,
            why="its share of the fees that were added",
            make=client.rewards.claim_rewards,
        )
    elif pending:
        yield Finding(
            kind=FindingKind.SYNC_REWARDS,
            address=reward.address,
            nos=pending,
            why="the stake was slashed: the membership is brought up to date, and can be claimed then",
            make=lambda: client.rewards.sync_rewards(reward.authority),
        )
    if seen.fees:
        yield from _of_fees(client, seen, reward, seen.fees)
    yield Finding(
        kind=FindingKind.LEAVE_REWARDS,
        address=reward.address,
        lamports=seen.reward_rent,
        why="leaving brings back its rent; fees that are added from then on are shared without it"
        if seen.member.is_served
        else "the pool can never pay again",
        on_request=seen.member.is_served,
        make=client.rewards.leave_pool,
    )


def _of_fees(client: NosanaClient, seen: SeenStake, reward: Reward, claim: PoolClaim) -> Iterator[Finding]:
    """Fees that count for nobody until they are claimed."""
    pool = seen.member.pool
    if pool is None or not seen.member.is_served or not claim.paid or claim.pool.claim_type is not ClaimType.ADD_FEE:
        return
    yield Finding(
        kind=FindingKind.SHARE_FEES,
        address=claim.pool.address,
        nos=NosUnits(pool.with_fee(claim.paid).pending(reward) - pool.pending(reward)),
        why=f"{format_nos(claim.paid)} NOS of fees wait to be shared, and so much of them comes to this wallet",
        on_request=True,
        make=lambda: client.pools.claim_pool(claim.pool.address),
    )
