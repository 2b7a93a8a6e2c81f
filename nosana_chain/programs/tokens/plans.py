"""Plans for token accounts. Pure."""

from __future__ import annotations

from solders.pubkey import Pubkey

from nosana_chain.engine.plan import Plan, Planning, receipt_of
from nosana_chain.errors import WrongStateError
from nosana_chain.models.receipt import Receipt
from nosana_chain.models.token_account import TokenAccount
from nosana_chain.programs.token_accounts import close_token_account_ix
from nosana_chain.programs.tokens.queries import look_for_token_account


def plan_close_token_account(address: Pubkey, *, owner: Pubkey) -> Planning[Receipt]:
    """Close an empty token account."""
    _require_closable((yield from look_for_token_account(address)), owner)
    return Plan(
        instructions=(close_token_account_ix(account=address, to=owner, closer=owner),),
        addresses={"token_account": address},
        result=receipt_of,
    )


def _require_closable(found: TokenAccount, owner: Pubkey) -> None:
    """The token program would say "custom program error 0x4", or burn nothing and fail."""
    if found.amount:
        raise WrongStateError(
            f"token account {found.address} holds {found.amount} base units of {found.mint}: move them away first",
            address=str(found.address),
        )
    if found.closer != owner:
        raise WrongStateError(
            f"token account {found.address} is closed by {found.closer}, not by {owner}: that wallet has to do it",
            address=str(found.address),
        )
