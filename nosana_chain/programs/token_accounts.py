"""Token accounts of any mint (SPL Token): their creation, plain transfers and their end. Pure.

SPL Token's library is imported by what needs it: its models take a quarter of the time that a client's import takes.
"""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM

from nosana_chain.units import u64


def create_token_account_ix(*, owner: Pubkey, mint: Pubkey, payer: Pubkey) -> Instruction:
    """Create the associated token account of `owner` for `mint` unless it exists; `payer` signs and pays its rent."""
    from spl.token.instructions import create_idempotent_associated_token_account  # noqa: PLC0415  slow

    return create_idempotent_associated_token_account(payer, owner, mint)


def transfer_ix(*, source: Pubkey, target: Pubkey, owner: Pubkey, amount: int) -> Instruction:
    """Move `amount` base units (0 to 2**64-1) between token accounts of one mint. Signer: `owner` of `source`."""
    from spl.token.instructions import transfer  # noqa: PLC0415  slow
    from spl.token.models import TransferParams  # noqa: PLC0415  slow

    return transfer(
        TransferParams(program_id=TOKEN_PROGRAM, source=source, dest=target, owner=owner, amount=u64(amount, "amount"))
    )


def close_token_account_ix(*, account: Pubkey, to: Pubkey, closer: Pubkey) -> Instruction:
    """Close an empty token account; its lamports go to `to`. Signer: `closer`, its owner or its close authority."""
    from spl.token.instructions import close_account  # noqa: PLC0415  slow
    from spl.token.models import CloseAccountParams  # noqa: PLC0415  slow

    return close_account(CloseAccountParams(program_id=TOKEN_PROGRAM, account=account, dest=to, owner=closer))
