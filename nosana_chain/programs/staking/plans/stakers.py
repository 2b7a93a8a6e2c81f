"""Plans of token holders: stake, top up, extend, unstake, restake, withdraw, close. Pure."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.program_errors.anchor import AccountNotInitialized
from nosana_chain.bindings.program_errors.staking import Decreased, HasReward
from nosana_chain.engine.looking import look
from nosana_chain.engine.plan import Landed, Plan, Planning, receipt_of
from nosana_chain.errors import AlreadyExistsError, NothingDueError, WrongStateError
from nosana_chain.models.presence import is_there
from nosana_chain.models.receipt import Receipt
from nosana_chain.models.stake import Stake
from nosana_chain.networks import Network
from nosana_chain.programs.amounts import nos_moved
from nosana_chain.programs.nos_accounts import creating, payment_from_purse
from nosana_chain.programs.rewards.instructions import sync_ix
from nosana_chain.programs.rewards.leaving import leaving_ixs
from nosana_chain.programs.rewards.queries import Membership, look_for_membership, membership_addresses, read_membership
from nosana_chain.programs.staking.formulas import due_from, withdrawable
from nosana_chain.programs.staking.instructions import (
    close_ix,
    extend_ix,
    restake_ix,
    stake_ix,
    topup_ix,
    unstake_ix,
    withdraw_ix,
)
from nosana_chain.programs.staking.queries import (
    STAKE,
    StakeWithVault,
    look_for_stake_with_vault,
    read_stake,
    read_stake_with_vault,
    stake_with_vault_addresses,
)
from nosana_chain.programs.staking.results import Restaked, Unstaked, Withdrawn
from nosana_chain.programs.staking.terms import StakeTerms, require_duration
from nosana_chain.units import NosUnits

#: What comes of it when the wallet left the rewards pool between the look and the transaction.
_LEFT_THE_POOL = (AccountNotInitialized,)
#: The same when it left or entered, or its stake was slashed.
_MEMBERSHIP_CHANGED = (AccountNotInitialized, HasReward, Decreased)


def plan_stake(terms: StakeTerms, *, owner: Pubkey, network: Network) -> Planning[Receipt]:
    """Make the wallet's stake."""
    address, purse = pda.stake_address(owner, network=network), pda.nos_account_address(owner, network=network)
    seen = yield from look(address, purse)
    if is_there(seen[address]):
        raise AlreadyExistsError(
            f"{owner} has a stake already, at {address}, and a wallet has one: top it up, or extend it",
            address=str(address),
        )
    payment = payment_from_purse(
        seen[purse],
        owner=owner,
        to=pda.stake_vault_address(owner, network=network),
        amount=terms.amount,
        network=network,
        what="stake",
    )
    staking = stake_ix(authority=owner, amount=terms.amount, duration=terms.duration, network=network)
    return Plan(
        instructions=(staking,),
        payment=payment,
        addresses={"stake": address},
        reads=(address,),
        proof=STAKE.made(network, address, terms.fit),
        result=receipt_of,
    )


def plan_topup(amount: int, *, owner: Pubkey, network: Network) -> Planning[Receipt]:
    """Add to the stake, and to its weight in the rewards pool."""
    purse = pda.nos_account_address(owner, network=network)
    seen = yield from look(*membership_addresses(network, owner), purse)
    member = read_membership(network, owner, seen)
    payment = payment_from_purse(
        seen[purse], owner=owner, to=member.stake.vault, amount=amount, network=network, what="top-up"
    )
    return Plan(
        instructions=(topup_ix(authority=owner, amount=amount, network=network), *_telling(member, network)),
        payment=payment,
        addresses={"stake": member.stake.address},
        plan_anew=_LEFT_THE_POOL,
        result=receipt_of,
    )


def plan_extend(by: int, *, owner: Pubkey, network: Network) -> Planning[Receipt]:
    """Lengthen the stake's duration, and tell the rewards pool its new weight."""
    member = yield from look_for_membership(network, owner)
    require_duration(member.stake.duration + by)
    return Plan(
        instructions=(extend_ix(authority=owner, duration=by, network=network), *_telling(member, network)),
        addresses={"stake": member.stake.address},
        plan_anew=_LEFT_THE_POOL,
        result=receipt_of,
    )


def plan_unstake(*, owner: Pubkey, network: Network) -> Planning[Unstaked]:
    """Claim and leave the rewards pool, and begin to unlock the stake."""
    purse = pda.nos_account_address(owner, network=network)
    seen = yield from look(*membership_addresses(network, owner), purse)
    member = read_membership(network, owner, seen)
    leaving = leaving_ixs(member, network=network)
    preparing = creating(seen[purse], owner=owner, network=network) if leaving else []
    stake = member.stake.address
    return Plan(
        instructions=(*preparing, *leaving, unstake_ix(authority=owner, network=network)),
        addresses={"stake": stake},
        reads=(stake,),
        plan_anew=_MEMBERSHIP_CHANGED,
        result=lambda landed: _unstaked(landed, member, purse, network),
    )


def plan_restake(*, owner: Pubkey, network: Network) -> Planning[Restaked]:
    """Stake again what the vault still holds."""
    stake, held, _ = yield from look_for_stake_with_vault(network, owner)
    if stake.time_unstake is not None and not held:
        raise WrongStateError(
            f"nothing is left in the stake {stake.address} that could be staked again: close it, and stake anew",
            address=str(stake.address),
        )
    return Plan(
        instructions=(restake_ix(authority=owner, network=network),),
        addresses={"stake": stake.address},
        reads=(stake.address,),
        result=lambda landed: _restaked(landed, stake.address, network),
    )


def plan_withdraw(*, owner: Pubkey, network: Network) -> Planning[Withdrawn]:
    """Take out what has unlocked."""
    purse = pda.nos_account_address(owner, network=network)
    seen = yield from look(*stake_with_vault_addresses(network, owner), purse)
    found = read_stake_with_vault(network, owner, seen)
    _require_due(found)
    vault = found.stake.vault
    return Plan(
        instructions=(
            *creating(seen[purse], owner=owner, network=network),
            withdraw_ix(authority=owner, network=network),
        ),
        addresses={"stake": found.stake.address},
        result=lambda landed: Withdrawn(
            receipt=landed.receipt, amount=nos_moved(landed, source=vault, destination=purse)
        ),
    )


def plan_close_stake(*, owner: Pubkey, network: Network) -> Planning[Receipt]:
    """Close the unlocked and empty stake."""
    purse = pda.nos_account_address(owner, network=network)
    seen = yield from look(pda.stake_address(owner, network=network), purse)
    stake = read_stake(network, owner, seen)
    return Plan(
        instructions=(*creating(seen[purse], owner=owner, network=network), close_ix(authority=owner, network=network)),
        addresses={"stake": stake.address},
        result=receipt_of,
    )


def _telling(member: Membership, network: Network) -> list[Instruction]:
    """Tell the rewards pool that a member's stake has become heavier."""
    return [sync_ix(staker=member.stake.authority, network=network)] if member.is_served else []


def _require_due(found: StakeWithVault) -> None:
    """Something can be withdrawn, or the program says better why not: the stake isn't being unstaked."""
    stake, held, clock = found
    if stake.unlocks_at is None or withdrawable(stake, vault_balance=held, now=clock.unix_time):
        return
    due_at = due_from(stake, vault_balance=held, now=clock.unix_time)
    raise NothingDueError(
        f"nothing can be withdrawn from the stake {stake.address} at {clock.unix_time}: {_why(stake, held, due_at)} "
        "(Unix times); nothing was sent",
        address=str(stake.address),
        due_at=due_at,
    )


def _why(stake: Stake, held: int, due_at: int | None) -> str:
    if due_at is None:
        return "all of it was withdrawn, and close_stake brings back its rent"
    if held > stake.amount:
        return f"somebody sent tokens to its vault, which blocks it until all of it unlocks at {due_at}"
    return f"the next base unit unlocks at {due_at}, and all of it at {stake.unlocks_at}"


def _unstaked(landed: Landed, member: Membership, purse: Pubkey, network: Network) -> Unstaked:
    source = pda.rewards_vault_address(network=network)
    claimed = nos_moved(landed, source=source, destination=purse) if member.reward else NosUnits(0)
    stake = _stake_after(landed, member.stake.address, network)
    return Unstaked(receipt=landed.receipt, claimed=claimed, unlocks_at=stake.unlocks_at if stake else None)


def _restaked(landed: Landed, address: Pubkey, network: Network) -> Restaked:
    stake = _stake_after(landed, address, network)
    return Restaked(receipt=landed.receipt, amount=stake.amount if stake else None)


def _stake_after(landed: Landed, address: Pubkey, network: Network) -> Stake | None:
    return STAKE.read_if_any(network, address, landed.accounts.get(address))
