"""What several instructions of the jobs program share: states, constraints, the queue, money."""

from collections.abc import Callable
from typing import Any

from behaviour.builds import JOBS
from behaviour.call import SYSTEM_PROGRAM
from solders.pubkey import Pubkey

from model.addresses import MARKET_ADMIN, associated_token_address
from model.anchor import TOKEN, UNTYPED, Check, Context, Field, Init, has_one, is_key, signer, stores
from model.checked import u64
from model.cpi import add_fee
from model.errors import Abort, refusal
from model.layouts import ALLOCATED, Record
from model.runtime import Seeds

QUEUED, RUNNING, DONE, STOPPED = range(4)  # a running job is stored as QUEUED
JOBS_QUEUE, NODES_QUEUE, EMPTY_QUEUE = 0, 1, 255
UNKNOWN_JOB_TYPE = 255
NO_RESULT = Pubkey.default()

MARKET_OWNER = has_one("market", "authority", "Unauthorized")
MARKET_VAULT = has_one("market", "vault", "InvalidVault")
JOB_MARKET = has_one("job", "market", "InvalidMarketAccount")
JOB_PAYER = has_one("job", "payer", "InvalidPayer")
JOB_PROJECT = stores("job", "project", "authority", "Unauthorized")
RUN_JOB = has_one("run", "job", "InvalidJobAccount")
RUN_PAYER = has_one("run", "payer", "InvalidPayer")
RUN_NODE = stores("run", "node", "authority", "Unauthorized")

PAYER = Field("payer", UNTYPED, mut=True)
USER = Field("user", TOKEN, mut=True)
VAULT = Field("vault", TOKEN, mut=True)
ADMIN = signer("authority", is_key("authority", MARKET_ADMIN, "Unauthorized"))
NEW_JOB = Field("job", "Job", mut=True, init=Init("payer"))
NEW_RUN = Field("run", "Run", mut=True, init=Init("payer"))
SPARE_RUN = Field(
    "run",
    UNTYPED,
    mut=True,
    checks=(
        ((lambda context: context.frame.signs(context.keys["run"])), "MissingSignature"),
        ((lambda context: context.cell("run").lamports == 0), "LamportsNonNull"),
    ),
)


def job_state(state: int) -> Check:
    """The job is in one state."""
    return (lambda context: context.job.state == state), "JobInWrongState"


def market_queue(kind: int) -> Check:
    """The market's queue holds one kind of keys."""
    return (lambda context: context.market.queue_type == kind), "MarketInWrongState"


def free_or_ata(
    name: str, owner: Callable[[Context], Pubkey], price: Callable[[Context], int] = lambda context: context.job.price
) -> Check:
    """Nothing is paid, or a field is the usual token account of its owner."""
    return (
        lambda context: price(context) == 0 or context.keys[name] == associated_token_address(owner(context))
    ), "InvalidATA"


def payer_key(context: Context) -> Pubkey:
    """The address in the field `payer`."""
    return context.keys["payer"]


def enqueue(market: Any, key: Pubkey, kind: int) -> None:
    """Append a key to the queue, unless the market takes none."""
    if market.job_type == UNKNOWN_JOB_TYPE:
        return
    if market.queue_type == EMPTY_QUEUE:
        market.queue_type = kind
    market.queue.append(key)


def dequeue(market: Any) -> Pubkey:
    """Take the first key off the queue."""
    if not market.queue:
        raise Abort
    first: Pubkey = market.queue[0]
    remove(market, first)
    return first


def remove(market: Any, key: Pubkey) -> None:
    """Take a key out of the queue, wherever it stands."""
    if key not in market.queue:
        raise refusal("NotInMarketQueue")
    market.queue.remove(key)
    if not market.queue:
        market.queue_type = EMPTY_QUEUE


def start_spare_run(context: Context, job: Pubkey, node: Pubkey) -> None:
    """Create the run account that list and work bring along, for a match."""
    payer, run = context.keys["payer"], context.keys["run"]
    context.frame.create_account(payer, run, ALLOCATED["Run"], owner=JOBS)
    record = Record.zero("Run", job=job, node=node, payer=payer, time=context.now)
    context.cell("run").data = record.allocated()


def fill_run(context: Context, node: Pubkey) -> None:
    """Fill a run account that Anchor created."""
    run, keys = context.run, context.keys
    run.job, run.node, run.payer, run.time = keys["job"], node, keys["payer"], context.now


def price_of(price: int, seconds: int) -> int:
    """The base units for some time: a negative time aborts, unless it costs nothing."""
    return u64(price * u64(seconds)) if price else 0


def pay_in(context: Context, price: int, seconds: int) -> None:
    """Take a deposit for some time into the vault, and the network fee of the build on top of it."""
    if price == 0:
        return
    keys, deposit = context.keys, price_of(price, seconds)
    context.frame.transfer_tokens(keys["user"], keys["vault"], keys["payer"], deposit)
    divisor = context.frame.world.fee_divisor
    fee = deposit // divisor if divisor else 0
    if fee:
        add_fee(context, "user", "payer", fee)


def pay_out(context: Context, target: str, amount: int) -> None:
    """Pay from the vault."""
    vault = context.keys["vault"]
    context.frame.transfer_tokens(vault, context.keys[target], vault, amount, vault_seeds(context))


def vault_seeds(context: Context) -> Seeds:
    """The seeds that the vault signs with."""
    return bytes(context.keys["market"]), bytes(context.vault.mint), bytes([context.market.vault_bump])


def is_open_market(context: Context) -> bool:
    """The market asks for no access key."""
    return bool(context.market.node_access_key == SYSTEM_PROGRAM)
