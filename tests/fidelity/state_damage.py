"""What can be wrong with the state of an account that a call finds."""

from collections.abc import Callable
from typing import Any

from behaviour.builds import REWARDS, STAKING
from behaviour.call import ABSENT, SYSTEM_PROGRAM, Account
from model.addresses import TOKEN_PROGRAM, rent_minimum
from model.checked import U64_MAX
from model.layouts import ALLOCATED, DISCRIMINATOR_SIZE, INTEGER_SIZES, LAYOUTS
from model.spl_token import ACCOUNT_SIZE
from model.states import kind_of, record_of
from solders.pubkey import Pubkey

from fidelity.beginning import FOREIGN_MINT, QUEUE_CAPACITY
from fidelity.call_damage import limits
from fidelity.draft import Draft

Change = Callable[[Draft, Account], Account]
StateDamage = Callable[[Draft, int], None]


NEW_SIZES = (ALLOCATED["Run"], ALLOCATED["Job"], ACCOUNT_SIZE)


def to_state(change: Change) -> StateDamage:
    """Make a damage of a change to the account in one place, where there is an account that is still intact."""

    def damage(draft: Draft, at: int) -> None:
        address = draft.accounts[at][1].address
        if address in draft.intact() and draft.account(address).exists:
            draft.damaged[address] = change(draft, draft.account(address))

    return damage


def record_field(draft: Draft, account: Account) -> Account:
    """One field of a Nosana account has another value."""
    if not kind_of(account):
        return account
    record = record_of(account)
    name, kind = draft.life.pick(LAYOUTS[record.kind])
    setattr(record, name, _other_value(draft, kind, getattr(record, name)))
    return account._replace(data=record.encode().ljust(len(account.data), b"\0")[: len(account.data)])


def _other_value(draft: Draft, kind: str, old: Any) -> Any:
    if kind in INTEGER_SIZES:
        return limits(draft.life.random, kind, old)
    if kind == "key":
        return draft.life.pick((*draft.addresses(), SYSTEM_PROGRAM, draft.life.fresh()))
    return _other_queue(draft) if kind == "keys" else old


def _other_queue(draft: Draft) -> list[Pubkey]:
    length = draft.life.pick((0, 1, 2, QUEUE_CAPACITY - 1, QUEUE_CAPACITY))
    filler = [Pubkey(bytes([at & 0xFF, at >> 8]).ljust(Pubkey.LENGTH, b"q")) for at in range(length)]
    return [*filler[1:], draft.life.pick(draft.addresses())] if length else []


def small_number(draft: Draft, account: Account) -> Account:
    """A one-byte field of a Nosana account (a state, a kind, a bump) has another small value."""
    kind = kind_of(account)
    bytes_fields = [name for name, of in LAYOUTS[kind] if of == "u8"] if kind else []
    if not bytes_fields:
        return account
    record = record_of(account)
    setattr(record, draft.life.pick(bytes_fields), draft.life.pick((0, 1, 2, 3, 4, 255)))
    return account._replace(data=record.encode() + account.data[len(record.encode()) :])


def with_byte(account: Account, at: int, value: int) -> Account:
    """The same account with one other byte."""
    data = bytearray(account.data)
    data[at] = value
    return account._replace(data=bytes(data))


def flipped_byte(draft: Draft, account: Account) -> Account:
    """Any byte of an account's start is another."""
    if not account.data:
        return account
    at = draft.life.random.randrange(min(256, len(account.data)))
    return with_byte(account, at, draft.life.random.randrange(256))


def _of_length(account: Account, size: int) -> Account:
    data = account.data[:size].ljust(size, b"\0")
    return account._replace(data=data, lamports=max(account.lamports, rent_minimum(size)))


def no_discriminator(draft: Draft, account: Account) -> Account:
    """An account has too few bytes to say what it is."""
    return _of_length(account, draft.life.random.randrange(DISCRIMINATOR_SIZE))


def short_body(draft: Draft, account: Account) -> Account:
    """A Nosana account ends before its last field, or right behind it."""
    if not kind_of(account):
        return account
    whole = len(record_of(account).encode())
    return _of_length(account, draft.life.pick((DISCRIMINATOR_SIZE, whole - 1, whole - 1, whole)))


def longer(draft: Draft, account: Account) -> Account:
    """An account has more bytes than it was created with."""
    return _of_length(account, len(account.data) + draft.life.pick((1, 32)))


def other_owner(draft: Draft, account: Account) -> Account:
    """An account belongs to another program."""
    owners = (SYSTEM_PROGRAM, TOKEN_PROGRAM, STAKING, REWARDS, draft.call().program, FOREIGN_MINT)
    return account._replace(owner=draft.life.pick(owners))


def other_lamports(draft: Draft, account: Account) -> Account:
    """An account is rich, or just able or unable to pay for a new account and to keep its own rent minimum.

    Or it is so rich that it can be sent nothing, or nearly nothing.
    """
    spare = draft.life.pick((-1, 0, rent_minimum(0) - 1, rent_minimum(0)))
    priced = (rent_minimum(size) + spare for size in NEW_SIZES)
    full = (U64_MAX - room for room in (0, rent_minimum(ACCOUNT_SIZE), 10**8))
    return account._replace(lamports=draft.life.pick((1, 10**16, *full, *priced)))


def gone(_draft: Draft, _account: Account) -> Account:
    """An account does not exist any more."""
    return ABSENT
