"""What can be wrong in one place of a call: another account than the right one, or other flags."""

from behaviour.call import Account, Meta
from model.addresses import RENT_SYSVAR, TOKEN_PROGRAM, rent_minimum
from model.states import kind_of, token_account
from solders.pubkey import Pubkey

from fidelity.draft import Draft

RUN_SIZE = 120


def _address(draft: Draft, at: int) -> Pubkey:
    return draft.accounts[at][1].address


def swapped(draft: Draft, at: int) -> None:
    """Two accounts stand in each other's place."""
    other = draft.life.random.randrange(len(draft.accounts))
    here, there = _address(draft, at), _address(draft, other)
    draft.put(at, there)
    draft.put(other, here)


def repeated(draft: Draft, at: int) -> None:
    """The account of another place stands here too, if possible one of the same sort."""
    places = [other for other in draft.places() if other != at]
    owner = draft.account(_address(draft, at)).owner
    alike = [other for other in places if draft.account(_address(draft, other)).owner == owner]
    if places:
        draft.put(at, _address(draft, draft.life.pick(alike or places)))


def of_its_kind(draft: Draft, at: int) -> None:
    """Another account of the same sort, but not the one that belongs here."""
    old = draft.account(_address(draft, at))
    sort = kind_of(old), old.owner, len(old.data)
    states = draft.life.state.items()
    same = [key for key, other in states if (kind_of(other), other.owner, len(other.data)) == sort]
    others = [key for key in same if key != _address(draft, at)]
    draft.put(at, draft.life.pick(others or draft.life.wallets))


def of_another_kind(draft: Draft, at: int) -> None:
    """An account of the same program that is something else."""
    old = draft.account(_address(draft, at))
    of_program = [(key, other) for key, other in draft.life.state.items() if other.owner == old.owner]
    others = [key for key, other in of_program if kind_of(other) != kind_of(old)]
    draft.put(at, draft.life.pick(others or draft.life.wallets))


def anything(draft: Draft, at: int) -> None:
    """Any account of the life."""
    draft.put(at, draft.life.anything())


def a_program(draft: Draft, at: int) -> None:
    """A program or a sysvar where it does not belong."""
    draft.put(at, draft.life.pick((TOKEN_PROGRAM, Pubkey.default(), RENT_SYSVAR, draft.call().program)))


def nothing(draft: Draft, at: int) -> None:
    """An account that does not exist."""
    draft.put(at, draft.life.fresh())


def no_signature(draft: Draft, at: int) -> None:
    """The account does not sign."""
    _set_flags(draft, at, signer=False)


def read_only(draft: Draft, at: int) -> None:
    """The account is not writable."""
    _set_flags(draft, at, writable=False)


def needless_flags(draft: Draft, at: int) -> None:
    """The account signs and is writable, wanted or not."""
    _set_flags(draft, at, signer=True, writable=True)


def _set_flags(draft: Draft, at: int, **flags: bool) -> None:
    """Set flags in all places of the account, since they are merged."""
    address = _address(draft, at)
    for place, (role, meta) in enumerate(draft.accounts):
        if meta.address == address:
            draft.accounts[place] = role, Meta(**(meta._asdict() | flags))


def missing(draft: Draft, at: int) -> None:
    """The list of accounts ends before this place."""
    del draft.accounts[at:]


def taken(draft: Draft, at: int) -> None:
    """An address that should be free has lamports, data or an owner."""
    address = _address(draft, at)
    if address in draft.addresses() and not draft.account(address).exists:
        states = (
            *(Account(rent_minimum(RUN_SIZE) + lamports) for lamports in (-1, 0, 1, 10**8)),
            Account(1),
            Account(10**9, Pubkey.default(), b"\0"),
            Account(10**9, draft.call().program),
            token_account(draft.life.wallet()),
        )
        draft.damaged[address] = draft.life.pick(states)


def pays_for_itself(draft: Draft, at: int) -> None:
    """A new account is also the one that pays for it, with or without lamports."""
    address = _address(draft, at)
    payers = [place for place, (_, meta) in enumerate(draft.accounts) if meta.signer and meta.writable and place != at]
    if payers and not draft.account(address).exists:
        draft.damaged[address] = draft.life.pick((Account(), Account(10**9)))
        draft.put(draft.life.pick(payers), address)
