"""Token accounts of any mint (SPL Token): their creation and plain transfers, beside an instruction that needs them."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM
from spl.token.instructions import create_idempotent_associated_token_account, transfer
from spl.token.models import TransferParams

from nosana_chain.units import u64


def create_token_account_ix(*, owner: Pubkey, mint: Pubkey, payer: Pubkey) -> Instruction:
    """Create the associated token account of `owner` for `mint` unless it exists; `payer` signs and pays its rent."""
    return create_idempotent_associated_token_account(payer, owner, mint)


def transfer_ix(*, source: Pubkey, target: Pubkey, owner: Pubkey, amount: int) -> Instruction:
    """Move `amount` base units (0 to 2**64-1) between token accounts of one mint. Signer: `owner` of `source`."""
    return transfer(
        TransferParams(program_id=TOKEN_PROGRAM, source=source, dest=target, owner=owner, amount=u64(amount, "amount"))
    )
