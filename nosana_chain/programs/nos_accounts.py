"""NOS token accounts: what they hold, and their creation beside an instruction that needs them."""

from __future__ import annotations

from dataclasses import dataclass

from solders.account import Account
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM

from nosana_chain import pda
from nosana_chain.engine.looking import Looking, look
from nosana_chain.engine.plan import Payment
from nosana_chain.errors import InputError, InsufficientFundsError
from nosana_chain.models.presence import is_there
from nosana_chain.models.token_account import TokenHolding, token_balance, token_holding
from nosana_chain.networks import Network
from nosana_chain.programs.account_names import name_of
from nosana_chain.programs.token_accounts import create_token_account_ix
from nosana_chain.units import NosUnits, format_nos
from nosana_chain.wire.connection import Connection

_OWNER = slice(32, 64)  # of a token account (spl-token, `Account`): who may spend from it


def create_nos_account_ix(*, owner: Pubkey, payer: Pubkey, network: Network) -> Instruction:
    """Create the NOS account of `owner` unless it exists; `payer` signs and pays its rent."""
    return create_token_account_ix(owner=owner, mint=network.nos_mint, payer=payer)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where NOS go that a program pays out.

    Attributes:
        account: the token account.
        creating: what makes it, and others that the payout needs, where they aren't there.
    """

    account: Pubkey
    creating: tuple[Instruction, ...]


def look_for_receiver(
    network: Network, *others: Pubkey, to: Pubkey | None, own: Pubkey, payer: Pubkey
) -> Looking[Receiver]:
    """Where a payout goes, and what makes NOS accounts for it that aren't there yet.

    Args:
        network: the cluster.
        others: owners who are paid too, each to its own NOS account.
        to: a wallet, or a NOS account itself; None for the NOS account of `own`.
        own: who is paid otherwise.
        payer: signs for the rent of accounts that are made.

    Raises:
        InputError: another kind of account is at `to`, to which NOS would be lost.
    """
    owner = own if to is None else to
    purses = {one: pda.nos_account_address(one, network=network) for one in (*others, owner)}
    seen = yield from look(*purses.values(), *([] if to is None else [to]))
    if to is not None and _takes_nos(network, to, seen[to]):
        owner = purses[to] = to  # nothing is to be made there
    missing = [one for one, purse in purses.items() if not is_there(seen[purse])]
    creating = (create_nos_account_ix(owner=one, payer=payer, network=network) for one in missing)
    return Receiver(purses[owner], tuple(creating))


def _takes_nos(network: Network, to: Pubkey, there: Account | None) -> bool:
    """Whether a NOS account itself is there; False for a wallet, or an address that nothing is known of."""
    if not is_there(there) or (there.owner == SYSTEM_PROGRAM and not there.data):
        return False
    is_vault = there.data[_OWNER] == bytes(to)  # of a program: what is sent there doesn't come back
    if token_holding(there).mint == network.nos_mint and not is_vault:
        return True
    found = "a program's vault" if is_vault else name_of(there, network) or f"an account owned by {there.owner}"
    raise InputError(
        f"NOS can't go to {to}: {found} is there; give a wallet, or a token account for NOS; nothing was sent",
        address=str(to),
    )


def creating_missing(network: Network, *owners: Pubkey, payer: Pubkey) -> Looking[list[Instruction]]:
    """Instructions that create those of the owners' NOS accounts that don't exist, paid by `payer`."""
    purses = {owner: pda.nos_account_address(owner, network=network) for owner in owners}
    seen = yield from look(*purses.values())
    return [
        create_nos_account_ix(owner=owner, payer=payer, network=network)
        for owner, purse in purses.items()
        if not is_there(seen[purse])
    ]


def creating(
    purse: Account | None, *, owner: Pubkey, network: Network, payer: Pubkey | None = None
) -> list[Instruction]:
    """What creates the NOS account of `owner`, paid by `payer` (default: the owner), if nothing was seen there."""
    return [] if is_there(purse) else [create_nos_account_ix(owner=owner, payer=payer or owner, network=network)]


def payment_from_purse(
    purse: Account | None,
    *,
    owner: Pubkey,
    to: Pubkey,
    amount: int,
    network: Network,
    seconds: int | None = None,
    what: str = "payment",
) -> Payment:
    """A payment out of the NOS account of `owner`, once it is known that it is covered.

    Args:
        purse: that account as it was seen; None where there is none.
        owner: whose it is.
        to: the token account that gets it.
        amount: base units.
        network: the cluster.
        seconds: as in `Payment`.
        what: the payment's name in the error.

    Raises:
        InsufficientFundsError: the account holds less.
    """
    holding = token_holding(purse)
    if holding.amount < amount:
        raise too_little_nos(owner, needed=amount, balance=holding.amount, what=what)
    account = pda.nos_account_address(owner, network=network)
    return payment_out_of(holding, account, owner=owner, to=to, amount=amount, seconds=seconds)


def payment_out_of(
    holding: TokenHolding, account: Pubkey, *, owner: Pubkey, to: Pubkey, amount: int, seconds: int | None = None
) -> Payment:
    """A payment out of the token account that holds `holding`, which covers it."""
    return Payment(
        account=account,
        owner=owner,
        destination=to,
        amount=NosUnits(amount),
        balance=NosUnits(holding.amount),
        seconds=seconds,
        delegate=holding.delegate,
    )


def too_little_nos(owner: Pubkey, *, needed: int, balance: int, what: str) -> InsufficientFundsError:
    """The error for a NOS account that doesn't cover a payment."""
    return uncovered(
        f"{owner} has {format_nos(balance)} NOS and the {what} takes {format_nos(needed)}; "
        f"add {format_nos(needed - balance)} NOS",
        needed=needed,
        balance=balance,
    )


def uncovered(said: str, *, needed: int, balance: int) -> InsufficientFundsError:
    """The error for a payment that isn't covered, as it was seen before anything was sent."""
    return InsufficientFundsError(
        f"{said} or ask for less; nothing was sent",
        signature=None,
        reason="InsufficientFunds",
        instruction_index=None,
        logs=(),
        needed=needed,
        balance=balance,
    )


async def fetch_nos_balance(connection: Connection, owner: Pubkey) -> NosUnits:
    """NOS base units in the NOS account of `owner`; 0 if it has none. Network: 1 call."""
    address = pda.nos_account_address(owner, network=connection.network)
    return token_balance(await connection.fetch_account(address))
