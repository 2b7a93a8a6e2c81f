"""The Merkle distributor, with what is guessed about Nosana's own deployment at its defaults."""

import hashlib

from behaviour.builds import DISTRIBUTOR
from solders.pubkey import Pubkey

from model.addresses import associated_token_address
from model.anchor import (
    ASSOCIATED_TOKEN_FIELD,
    MINT,
    SYSTEM_FIELD,
    TOKEN,
    TOKEN_FIELD,
    UNTYPED,
    Check,
    Context,
    Field,
    Init,
    has_one,
    instruction,
    is_key,
    same,
    signer,
)
from model.checked import I64_MAX, I64_MIN, U64_MAX
from model.errors import Abort, refusal, require
from model.layouts import DISCRIMINATOR_SIZE, encode
from model.merkle import leaf_hash, root_of
from model.runtime import Seeds

START_MILLIONTHS = 500_000
MILLION = 1_000_000
CLAWBACK_DELAY = 86_400  # seconds
VOTES = tuple(
    map(
        Pubkey.from_string,
        ("YessuvqUauj9yW4B3eERcyRLWmQtWpFc2ERKmaedmCE", "NopXntmRdXhYNkoZaNTMUMShJ3aVG5RvwpiyPdd4bMh"),
    )
)

IS_ADMIN = has_one("distributor", "admin", "ConstraintHasOne")
IS_ADMIN_OR_UNAUTHORIZED = is_key("admin", lambda context: context.distributor.admin, "distributor.Unauthorized")
IS_VOTE = (lambda context: context.to.owner in VOTES), "InvalidVote"
IS_CLAIMANTS = (lambda context: context.to.owner == context.keys["claimant"]), "ConstraintTokenOwner"
OF_ITS_MINT = (lambda context: context.to.mint == context.distributor.mint), "ConstraintTokenMint"


def _associated(name: str, mint_of: str) -> tuple[Check, Check]:
    """The account of a field is the distributor's associated token account, of a mint that another field names."""

    def expected(context: Context) -> Pubkey:
        mint = context.distributor.mint if mint_of == "distributor" else context.keys[mint_of]
        return associated_token_address(context.keys["distributor"], mint)

    def owner(context: Context) -> tuple[Pubkey, Pubkey]:
        return context.decoded[name].owner, context.keys["distributor"]

    return same(owner, "ConstraintTokenOwner"), is_key(name, expected, "ConstraintAssociated")


FROM = Field(
    "from",
    TOKEN,
    mut=True,
    derived=_associated("from", "distributor"),
    checks=(is_key("from", lambda context: context.distributor.token_vault, "ConstraintAddress"),),
)


def _claim_seeds(context: Context) -> Seeds:
    return b"ClaimStatus", bytes(context.keys["claimant"]), bytes(context.keys["distributor"])


def _distributor_seeds(context: Context) -> Seeds:
    return b"MerkleDistributor", bytes(context.keys["mint"]), encode("u64", context.args.version)


def _at_its_seeds(context: Context) -> Pubkey:
    return Pubkey.find_program_address(list(_claim_seeds(context)), DISTRIBUTOR)[0]


def _within(value: int, low: int, high: int) -> int:
    """Give the value back, or refuse it when it left its type."""
    if not low <= value <= high:
        raise refusal("ArithmeticError")
    return value


def _u64(value: int) -> int:
    return _within(value, 0, U64_MAX)


def _i64(value: int) -> int:
    return _within(value, I64_MIN, I64_MAX)


def _pay(context: Context, source: str, target: str, amount: int) -> None:
    keys, of = context.keys, context.distributor
    seeds = b"MerkleDistributor", bytes(of.mint), encode("u64", of.version), bytes([of.bump])
    context.frame.transfer_tokens(keys[source], keys[target], keys["distributor"], amount, seeds)


def _vested(context: Context, amount: int) -> int:
    start, end = context.distributor.start_ts, context.distributor.end_ts
    if context.now < start:
        return 0
    if context.now >= end:
        return amount
    return amount * _i64(context.now - start) // _i64(end - start)


def _emit(context: Context, name: str, *fields: tuple[str, object]) -> None:
    discriminator = hashlib.sha256(f"event:{name}".encode()).digest()[:DISCRIMINATOR_SIZE]
    body = b"".join(encode(kind, value) for kind, value in fields)
    context.frame.world.events.append(discriminator + body)


def _require_open(context: Context) -> None:
    require(not context.distributor.clawed_back, "ClaimExpired")
    require(context.distributor.enable_slot <= context.frame.world.slot, "ClaimingIsNotStarted")


@instruction(
    DISTRIBUTOR,
    "new_distributor",
    "version:u64 root:key max_total_claim:u64 max_num_nodes:u64 start_vesting_ts:i64 end_vesting_ts:i64 "
    "clawback_start_ts:i64 enable_slot:u64 closable:bool",
    Field("distributor", "MerkleDistributor", mut=True, init=Init("admin", _distributor_seeds)),
    Field(
        "clawback_receiver",
        TOKEN,
        mut=True,
        checks=(((lambda context: context.clawback_receiver.mint == context.keys["mint"]), "ConstraintTokenMint"),),
    ),
    Field("mint", MINT),
    Field("token_vault", TOKEN, derived=_associated("token_vault", "mint")),
    signer("admin", mut=True),
    SYSTEM_FIELD,
    ASSOCIATED_TOKEN_FIELD,
    TOKEN_FIELD,
)
def new_distributor(context: Context) -> None:
    args, keys, made = context.args, context.keys, context.distributor
    start, end, clawback = args.start_vesting_ts, args.end_vesting_ts, args.clawback_start_ts
    require(end > start, "StartTimestampAfterEnd")
    require(end > context.now, "TimestampsNotInFuture")
    require(clawback > context.now, "TimestampsNotInFuture")
    require(clawback > end, "ClawbackDuringVesting")
    require(clawback >= _i64(end + CLAWBACK_DELAY), "InsufficientClawbackDelay")
    made.bump, made.version, made.root = context.bumps["distributor"], args.version, args.root
    made.mint, made.token_vault = keys["mint"], keys["token_vault"]
    made.clawback_receiver, made.admin = keys["clawback_receiver"], keys["admin"]
    made.max_total_claim, made.max_num_nodes = args.max_total_claim, args.max_num_nodes
    made.start_ts, made.end_ts, made.clawback_start_ts = start, end, clawback
    made.enable_slot, made.closable = args.enable_slot, args.closable


@instruction(
    DISTRIBUTOR,
    "close_distributor",
    "",
    Field(
        "distributor",
        "MerkleDistributor",
        mut=True,
        checks=(
            IS_ADMIN,
            has_one("distributor", "token_vault", "ConstraintHasOne"),
            ((lambda context: context.distributor.closable), "CannotCloseDistributor"),
        ),
        close="admin",
    ),
    Field("token_vault", TOKEN, mut=True),
    signer("admin", mut=True),
    Field("destination_token_account", TOKEN, mut=True),
    TOKEN_FIELD,
)
def close_distributor(context: Context) -> None:
    _pay(context, "token_vault", "destination_token_account", context.token_vault.amount)


@instruction(
    DISTRIBUTOR,
    "close_claim_status",
    "",
    Field(
        "claim_status",
        "ClaimStatus",
        mut=True,
        checks=(
            has_one("claim_status", "claimant", "ConstraintHasOne"),
            has_one("claim_status", "distributor", "ConstraintHasOne"),
            ((lambda context: context.claim_status.closable), "CannotCloseClaimStatus"),
        ),
        close="claimant",
    ),
    Field("claimant", UNTYPED, mut=True),
    signer("admin"),
    Field("distributor", "MerkleDistributor", checks=(IS_ADMIN,)),
)
def close_claim_status(_context: Context) -> None:
    raise Abort


@instruction(
    DISTRIBUTOR,
    "set_enable_slot",
    "enable_slot:u64",
    Field("distributor", "MerkleDistributor", mut=True, checks=(IS_ADMIN,)),
    signer("admin", mut=True),
)
def set_enable_slot(context: Context) -> None:
    context.distributor.enable_slot = context.args.enable_slot


@instruction(
    DISTRIBUTOR,
    "new_claim",
    "amount_unlocked:u64 amount_locked:u64 proof:keys",
    Field("distributor", "MerkleDistributor", mut=True),
    Field("claim_status", "ClaimStatus", mut=True, init=Init("claimant", _claim_seeds)),
    FROM,
    Field("to", TOKEN, mut=True, checks=(IS_VOTE, OF_ITS_MINT)),
    signer("claimant", mut=True),
    TOKEN_FIELD,
    SYSTEM_FIELD,
)
def new_claim(context: Context) -> None:
    of, claim, args, claimant = context.distributor, context.claim_status, context.args, context.keys["claimant"]
    _require_open(context)
    require(of.start_ts <= context.now, "ClaimingIsNotStarted")
    of.num_nodes_claimed = _u64(of.num_nodes_claimed + 1)
    require(of.num_nodes_claimed <= of.max_num_nodes, "MaxNodesExceeded")
    leaf = leaf_hash(claimant, args.amount_unlocked, args.amount_locked)
    require(root_of(leaf, map(bytes, args.proof)) == bytes(of.root), "InvalidProof")
    at_start = args.amount_unlocked * START_MILLIONTHS // MILLION
    claimed = at_start + _vested(context, args.amount_unlocked - at_start)
    forgone = args.amount_unlocked - claimed
    claim.claimant, claim.distributor, claim.closable = claimant, context.keys["distributor"], of.closable
    claim.unlocked_amount, claim.unlocked_amount_claimed = args.amount_unlocked, claimed
    claim.locked_amount = args.amount_locked
    _pay(context, "from", "to", claimed)
    of.total_amount_claimed = _u64(of.total_amount_claimed + claimed)
    of.total_amount_forgone = _u64(of.total_amount_forgone + forgone)
    unchecked = (of.total_amount_claimed + of.total_amount_forgone) & U64_MAX
    require(unchecked <= of.max_total_claim, "ExceededMaxClaim")
    fields = ("key", claimant), ("i64", context.now), ("u64", claimed), ("u64", forgone)
    _emit(context, "NewClaimEvent", *fields)


@instruction(
    DISTRIBUTOR,
    "claim_locked",
    "",
    Field("distributor", "MerkleDistributor", mut=True),
    Field("claim_status", "ClaimStatus", mut=True, derived=(is_key("claim_status", _at_its_seeds, "ConstraintSeeds"),)),
    FROM,
    Field("to", TOKEN, mut=True, checks=(IS_CLAIMANTS,)),
    signer("claimant", mut=True),
    TOKEN_FIELD,
)
def claim_locked(context: Context) -> None:
    of, claim = context.distributor, context.claim_status
    _require_open(context)
    amount = _u64(_vested(context, claim.locked_amount) - claim.locked_amount_withdrawn)
    require(amount > 0, "InsufficientUnlockedTokens")
    _pay(context, "from", "to", amount)
    claim.locked_amount_withdrawn = _u64(claim.locked_amount_withdrawn + amount)
    require(claim.locked_amount_withdrawn <= claim.locked_amount, "ExceededMaxClaim")
    of.total_amount_claimed = _u64(of.total_amount_claimed + amount)
    require(of.total_amount_claimed <= of.max_total_claim, "ExceededMaxClaim")
    _emit(context, "ClaimedEvent", ("key", context.keys["claimant"]), ("u64", amount))


@instruction(
    DISTRIBUTOR,
    "clawback",
    "",
    Field("distributor", "MerkleDistributor", mut=True),
    FROM,
    Field(
        "to",
        TOKEN,
        mut=True,
        checks=(is_key("to", lambda context: context.distributor.clawback_receiver, "ConstraintAddress"),),
    ),
    signer("claimant"),
    SYSTEM_FIELD,
    TOKEN_FIELD,
)
def clawback(context: Context) -> None:
    of = context.distributor
    require(not of.clawed_back, "ClawbackAlreadyClaimed")
    if context.now < of.clawback_start_ts:
        raise refusal("ClawbackBeforeStart")
    _pay(context, "from", "to", context.decoded["from"].amount)
    of.clawed_back = True


@instruction(
    DISTRIBUTOR,
    "set_clawback_receiver",
    "",
    Field("distributor", "MerkleDistributor", mut=True),
    Field(
        "new_clawback_account",
        TOKEN,
        checks=(
            ((lambda context: context.new_clawback_account.mint == context.distributor.mint), "ConstraintTokenMint"),
        ),
    ),
    signer("admin", IS_ADMIN_OR_UNAUTHORIZED, mut=True),
)
def set_clawback_receiver(context: Context) -> None:
    successor = context.keys["new_clawback_account"]
    require(context.distributor.clawback_receiver != successor, "SameClawbackReceiver")
    context.distributor.clawback_receiver = successor


@instruction(
    DISTRIBUTOR,
    "set_admin",
    "",
    Field("distributor", "MerkleDistributor", mut=True),
    signer("admin", IS_ADMIN_OR_UNAUTHORIZED, mut=True),
    Field("new_admin", UNTYPED, mut=True),
)
def set_admin(context: Context) -> None:
    successor = context.keys["new_admin"]
    require(context.distributor.admin != successor, "SameAdmin")
    context.distributor.admin = successor
