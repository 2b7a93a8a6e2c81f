"""The checks that Anchor makes around a handler, in its order, from one table of fields an instruction."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, NamedTuple

from behaviour.builds import DISTRIBUTOR, REWARDS
from behaviour.call import SYSTEM_PROGRAM
from solders.pubkey import Pubkey

from model.addresses import ASSOCIATED_TOKEN_PROGRAM, RENT_SYSVAR, TOKEN_PROGRAM, derive
from model.errors import refusal
from model.layouts import (
    ALLOCATED,
    DISCRIMINATOR_SIZE,
    DISCRIMINATORS,
    LAYOUTS,
    OWNERS,
    Fields,
    Reader,
    Record,
    UndecodableError,
    fields,
    read_fields,
)
from model.runtime import NO_SEEDS, Cell, Frame, Seeds, World
from model.spl_token import ACCOUNT_SIZE, TokenAccount, check_mint

EVENT_TAG = bytes.fromhex("e445a52e51cb9a1d")  # Anchor's own event instruction, which these programs refuse
TOKEN, MINT, SIGNER, UNTYPED, RENT = "token", "mint", "signer", "untyped", "rent"
PROGRAM_KINDS = {
    "system": SYSTEM_PROGRAM,
    "token_program": TOKEN_PROGRAM,
    "associated_token_program": ASSOCIATED_TOKEN_PROGRAM,
    "rewards_program": REWARDS,
}
OLD_ANCHOR = {DISTRIBUTOR}  # the programs built with 0.28; all others are with 1.0


class Context:
    """A running instruction. A decoded account is an attribute with the name of its field."""

    def __init__(self, frame: Frame, args: SimpleNamespace) -> None:
        self.frame = frame
        self.args = args
        self.now = frame.world.clock
        self.keys: dict[str, Pubkey] = {}
        self.bumps: dict[str, int] = {}
        self.decoded: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        try:
            return self.decoded[name]
        except KeyError:
            raise AttributeError(name) from None

    def cell(self, name: str) -> Cell:
        """The account behind a field, as it is now."""
        return self.frame.world[self.keys[name]]


class Check(NamedTuple):
    """What must hold, the error's name where it does not, and the two keys that Anchor then logs, if it compares two.

    A plain pair of the first two is as good.
    """

    holds: Callable[[Context], bool]
    error: str
    keys: Callable[[Context], tuple[Pubkey, Pubkey]] | None = None


@dataclass(frozen=True, slots=True)
class Init:
    """How Anchor creates a field's account."""

    payer: str
    seeds: Callable[[Context], Seeds] | None = None
    mint: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an instruction: its type, and its constraints in Anchor's order.

    `derived` checks what the address is derived from, which comes before `mut`. `shared` exempts it from the check for
    duplicates.
    """

    name: str
    kind: str
    mut: bool = False
    init: Init | None = None
    derived: tuple[Check, ...] = ()
    checks: tuple[Check, ...] = ()
    close: str = ""
    shared: bool = False

    @property
    def is_typed(self) -> bool:
        return self.kind in LAYOUTS or self.kind in (TOKEN, MINT)


@dataclass(frozen=True, slots=True)
class Instruction:
    """The arguments, the fields and the handler of an instruction."""

    args: Fields
    fields: Sequence[Field]
    handler: Callable[[Context], None]


INSTRUCTIONS: dict[tuple[Pubkey, bytes], Instruction] = {}


def instruction_discriminator(name: str) -> bytes:
    """The bytes that choose an instruction by its snake_case name."""
    return hashlib.sha256(f"global:{name}".encode()).digest()[:DISCRIMINATOR_SIZE]


def instruction(
    program: Pubkey, name: str, args: str, *of: Field
) -> Callable[[Callable[[Context], None]], Callable[[Context], None]]:
    """Register a handler under the instruction's name, with its arguments and fields."""

    def register(handler: Callable[[Context], None]) -> Callable[[Context], None]:
        INSTRUCTIONS[program, instruction_discriminator(name)] = Instruction(fields(args), of, handler)
        return handler

    return register


def invoke(frame: Frame, data: bytes) -> None:
    """Run the instruction that `data` names, from its dispatch to the write back."""
    if len(data) < DISCRIMINATOR_SIZE and frame.program in OLD_ANCHOR:
        raise refusal("InstructionMissing")
    discriminator, body = data[:DISCRIMINATOR_SIZE], data[DISCRIMINATOR_SIZE:]
    if discriminator == EVENT_TAG:
        raise refusal("EventInstructionStub")
    chosen = INSTRUCTIONS.get((frame.program, discriminator))
    if chosen is None:
        raise refusal("InstructionFallbackNotFound")
    context = Context(frame, _arguments(chosen.args, body))
    _take_accounts(context, chosen.fields)
    _init_accounts(context, chosen.fields)
    _check_duplicates(context, chosen.fields)
    _check_constraints(context, chosen.fields)
    chosen.handler(context)
    _exit(context, chosen.fields)


def _arguments(wanted: Fields, data: bytes) -> SimpleNamespace:
    try:
        return SimpleNamespace(**read_fields(Reader(data), wanted))
    except UndecodableError:
        raise refusal("InstructionDidNotDeserialize") from None


def _take_accounts(context: Context, of: Sequence[Field]) -> None:
    metas = iter(context.frame.metas)
    for field in of:
        meta = next(metas, None)
        if meta is None:
            raise refusal("AccountNotEnoughKeys", None if field.init else field.name)
        context.keys[field.name] = meta.address
        if not field.init:
            _check_type(context, field, meta.address)


def _check_type(context: Context, field: Field, key: Pubkey) -> None:
    if field.is_typed:
        context.decoded[field.name] = _decode(context.frame.world, field, key)
    elif field.kind == SIGNER and not context.frame.signs(key):
        raise refusal("AccountNotSigner", field.name)
    elif field.kind == RENT and key != RENT_SYSVAR:
        raise refusal("AccountSysvarMismatch", field.name)
    elif PROGRAM_KINDS.get(field.kind, key) != key:
        raise refusal("InvalidProgramId", field.name, compared=(key, PROGRAM_KINDS[field.kind]))


def _decode(world: World, field: Field, key: Pubkey) -> Record | TokenAccount | None:
    cell = world[key]
    if cell.owner == SYSTEM_PROGRAM and cell.lamports == 0:
        raise refusal("AccountNotInitialized", field.name)
    owner = OWNERS.get(field.kind, TOKEN_PROGRAM)
    if cell.owner != owner:
        raise refusal("AccountOwnedByWrongProgram", field.name, compared=(cell.owner, owner))
    if field.kind == TOKEN:
        return TokenAccount.unpack(cell.data)
    if field.kind == MINT:
        check_mint(cell.data)
        return None
    return _decode_record(field, cell.data)


def _decode_record(field: Field, data: bytes) -> Record:
    if len(data) < DISCRIMINATOR_SIZE:
        raise refusal("AccountDiscriminatorNotFound", field.name)
    if data[:DISCRIMINATOR_SIZE] != DISCRIMINATORS[field.kind]:
        raise refusal("AccountDiscriminatorMismatch", field.name)
    try:
        return Record.decode(field.kind, data[DISCRIMINATOR_SIZE:])
    except UndecodableError:
        raise refusal("AccountDidNotDeserialize", field.name) from None


def _init_accounts(context: Context, of: Sequence[Field]) -> None:
    for field in of:
        if field.init:
            seeds = _init_seeds(context, field, field.init)
            _init_account(context, field, field.init, seeds)


def _init_seeds(context: Context, field: Field, init: Init) -> Seeds:
    if not init.seeds:
        return NO_SEEDS
    seeds = init.seeds(context)
    address, bump = derive(context.frame.program, *seeds)
    if address != context.keys[field.name]:
        raise refusal("ConstraintSeeds", field.name, compared=(context.keys[field.name], address))
    context.bumps[field.name] = bump
    return (*seeds, bytes([bump]))


def _init_account(context: Context, field: Field, init: Init, seeds: Seeds) -> None:
    frame, payer, new = context.frame, context.keys[init.payer], context.keys[field.name]
    if field.kind == TOKEN:
        frame.init_account(payer, new, ACCOUNT_SIZE, seeds, owner=TOKEN_PROGRAM)
        context.decoded[field.name] = frame.init_token_account(new, context.keys[init.mint])
    else:
        frame.init_account(payer, new, ALLOCATED[field.kind], seeds, owner=frame.program)
        context.decoded[field.name] = Record.zero(field.kind)


def _check_duplicates(context: Context, of: Sequence[Field]) -> None:
    if context.frame.program in OLD_ANCHOR:
        return
    seen = set()
    for field in of:
        if field.mut and field.is_typed and not field.init and not field.shared:
            key = context.keys[field.name]
            if key in seen:
                raise refusal("ConstraintDuplicateMutableAccount", field.name)
            seen.add(key)


def _check_constraints(context: Context, of: Sequence[Field]) -> None:
    for field in of:
        if field.init:
            continue
        key = context.keys[field.name]
        for check in field.derived:
            _require(context, Check(*check), field.name)
        if field.mut and not context.frame.writes(key):
            raise refusal("ConstraintMut", field.name)
        for check in field.checks:
            _require(context, Check(*check), _named(check[1], field))
        if field.close and context.keys[field.close] == key:
            raise refusal("ConstraintClose", field.name)


def _require(context: Context, check: Check, account: str | None) -> None:
    if not check.holds(context):
        raise refusal(check.error, account, compared=check.keys and check.keys(context))


def _named(error: str, field: Field) -> str | None:
    """A token constraint's error names no account; every other names its field."""
    return None if error.startswith("ConstraintToken") else field.name


def _exit(context: Context, of: Sequence[Field]) -> None:
    for field in of:
        if field.close:
            context.cell(field.name).drain_into(context.cell(field.close))
        elif (field.mut or field.init) and OWNERS.get(field.kind) == context.frame.program:
            _write_back(context, field)


def _write_back(context: Context, field: Field) -> None:
    cell, body = context.cell(field.name), context.decoded[field.name].encode()
    if cell.owner == SYSTEM_PROGRAM and not cell.data:
        return  # closed through another field
    if len(body) > len(cell.data):
        raise refusal("AccountDidNotSerialize", field.name)
    cell.data = body + cell.data[len(body) :]


def same(keys: Callable[[Context], tuple[Pubkey, Pubkey]], error: str) -> Check:
    """Two keys are the same."""

    def holds(context: Context) -> bool:
        left, right = keys(context)
        return left == right

    return Check(holds, error, keys)


def is_key(name: str, key: Pubkey | Callable[[Context], Pubkey], error: str) -> Check:
    """The account of a field is at one address, which may depend on other accounts."""
    expected = key if callable(key) else lambda _: key
    return same(lambda context: (context.keys[name], expected(context)), error)


def has_one(name: str, target: str, error: str) -> Check:
    """A decoded account names the account of another field, in an attribute of that name."""
    return same(lambda context: (getattr(context.decoded[name], target), context.keys[target]), error)


def stores(name: str, attribute: str, target: str, error: str) -> Check:
    """The same in an attribute of any name: a constraint of the program's own, so Anchor logs no keys."""
    return Check(lambda context: getattr(context.decoded[name], attribute) == context.keys[target], error)


def signer(name: str = "authority", *checks: Check, mut: bool = False) -> Field:
    """A field that must sign."""
    return Field(name, SIGNER, mut=mut, checks=checks)


SYSTEM_FIELD = Field("system_program", "system")
ASSOCIATED_TOKEN_FIELD = Field("associated_token_program", "associated_token_program")
TOKEN_FIELD = Field("token_program", "token_program")
REWARDS_FIELD = Field("rewards_program", "rewards_program")
RENT_FIELD = Field("rent", RENT)
