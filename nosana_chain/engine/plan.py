"""A plan: everything about an action that is decided before it is signed. Pure data.

What leads to a plan is a *planning*: a `Looking` that returns one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, TypeAlias, TypeVar

from solders.account import Account
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain.engine.looking import Looking, Sight
from nosana_chain.errors import NosanaError
from nosana_chain.models.receipt import Receipt
from nosana_chain.reading.movements import TokenTransfer
from nosana_chain.units import NosUnits
from nosana_chain.wallet import Signer

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """NOS that a plan takes out of one token account.

    Attributes:
        account: the token account.
        owner: its owner, who signs.
        destination: the token account that gets it.
        amount: base units that it takes by what was seen, without a network fee.
        balance: base units that the account held then.
        seconds: what the amount is a multiple of, where it is a price times seconds and somebody else sets the price
            or the fee: such a payment is bounded on chain. None where the amount is an argument of the instruction.
        delegate: who may spend from the account besides its owner, and how much; a bound puts it back as it was.
    """

    account: Pubkey
    owner: Pubkey
    destination: Pubkey
    amount: NosUnits
    balance: NosUnits
    seconds: int | None = None
    delegate: tuple[Pubkey, int] | None = None

    @property
    def bounded(self) -> bool:
        """Whether what it takes must be bounded on chain."""
        return self.seconds is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """What became of a plan that is on chain and succeeded.

    Attributes:
        receipt: of its transaction.
        accounts: the plan's `reads`, as of the transaction's slot or later.
        transfers: the token transfers that it made; None where the endpoint doesn't tell.
        by_instruction: the same, for each instruction of the transaction.
    """

    receipt: Receipt
    accounts: Sight
    transfers: tuple[TokenTransfer, ...] | None = None
    by_instruction: tuple[tuple[TokenTransfer, ...], ...] | None = None


#: An error as its user should hear it: itself, or another one in its place.
InWords: TypeAlias = Callable[[NosanaError], NosanaError]


def _as_it_is(error: NosanaError) -> NosanaError:
    return error


#: Whether the accounts at a plan's `reads` show that it was carried out.
Proof: TypeAlias = Callable[[Sight], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Generic[T]):
    """What one transaction does, and what its result is read from.

    Attributes:
        instructions: its own, without bound and compute budget.
        result: what the caller gets, made of what landed.
        signers: fresh keys of accounts that it makes.
        cosigners: people who sign beside wallet and fee payer, such as the payer of a deposit.
        payment: what it takes from the wallet's NOS; None for nothing. A simulation that takes else is refused.
        checked: False for instructions of the caller's own making, about whose movements nothing is known.
        addresses: what its errors tell, by role, once it was signed.
        reads: accounts that the result is read from.
        proof: whether these show that it is done; None where no account of its own would.
        plan_anew: errors that mean: what was seen has changed since; look again, and plan again.
        in_words: an error of its transaction as whoever asked should hear it, where the plan knows what it means.
        paying: how many of the instructions pay, the last ones.
        bounds: what each of these pays, where each gets a bound of its own; empty where `payment` bounds them all.
        sharing: the same plan with a given key in place of the one that it makes and does not need, so that several
            plans in one transaction need one signature less each; None where the key is needed.
    """

    instructions: tuple[Instruction, ...]
    result: Callable[[Landed], T]
    signers: tuple[Signer, ...] = ()
    cosigners: tuple[Signer, ...] = ()
    payment: Payment | None = None
    checked: bool = True
    addresses: Mapping[str, Pubkey] = field(default_factory=lambda: MappingProxyType({}))
    reads: tuple[Pubkey, ...] = ()
    proof: Proof | None = None
    plan_anew: tuple[type[NosanaError], ...] = ()
    in_words: InWords = _as_it_is
    paying: int = 1
    bounds: tuple[Payment, ...] = ()
    sharing: Callable[[Signer], Plan[T]] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series(Generic[T]):
    """An action that takes several transactions: plans, one after the other, and what their results come to."""

    plans: tuple[Plan[Any], ...]
    result: Callable[[list[Any]], T]


Planning: TypeAlias = Looking[Plan[T] | Series[T]]


def series_of(planned: Plan[T] | Series[T]) -> Series[T]:
    """A plan as a series of one."""
    if isinstance(planned, Series):
        return planned
    return Series(plans=(planned,), result=lambda results: results[0])


def plain(
    *instructions: Instruction, in_words: InWords = _as_it_is, **addresses: Pubkey
) -> Looking[Plan[Receipt] | Series[Receipt]]:
    """The planning of instructions that need nothing to be seen, and give their receipt."""
    yield from ()
    return Plan(instructions=instructions, addresses=addresses, in_words=in_words, result=receipt_of)


def already_done(result: T) -> Series[T]:
    """What a planning returns where nothing is left to do."""
    return Series(plans=(), result=lambda _nothing: result)


def receipt_of(landed: Landed) -> Receipt:
    """The result of actions that have nothing to tell but their receipt."""
    return landed.receipt


def account_made(address: Pubkey, matches: Callable[[Account], bool]) -> Proof:
    """The proof of a plan that creates the account at `address`: it is there, and it `matches`."""

    def proof(seen: Sight) -> bool:
        account = seen.get(address)
        return account is not None and bool(account.data) and matches(account)

    return proof
