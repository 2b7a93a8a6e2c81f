"""Every action of stakers, members, pools, nodes and distributors, on a cluster where it can be done."""

from collections.abc import Callable
from typing import Any, NamedTuple

from seeing import WALLET, program_account, token_account
from solders.account import Account
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.distributor.accounts import ClaimStatus, MerkleDistributor
from nosana_chain.bindings.nodes.accounts import NodeAccount
from nosana_chain.bindings.pools.accounts import PoolAccount
from nosana_chain.bindings.rewards.accounts import ReflectionAccount, RewardAccount
from nosana_chain.bindings.staking.accounts import SettingsAccount, StakeAccount
from nosana_chain.engine.action import Action
from nosana_chain.engine.engine import Engine
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.distributor import instructions as distributor_ix
from nosana_chain.programs.distributor.actions import DistributorAdmin, Distributors
from nosana_chain.programs.distributor.merkle import Leaf, MerkleTree
from nosana_chain.programs.distributor.terms import DistributorTerms
from nosana_chain.programs.distributor.votes import Vote
from nosana_chain.programs.nodes import instructions as nodes_ix
from nosana_chain.programs.nodes.actions import Nodes
from nosana_chain.programs.nodes.terms import NodeSpec
from nosana_chain.programs.nos_accounts import create_nos_account_ix
from nosana_chain.programs.pools import instructions as pools_ix
from nosana_chain.programs.pools.actions import Pools
from nosana_chain.programs.rewards import instructions as rewards_ix
from nosana_chain.programs.rewards.actions import Rewards
from nosana_chain.programs.staking import instructions as staking_ix
from nosana_chain.programs.staking.actions import Stakes, StakingAuthority
from nosana_chain.programs.token_accounts import close_token_account_ix, create_token_account_ix, transfer_ix
from nosana_chain.programs.tokens.actions import Tokens
from nosana_chain.programs.transactions import Transactions
from nosana_chain.units import DAY

ME = WALLET.address
NOW = 1_700_000_000
MINE: dict[str, Any] = {"authority": ME, "network": LOCALNET}
NOS = LOCALNET.nos_mint
OTHER, POOL = Pubkey(b"o" * 32), Pubkey(b"p" * 32)
STAKE, STAKE_VAULT, REWARD, PURSE, NODE = (
    find(ME, network=LOCALNET)
    for find in (
        pda.stake_address,
        pda.stake_vault_address,
        pda.reward_address,
        pda.nos_account_address,
        pda.node_address,
    )
)
REFLECTION, REWARDS_VAULT, SETTINGS = (
    find(network=LOCALNET) for find in (pda.reflection_address, pda.rewards_vault_address, pda.settings_address)
)
POOL_VAULT = pda.pool_vault_address(POOL, network=LOCALNET)
SPEC = NodeSpec(architecture=1, country=528, cpu=1, gpu=1, memory=1, iops=1, storage=1)
TREE = MerkleTree(
    [Leaf(claimant=ME, unlocked_amount=1_000, locked_amount=300), Leaf(claimant=OTHER, unlocked_amount=1)]
)
TERMS = DistributorTerms.for_tree(
    TREE, version=1, start_ts=NOW - 10, end_ts=NOW - 5, clawback_start_ts=NOW + DAY, closable=True
)
NEW_TERMS = DistributorTerms.for_tree(
    TREE, version=2, start_ts=NOW - 10, end_ts=NOW - 5, clawback_start_ts=NOW + DAY, closable=True
)
DISTRIBUTOR, NEW = (pda.distributor_address(NOS, version=version, network=LOCALNET) for version in (1, 2))
STATUS = pda.claim_status_address(ME, distributor=DISTRIBUTOR, network=LOCALNET)
HELD = {owner: pda.token_account_address(owner, mint=NOS) for owner in (OTHER, DISTRIBUTOR, NEW, Vote.YES.value)}


def tokens(owner: Pubkey, amount: int) -> Account:
    return token_account(mint=NOS, owner=owner, amount=amount)


def stake(**changed: Any) -> dict[Pubkey, Account]:
    fields = {"amount": 1_000, "duration": 14 * DAY, "time_unstake": 0, "vault": STAKE_VAULT, "xnos": 1_115} | changed
    account = StakeAccount(authority=ME, vault_bump=255, **fields)
    return {STAKE: program_account(account, LOCALNET.programs.staking), STAKE_VAULT: tokens(STAKE_VAULT, 1_000)}


UNSTAKED = stake(time_unstake=NOW - 20 * DAY, xnos=0)
REWARDS_POOL = {
    REFLECTION: program_account(
        ReflectionAccount(rate=40, total_reflection=1, total_xnos=1, vault=REWARDS_VAULT, vault_bump=255),
        LOCALNET.programs.rewards,
    )
}
MEMBER = {
    REWARD: program_account(
        RewardAccount(authority=ME, bump=255, reflection=1_115 * 50, xnos=1_115), LOCALNET.programs.rewards
    )
}
THE_SETTINGS = {
    SETTINGS: program_account(SettingsAccount(authority=ME, token_account=OTHER), LOCALNET.programs.staking)
}
A_POOL = {
    POOL: program_account(
        PoolAccount(
            authority=ME,
            beneficiary=OTHER,
            claim_type=0,
            claimed_tokens=0,
            closeable=True,
            emission=1,
            start_time=NOW - 60,
            vault=POOL_VAULT,
            vault_bump=255,
        ),
        LOCALNET.programs.pools,
    ),
    POOL_VAULT: tokens(POOL_VAULT, 1_000),
}
A_NODE = {
    NODE: program_account(
        NodeAccount(
            authority=ME,
            audited=False,
            architecture=1,
            country=528,
            cpu=1,
            gpu=1,
            memory=1,
            iops=1,
            storage=1,
            endpoint="",
            icon="",
            version="",
        ),
        LOCALNET.programs.nodes,
    )
}
A_DISTRIBUTOR = {
    DISTRIBUTOR: program_account(
        MerkleDistributor(
            bump=255,
            version=1,
            root=list(TREE.root),
            mint=NOS,
            token_vault=HELD[DISTRIBUTOR],
            max_total_claim=TREE.total,
            max_num_nodes=2,
            total_amount_claimed=0,
            total_amount_forgone=0,
            num_nodes_claimed=0,
            start_ts=TERMS.start_ts,
            end_ts=TERMS.end_ts,
            clawback_start_ts=TERMS.clawback_start_ts,
            clawback_receiver=OTHER,
            admin=ME,
            clawed_back=False,
            enable_slot=0,
            closable=True,
            buffer0=[0] * 32,
            buffer1=[0] * 32,
            buffer2=[0] * 32,
        ),
        LOCALNET.programs.distributor,
    )
}
CLAIMED = {
    STATUS: program_account(
        ClaimStatus(
            claimant=ME,
            locked_amount=300,
            locked_amount_withdrawn=0,
            unlocked_amount=1_000,
            unlocked_amount_claimed=1_000,
            closable=True,
            distributor=DISTRIBUTOR,
        ),
        LOCALNET.programs.distributor,
    )
}


def creating(owner: Pubkey) -> Instruction:
    return create_token_account_ix(owner=owner, mint=NOS, payer=ME)


class Call(NamedTuple):
    """An action.

    Attributes:
        accounts: what is on the cluster, beside the wallet's NOS account and the clock.
        make: the call.
        signs: the instructions that it must sign.
        pays: where a program moves the wallet's tokens; None where none does.
    """

    accounts: dict[Pubkey, Account]
    make: Callable[[Engine], Action[Any]]
    signs: list[Instruction]
    pays: Pubkey | None = None


CASES: dict[str, Call] = {
    "stake": Call(
        {},
        lambda engine: Stakes(engine).stake(5, duration=14 * DAY),
        [staking_ix.stake_ix(amount=5, duration=14 * DAY, **MINE)],
        STAKE_VAULT,
    ),
    "topup": Call(
        stake(), lambda engine: Stakes(engine).topup(5), [staking_ix.topup_ix(amount=5, **MINE)], STAKE_VAULT
    ),
    "extend": Call(stake(), lambda engine: Stakes(engine).extend(by=5), [staking_ix.extend_ix(duration=5, **MINE)]),
    "unstake": Call(stake(), lambda engine: Stakes(engine).unstake(), [staking_ix.unstake_ix(**MINE)]),
    "restake": Call(UNSTAKED, lambda engine: Stakes(engine).restake(), [staking_ix.restake_ix(**MINE)]),
    "withdraw": Call(UNSTAKED, lambda engine: Stakes(engine).withdraw(), [staking_ix.withdraw_ix(**MINE)]),
    "close_stake": Call(UNSTAKED, lambda engine: Stakes(engine).close_stake(), [staking_ix.close_ix(**MINE)]),
    "init_settings": Call(
        {},
        lambda engine: StakingAuthority(engine).init_settings(),
        [staking_ix.init_ix(**MINE)],
    ),
    "slash": Call(
        stake() | THE_SETTINGS,
        lambda engine: StakingAuthority(engine).slash(ME, amount=5),
        [staking_ix.slash_ix(staker=ME, amount=5, token_account=OTHER, **MINE)],
    ),
    "update_settings": Call(
        THE_SETTINGS,
        lambda engine: StakingAuthority(engine).update_settings(authority=OTHER, token_account=PURSE),
        [staking_ix.update_settings_ix(new_authority=OTHER, token_account=PURSE, **MINE)],
    ),
    "enter_pool": Call(
        stake() | REWARDS_POOL,
        lambda engine: Rewards(engine).enter_pool(),
        [rewards_ix.enter_ix(**MINE)],
    ),
    "claim_rewards": Call(
        stake() | REWARDS_POOL | MEMBER,
        lambda engine: Rewards(engine).claim_rewards(),
        [rewards_ix.claim_ix(**MINE)],
    ),
    "sync_rewards": Call(
        REWARDS_POOL | MEMBER,
        lambda engine: Rewards(engine).sync_rewards(),
        [rewards_ix.sync_ix(staker=ME, network=LOCALNET)],
    ),
    "sync_rewards of one who is named twice": Call(
        REWARDS_POOL | MEMBER,
        lambda engine: Rewards(engine).sync_rewards(ME, ME),
        [rewards_ix.sync_ix(staker=ME, network=LOCALNET)],
    ),
    "leave_pool": Call(
        stake() | REWARDS_POOL | MEMBER,
        lambda engine: Rewards(engine).leave_pool(),
        [rewards_ix.claim_ix(**MINE), rewards_ix.close_ix(**MINE)],
    ),
    "add_fee": Call(
        REWARDS_POOL,
        lambda engine: Rewards(engine).add_fee(5),
        [rewards_ix.add_fee_ix(amount=5, **MINE)],
        REWARDS_VAULT,
    ),
    "init_pool": Call({}, lambda engine: Rewards(engine).init_pool(), [rewards_ix.init_ix(**MINE)]),
    "fund_pool": Call(
        A_POOL,
        lambda engine: Pools(engine).fund_pool(POOL, amount=5),
        [transfer_ix(source=PURSE, target=POOL_VAULT, owner=ME, amount=5)],
    ),
    "claim_pool": Call(
        A_POOL | REWARDS_POOL,
        lambda engine: Pools(engine).claim_pool(POOL),
        [pools_ix.claim_transfer_ix(pool=POOL, beneficiary=OTHER, **MINE)],
    ),
    "close_pool": Call(
        A_POOL,
        lambda engine: Pools(engine).close_pool(POOL),
        [creating(ME), pools_ix.close_pool_ix(pool=POOL, user=PURSE, **MINE)],
    ),
    "change_beneficiary": Call(
        A_POOL,
        lambda engine: Pools(engine).change_beneficiary(POOL, to=OTHER),
        [
            creating(OTHER),
            pools_ix.update_beneficiary_ix(pool=POOL, beneficiary=OTHER, new_beneficiary=HELD[OTHER], **MINE),
        ],
    ),
    "register_node": Call(
        {},
        lambda engine: Nodes(engine).register_node(SPEC),
        [nodes_ix.register_node_ix(spec=SPEC, **MINE)],
    ),
    "update_node": Call(
        A_NODE,
        lambda engine: Nodes(engine).update_node(gpu=1),
        [nodes_ix.update_node_ix(spec=SPEC, **MINE)],
    ),
    "audit_node": Call(
        A_NODE,
        lambda engine: Nodes(engine).audit_node(host=ME),
        [nodes_ix.audit_node_ix(host=ME, audited=True, **MINE)],
    ),
    "claim_unlocked": Call(
        A_DISTRIBUTOR,
        lambda engine: Distributors(engine).claim_unlocked(DISTRIBUTOR, proof=TREE.prove(ME), vote=Vote.YES),
        [
            creating(Vote.YES.value),
            distributor_ix.new_claim_ix(
                distributor=DISTRIBUTOR, mint=NOS, proof=TREE.prove(ME), to=HELD[Vote.YES.value], network=LOCALNET
            ),
        ],
    ),
    "claim_locked": Call(
        A_DISTRIBUTOR | CLAIMED,
        lambda engine: Distributors(engine).claim_locked(DISTRIBUTOR),
        [
            creating(ME),
            distributor_ix.claim_locked_ix(distributor=DISTRIBUTOR, mint=NOS, claimant=ME, network=LOCALNET),
        ],
    ),
    "create_distributor": Call(
        {},
        lambda engine: DistributorAdmin(engine).create_distributor(NEW_TERMS, mint=NOS, deposit=5),
        [
            creating(NEW),
            creating(ME),
            distributor_ix.new_distributor_ix(
                mint=NOS, terms=NEW_TERMS, clawback_receiver=PURSE, admin=ME, network=LOCALNET
            ),
            transfer_ix(source=PURSE, target=HELD[NEW], owner=ME, amount=5),
        ],
    ),
    "set_enable_slot": Call(
        A_DISTRIBUTOR,
        lambda engine: DistributorAdmin(engine).set_enable_slot(DISTRIBUTOR, slot=5),
        [distributor_ix.set_enable_slot_ix(distributor=DISTRIBUTOR, enable_slot=5, admin=ME, network=LOCALNET)],
    ),
    "set_clawback_receiver": Call(
        A_DISTRIBUTOR,
        lambda engine: DistributorAdmin(engine).set_clawback_receiver(DISTRIBUTOR, to=OTHER),
        [
            creating(OTHER),
            distributor_ix.set_clawback_receiver_ix(
                distributor=DISTRIBUTOR, new_clawback_account=HELD[OTHER], admin=ME, network=LOCALNET
            ),
        ],
    ),
    "set_admin": Call(
        A_DISTRIBUTOR,
        lambda engine: DistributorAdmin(engine).set_admin(DISTRIBUTOR, to=OTHER),
        [distributor_ix.set_admin_ix(distributor=DISTRIBUTOR, admin=ME, new_admin=OTHER, network=LOCALNET)],
    ),
    "claw_back": Call(
        A_DISTRIBUTOR,
        lambda engine: DistributorAdmin(engine).claw_back(DISTRIBUTOR),
        [distributor_ix.clawback_ix(distributor=DISTRIBUTOR, mint=NOS, to=OTHER, claimant=ME, network=LOCALNET)],
    ),
    "close_distributor": Call(
        A_DISTRIBUTOR,
        lambda engine: DistributorAdmin(engine).close_distributor(DISTRIBUTOR),
        [
            creating(ME),
            distributor_ix.close_distributor_ix(
                distributor=DISTRIBUTOR, mint=NOS, destination_token_account=PURSE, admin=ME, network=LOCALNET
            ),
        ],
    ),
    "close_claim_status": Call(
        CLAIMED,
        lambda engine: DistributorAdmin(engine).close_claim_status(DISTRIBUTOR, claimant=ME),
        [distributor_ix.close_claim_status_ix(distributor=DISTRIBUTOR, claimant=ME, admin=ME, network=LOCALNET)],
    ),
    "close_token_account": Call(
        {HELD[OTHER]: tokens(ME, 0)},
        lambda engine: Tokens(engine).close_token_account(HELD[OTHER]),
        [close_token_account_ix(account=HELD[OTHER], to=ME, closer=ME)],
    ),
    "send": Call(
        {},
        lambda engine: Transactions(engine).send([create_nos_account_ix(owner=OTHER, payer=ME, network=LOCALNET)]),
        [creating(OTHER)],
    ),
}
