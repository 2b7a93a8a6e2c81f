"""Well-meant calls of the pools and nodes programs."""

from typing import Any

from behaviour.call import Account
from model.addresses import (
    AUTHORITY,
    REWARDS_VAULT,
    associated_token_address,
    node_address,
    pool_vault_address,
)
from model.pools import ADD_FEE, TRANSFER
from model.spl_token import ACCOUNT_SIZE, TokenAccount
from solders.pubkey import Pubkey

from fidelity.beginning import EMISSIONS
from fidelity.intents import NO_VALUES, Roles, Values, intent
from fidelity.life import Life, Wanted

POOLS, NODES = "nosana_pools", "nosana_nodes"
Called = tuple[Roles, Values]
COUNTRIES = (528, 840, 4, 894, 231, 999, 0)  # the last three are unknown to the program
TEXTS = ("", "1.2.3", "https://node.example", "ĳ" * 10)


def _pool_roles(life: Life, wanted: Wanted | None = None) -> tuple[Roles, Any]:
    pool, record = life.record("Pool", wanted)
    roles = {"pool": pool, "vault": pool_vault_address(pool), "authority": record.authority}
    user = associated_token_address(record.authority)
    return roles | {"beneficiary": record.beneficiary, "user": user}, record


@intent(POOLS, "open")
def open_pool(life: Life) -> Called:
    pool, claim_type = life.fresh(), life.pick((TRANSFER, ADD_FEE, 2))
    beneficiary = REWARDS_VAULT if claim_type == ADD_FEE else associated_token_address(life.wallet())
    roles = {"pool": pool, "vault": pool_vault_address(pool), "beneficiary": beneficiary, "authority": life.wallet()}
    start_time = life.clock + life.pick((-(10**6), -1, 0, 1, 3_600))
    terms = {"emission": life.pick(EMISSIONS), "claim_type": claim_type, "closeable": life.chance(0.5)}
    return roles, terms | {"start_time": start_time}


@intent(POOLS, "claim_fee")
def claim_fee(life: Life) -> Called:
    return _pool_roles(life, lambda pool: pool.claim_type == ADD_FEE)[0], NO_VALUES


@intent(POOLS, "claim_transfer")
def claim_transfer(life: Life) -> Called:
    return _pool_roles(life, lambda pool: pool.claim_type == TRANSFER)[0], NO_VALUES


@intent(POOLS, "close")
def close_pool(life: Life) -> Called:
    return _pool_roles(life)[0], NO_VALUES


@intent(POOLS, "update_beneficiary")
def update_beneficiary(life: Life) -> Called:
    roles, record = _pool_roles(life, lambda pool: pool.claim_type != ADD_FEE)
    heir = associated_token_address(life.wallet())
    return roles | {"authority": _owner(life.account(record.beneficiary)), "new_beneficiary": heir}, NO_VALUES


def _owner(account: Account) -> Pubkey:
    """Who owns the tokens, or else the account."""
    return TokenAccount.unpack(account.data).owner if len(account.data) == ACCOUNT_SIZE else account.owner


def _specification(life: Life) -> Values:
    numbers = {name: life.pick((1, 8, 65_535)) for name in ("cpu", "gpu", "memory", "iops", "storage")}
    texts = {name: life.pick(TEXTS) for name in ("endpoint", "icon", "version")}
    return numbers | texts | {"architecture_type": life.pick((0, 9)), "country_code": life.pick(COUNTRIES)}


@intent(NODES, "register")
def register(life: Life) -> Called:
    unknown = [owner for owner in life.wallets if not life.at("Node", node_address(owner))]
    owner = life.pick(unknown or life.wallets)
    return {"node": node_address(owner), "payer": life.wallet(), "authority": owner}, _specification(life)


@intent(NODES, "update")
def update_node(life: Life) -> Called:
    node, record = life.record("Node")
    return {"node": node, "authority": record.authority}, _specification(life)


@intent(NODES, "audit")
def audit(life: Life) -> Called:
    return {"node": life.record("Node")[0], "authority": AUTHORITY}, {"audited": life.chance(0.5)}
