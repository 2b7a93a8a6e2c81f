"""Token accounts of any mint (SPL Token): their creation, plain transfers and their end. Pure."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM
from spl.token.instructions import close_account, create_idempotent_associated_token_account, transfer
from spl.token.models import CloseAccountParams, TransferParams

from nosana_chain.units import u64


def create_token_account_ix(*, owner: Pubkey, mint: Pubkey, payer: Pubkey) -> Instruction:
    """Create the associated token account of `owner` for `mint` unless it exists; `payer` signs and pays its rent."""
    return create_idempotent_associated_token_account(payer, owner, mint)


def transfer_ix(*, source: Pubkey, target: Pubkey, owner: Pubkey, amount: int) -> Instruction:
    """Move `amount` base units (0 to 2**64-1) between token accounts of one mint. Signer: `owner` of `source`."""
    return transfer(
        TransferParams(program_id=TOKEN_PROGRAM, source=source, dest=target, owner=owner, amount=u64(amount, "amount"))
    )


def close_token_account_ix(*, account: Pubkey, to: Pubkey, closer: Pubkey) -> Instruction:
    """Close an empty token account; its lamports go to `to`. Signer: `closer`, its owner or its close authority."""
    return close_account(CloseAccountParams(program_id=TOKEN_PROGRAM, account=account, dest=to, owner=closer))
