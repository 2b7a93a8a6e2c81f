"""What can be wrong with a token account or a mint that a call finds."""

from collections.abc import Callable
from dataclasses import replace

from behaviour.call import Account
from model.addresses import TOKEN_PROGRAM
from model.checked import U64_MAX
from model.errors import Failure
from model.spl_token import ACCOUNT_SIZE, FROZEN, MINT_SIZE, UNINITIALIZED, TokenAccount

from fidelity.beginning import FOREIGN_MINT
from fidelity.draft import Draft
from fidelity.state_damage import Change, with_byte

TokenChange = Callable[[Draft, TokenAccount], TokenAccount]
TAG_OFFSETS = {ACCOUNT_SIZE: (72, 108, 109, 129), MINT_SIZE: (0, 45, 46)}
INITIALIZED_OFFSETS = {ACCOUNT_SIZE: 108, MINT_SIZE: 45}


def to_token(change: TokenChange) -> Change:
    """Make a change of an account of one of a token account; others stay as they are."""

    def changed(draft: Draft, account: Account) -> Account:
        token = unpacked(account)
        return account._replace(data=change(draft, token).pack()) if token else account

    return changed


def unpacked(account: Account) -> TokenAccount | None:
    """The token account, where it is a whole one."""
    if account.owner != TOKEN_PROGRAM:
        return None
    try:
        return TokenAccount.unpack(account.data)
    except Failure:
        return None


def poor(draft: Draft, token: TokenAccount) -> TokenAccount:
    """Nearly nothing is in it."""
    return replace(token, amount=draft.life.pick((0, 1)))


def overfull(draft: Draft, token: TokenAccount) -> TokenAccount:
    """It can hold no more."""
    return replace(token, amount=draft.life.pick((U64_MAX, U64_MAX, U64_MAX - 1)))


def foreign_mint(_draft: Draft, token: TokenAccount) -> TokenAccount:
    """It holds other tokens than NOS."""
    return replace(token, mint=FOREIGN_MINT)


def foreign_owner(draft: Draft, token: TokenAccount) -> TokenAccount:
    """It is someone else's."""
    return replace(token, owner=draft.life.wallet())


def delegated(draft: Draft, token: TokenAccount) -> TokenAccount:
    """It may be someone else's, but whoever signs may spend from it, up to a limit."""
    return replace(
        token,
        owner=draft.life.pick((token.owner, draft.life.wallet(), draft.life.wallet())),
        delegate=_some(draft),
        delegated_amount=draft.life.pick((1, U64_MAX)),
    )


def closed_by_another(draft: Draft, token: TokenAccount) -> TokenAccount:
    """Its owner may not close it."""
    return replace(token, close_authority=_some(draft))


def _some(draft: Draft) -> bytes:
    signers = [meta.address for _, meta in draft.accounts if meta.signer]
    return (1).to_bytes(4, "little") + bytes(draft.life.pick(signers or draft.life.wallets))


def frozen(_draft: Draft, token: TokenAccount) -> TokenAccount:
    """Nothing may move in or out."""
    return replace(token, state=FROZEN)


def uninitialized(_draft: Draft, account: Account) -> Account:
    """A token account or mint was never initialized."""
    at = INITIALIZED_OFFSETS.get(len(account.data))
    return account if at is None else with_byte(account, at, UNINITIALIZED)


def wrong_tag(draft: Draft, account: Account) -> Account:
    """A byte of a token account or mint that says which of several things follows has a value of none."""
    offsets = TAG_OFFSETS.get(len(account.data))
    return with_byte(account, draft.life.pick(offsets), draft.life.pick((2, 3))) if offsets else account
