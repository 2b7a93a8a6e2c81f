"""How a life begins: the mint, wallets with tokens, markets, stakes in every state and a rewards pool."""

from collections.abc import Callable, Iterator
from typing import Any

from behaviour.builds import JOBS, POOLS, REWARDS, STAKING
from behaviour.call import SYSTEM_PROGRAM, Account
from model.addresses import (
    AUTHORITY,
    NOS,
    REFLECTION,
    REWARDS_VAULT,
    SETTINGS,
    SLASH_ACCOUNT,
    associated_token_address,
    derive,
    metadata_address,
    node_address,
    stake_address,
)
from model.checked import U64_MAX, U128_MAX
from model.jobs.metadata import LAST_STANDARD, LAST_USE_METHOD, Uses
from model.jobs.shared import EMPTY_QUEUE, JOBS_QUEUE, NODES_QUEUE, UNKNOWN_JOB_TYPE
from model.pools import ADD_FEE, TRANSFER
from model.rewards import INITIAL_RATE, NOS_SUPPLY
from model.spl_token import FROZEN
from model.staking import DURATION_MAXIMUM, DURATION_MINIMUM, xnos
from model.states import metadata_account, mint_account, program_account, token_account, wallet
from solders.pubkey import Pubkey

from fidelity.distributions import distributions
from fidelity.life import Life

Placed = Iterator[tuple[Pubkey, Account]]

FOREIGN_MINT = Pubkey(b"a mint that is not NOS".ljust(32, b"."))
MINTS = (*(NOS,) * 15, FOREIGN_MINT)
COLLECTION = Pubkey(b"collection of access keys".ljust(32, b"."))
QUEUE_CAPACITY = 314
ABSENT_CHANCE = 0.3  # then a call of `init` makes it
EMISSIONS = (0, 1, 1_000, 1_000_000)
PRICES = (0, 0, 1, 7, 100, 1_000_000)
RATES = (INITIAL_RATE, INITIAL_RATE, INITIAL_RATE, 0, 1, 1_000_003, INITIAL_RATE // 7, U128_MAX)


def begin(life: Life) -> None:
    """Put the accounts of the beginning in place."""
    for placed in (_tokens, _access_tokens, _stakes, _pool, _markets, _steady_pools, _nodes, distributions):
        life.apply(dict(placed(life)))


def _tokens(life: Life) -> Placed:
    yield NOS, mint_account(NOS_SUPPLY)
    yield FOREIGN_MINT, mint_account(NOS_SUPPLY)
    yield SLASH_ACCOUNT, token_account(AUTHORITY)
    if not life.chance(ABSENT_CHANCE):
        yield SETTINGS, program_account("Settings", authority=AUTHORITY, token_account=SLASH_ACCOUNT)
    for owner in life.wallets:
        yield owner, wallet()
        yield associated_token_address(owner), token_account(owner, life.random.randrange(10**13))
        yield life.fresh(), token_account(owner, life.random.randrange(10**9))
        yield life.fresh(), token_account(owner, 10**9, FOREIGN_MINT)
        yield life.fresh(), token_account(owner, 10**9, state=FROZEN)


def _access_tokens(life: Life) -> Placed:
    memberships = ((COLLECTION, True), (COLLECTION, True), (COLLECTION, False), (FOREIGN_MINT, True), (None, True))
    for owner, (collection, verified) in zip(life.wallets, memberships, strict=False):
        mint = life.fresh()
        yield life.fresh(), token_account(owner, life.pick((1, 1, 1, 0)), mint)
        traits = access_traits(life.pick)
        yield metadata_address(mint), metadata_account(mint, collection, verified=verified, **traits)


def access_traits(pick: Callable[[Any], Any]) -> dict[str, Any]:
    """Traits that the metadata of a good access token may have."""
    return {
        "creators": pick((None, (), (FOREIGN_MINT,), (FOREIGN_MINT, COLLECTION))),
        "nonce": pick((None, 0, 255)),
        "standard": pick((None, 0, LAST_STANDARD)),
        "uses": pick((None, Uses(), Uses(LAST_USE_METHOD, 0, U64_MAX))),
    }


def _stakes(life: Life) -> Placed:
    for owner in life.wallets[1:]:
        amount = life.pick((0, 1, 10**6, 10**12))
        duration = life.pick((DURATION_MINIMUM, DURATION_MAXIMUM, 10**7))
        unstaked = life.pick((0, 0, 0, 0, life.clock - 10**6, life.clock - duration))
        vault, bump = derive(STAKING, b"vault", bytes(NOS), bytes(owner))
        yield vault, token_account(vault, life.pick((amount, amount, amount, amount // 2, 0, amount + 1)))
        yield (
            stake_address(owner),
            program_account(
                "Stake",
                amount=amount,
                authority=owner,
                duration=duration,
                time_unstake=unstaked,
                vault=vault,
                vault_bump=bump,
                xnos=0 if unstaked else xnos(amount, duration),
            ),
        )


def _pool(life: Life) -> Placed:
    if life.chance(ABSENT_CHANCE):
        return
    rate, total_xnos, total_reflection = life.pick(RATES), 0, 0
    for _, stake in life.records("Stake"):
        reflection = stake.xnos * rate
        if not stake.time_unstake and total_reflection + reflection <= U128_MAX and life.chance(0.5):
            total_xnos, total_reflection = total_xnos + stake.xnos, total_reflection + reflection
            yield _reward(stake.authority, reflection, stake.xnos)
    vault, bump = derive(REWARDS, bytes(NOS))
    totals = {"total_xnos": total_xnos, "total_reflection": total_reflection}
    yield vault, token_account(vault, life.pick((0, 10**6, 10**12, 10**12, 10**12, U64_MAX)))
    yield REFLECTION, program_account("Reflection", rate=rate, vault=vault, vault_bump=bump, **totals)


def _reward(owner: Pubkey, reflection: int, of_xnos: int) -> tuple[Pubkey, Account]:
    address, bump = derive(REWARDS, b"reward", bytes(owner))
    return address, program_account("Reward", authority=owner, bump=bump, reflection=reflection, xnos=of_xnos)


def _markets(life: Life) -> Placed:
    for job_type in (0, 1, 2, 3, 4, UNKNOWN_JOB_TYPE, 7):
        yield from _market(life, job_type, EMPTY_QUEUE, [])
    crowd = [life.fresh() for _ in range(life.pick((1, QUEUE_CAPACITY - 1, QUEUE_CAPACITY)))]
    yield from _market(life, 0, JOBS_QUEUE, crowd)
    hosts = life.random.sample(life.wallets, 3)
    yield from _market(life, 0, NODES_QUEUE, [*hosts, *crowd[: QUEUE_CAPACITY - len(hosts)]])


def _market(life: Life, job_type: int, queue_type: int, queue: list[Pubkey]) -> Placed:
    address = life.fresh()
    vault, bump = derive(JOBS, bytes(address), bytes(NOS))
    yield vault, token_account(vault, life.pick((0, 10**12)))
    yield (
        address,
        program_account(
            "Market",
            authority=life.wallet(),
            job_expiration=life.pick((0, 60, 86_400)),
            job_price=life.pick(PRICES),
            job_timeout=3_600,
            job_type=job_type,
            vault=vault,
            vault_bump=bump,
            node_access_key=life.pick((SYSTEM_PROGRAM, SYSTEM_PROGRAM, SYSTEM_PROGRAM, COLLECTION)),
            node_xnos_minimum=life.pick((0, 0, 10**6, 10**12)),
            queue_type=queue_type,
            queue=queue,
        ),
    )


def _steady_pools(life: Life) -> Placed:
    """Pools of the pools program, which release tokens at a steady rate."""
    for claim_type in (TRANSFER, TRANSFER, ADD_FEE, ADD_FEE):
        address = life.fresh()
        vault, bump = derive(POOLS, b"vault", bytes(address))
        yield vault, token_account(vault, life.pick((0, 999, 10**9, 10**12)))
        yield (
            address,
            program_account(
                "Pool",
                authority=life.wallet(),
                beneficiary=REWARDS_VAULT if claim_type == ADD_FEE else associated_token_address(life.wallet()),
                claim_type=claim_type,
                claimed_tokens=life.pick((0, 0, 1, 10**6)),
                closeable=life.chance(0.5),
                emission=life.pick(EMISSIONS),
                start_time=life.clock - life.pick((-3_600, 0, 1, 10**6)),
                vault=vault,
                vault_bump=bump,
            ),
        )


def _nodes(life: Life) -> Placed:
    for owner in life.random.sample(life.wallets, 2):
        yield node_address(owner), program_account("Node", authority=owner, endpoint="https://node.example")
