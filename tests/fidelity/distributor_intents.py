"""Well-meant calls of the Merkle distributor."""

from typing import Any

from model.addresses import NOS, associated_token_address, claim_status_address, distributor_address
from model.distributor import CLAWBACK_DELAY, VOTES
from solders.pubkey import Pubkey

from fidelity.distributions import FREE_VERSIONS, LENGTHS, root_and_leaves, total
from fidelity.intents import NO_VALUES, Roles, Values, intent
from fidelity.life import Life, NothingFitsError, Wanted

PROGRAM = "merkle_distributor"
Called = tuple[Roles, Values]


def _roles(life: Life, wanted: Wanted | None = None) -> tuple[Roles, Any]:
    address, record = life.record("MerkleDistributor", wanted)
    return {"distributor": address, "from": record.token_vault, "admin": record.admin}, record


def _claim_roles(life: Life, owner: Pubkey, distributor: Pubkey) -> Roles:
    claim = claim_status_address(owner, distributor)
    return {"claimant": owner, "claim_status": claim, "to": associated_token_address(owner)}


def _is_open(life: Life) -> Wanted:
    return lambda record: not record.clawed_back and record.enable_slot == 0 and record.start_ts <= life.clock


@intent(PROGRAM, "new_distributor")
def new_distributor(life: Life) -> Called:
    free = [version for version in FREE_VERSIONS if not life.account(distributor_address(NOS, version)).exists]
    version, admin = life.pick(free or FREE_VERSIONS), life.wallet()
    address = distributor_address(NOS, version)
    start = life.clock - life.pick((0, 1, 10**6))
    end = max(start, life.clock) + life.pick(LENGTHS)
    clawback = end + life.pick((0, CLAWBACK_DELAY - 1, CLAWBACK_DELAY, CLAWBACK_DELAY, CLAWBACK_DELAY))
    roles = {"distributor": address, "token_vault": associated_token_address(address), "admin": admin}
    return roles | {"clawback_receiver": associated_token_address(life.wallet())}, {
        "version": version,
        "root": Pubkey(root_and_leaves(life)[0]),
        "max_total_claim": total(life),
        "max_num_nodes": len(life.wallets),
        "start_vesting_ts": start,
        "end_vesting_ts": end,
        "clawback_start_ts": clawback,
        "enable_slot": 0,
        "closable": life.chance(0.7),
    }


@intent(PROGRAM, "close_distributor")
def close_distributor(life: Life) -> Called:
    roles, record = _roles(life, lambda record: record.closable)
    to = associated_token_address(life.wallet())
    return roles | {"token_vault": record.token_vault, "destination_token_account": to}, NO_VALUES


@intent(PROGRAM, "close_claim_status")
def close_claim_status(life: Life) -> Called:
    _, claim = life.record("ClaimStatus", lambda claim: claim.closable)
    distributor = life.at("MerkleDistributor", claim.distributor)
    if not distributor:
        raise NothingFitsError
    roles = {"distributor": claim.distributor, "admin": distributor.admin}
    return _claim_roles(life, claim.claimant, claim.distributor) | roles, NO_VALUES


@intent(PROGRAM, "set_enable_slot")
def set_enable_slot(life: Life) -> Called:
    return _roles(life)[0], {"enable_slot": life.pick((0, 0, 0, 1, 10**9))}


@intent(PROGRAM, "new_claim")
def new_claim(life: Life) -> Called:
    roles, _ = _roles(life, _is_open(life))
    _, leaves = root_and_leaves(life)
    address = roles["distributor"]
    missing = [owner for owner in leaves if not life.account(claim_status_address(owner, address)).exists]
    owner = life.pick(missing or life.wallets)
    leaf, vote = leaves[owner], associated_token_address(life.pick(VOTES))
    values = {"amount_unlocked": leaf.unlocked, "amount_locked": leaf.locked, "proof": leaf.proof}
    return roles | _claim_roles(life, owner, address) | {"to": vote}, values


@intent(PROGRAM, "claim_locked")
def claim_locked(life: Life) -> Called:
    roles, _ = _roles(life, _is_open(life))
    claims = [claim.claimant for _, claim in life.records("ClaimStatus") if claim.distributor == roles["distributor"]]
    return roles | _claim_roles(life, life.pick(claims or life.wallets), roles["distributor"]), NO_VALUES


@intent(PROGRAM, "clawback")
def clawback(life: Life) -> Called:
    roles, record = _roles(life, lambda record: record.clawback_start_ts <= life.clock and not record.clawed_back)
    return roles | {"to": record.clawback_receiver, "claimant": life.wallet()}, NO_VALUES


@intent(PROGRAM, "set_clawback_receiver")
def set_clawback_receiver(life: Life) -> Called:
    return _roles(life)[0] | {"new_clawback_account": associated_token_address(life.wallet())}, NO_VALUES


@intent(PROGRAM, "set_admin")
def set_admin(life: Life) -> Called:
    return _roles(life)[0] | {"new_admin": life.wallet()}, NO_VALUES
