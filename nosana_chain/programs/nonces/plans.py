"""Plans for nonce accounts. Pure."""

from __future__ import annotations

from solders.account import Account
from solders.compute_budget import request_heap_frame
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM
from solders.system_program import (
    CreateAccountParams,
    InitializeNonceAccountParams,
    WithdrawNonceAccountParams,
    create_account,
    initialize_nonce_account,
    withdraw_nonce_account,
)

from nosana_chain.engine.looking import Looking, look
from nosana_chain.engine.nonces import advancing_ix
from nosana_chain.engine.plan import Plan, Planning, account_made, already_done, receipt_of
from nosana_chain.errors import AlreadyExistsError, InsufficientFundsError, NotFoundError, WrongStateError
from nosana_chain.models.nonce import NONCE_BYTES, Nonce
from nosana_chain.models.presence import is_there
from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.nonces.results import CreatedNonce
from nosana_chain.programs.paying import Roles
from nosana_chain.units import Lamports, format_sol
from nosana_chain.wallet import Signer

#: (128 + bytes) x 3,480 lamports x 2 years: the rent of every public cluster. More than the minimum may be in it.
NONCE_RENT = Lamports((128 + NONCE_BYTES) * 3_480 * 2)

#: What every transaction has anyway (MIN_HEAP_FRAME_BYTES of the runtime). One that began with the advance would be
#: taken for one that lives by the nonce: Surfpool then refuses its blockhash.
_HEAP_BYTES = 32 * 1024


def plan_create_nonce(*, account: Signer, roles: Roles) -> Planning[CreatedNonce]:
    """Create a nonce at the address of `account`, unless it is there already."""
    address, authority = account.address, roles.wallet
    seen = yield from look(address)
    if is_there(seen[address]):
        return already_done(_found(address, seen[address], authority))
    making = CreateAccountParams(
        from_pubkey=roles.payer, to_pubkey=address, lamports=NONCE_RENT, space=NONCE_BYTES, owner=SYSTEM_PROGRAM
    )
    starting = InitializeNonceAccountParams(nonce_pubkey=address, authority=authority)
    return Plan(
        instructions=(create_account(making), initialize_nonce_account(starting)),
        signers=(account,),
        cosigners=roles.cosigners,
        addresses={"nonce": address},
        reads=(address,),
        proof=account_made(address, lambda found: _is_of(found, address, authority)),
        result=lambda landed: CreatedNonce(receipt=landed.receipt, nonce=address),
    )


def plan_advance_nonce(address: Pubkey, *, wallet: Pubkey) -> Planning[Receipt]:
    """Give a nonce another value."""
    nonce = yield from _own(address, wallet)
    return Plan(
        instructions=(request_heap_frame(_HEAP_BYTES), advancing_ix(nonce)),
        addresses={"nonce": address},
        result=receipt_of,
    )


def plan_withdraw_nonce(
    address: Pubkey, *, lamports: int | None, to: Pubkey | None, wallet: Pubkey
) -> Planning[Receipt]:
    """Take lamports out of a nonce; all of them close it."""
    nonce = yield from _own(address, wallet)
    amount = nonce.lamports if lamports is None else lamports
    free = nonce.lamports - NONCE_RENT
    if amount != nonce.lamports and amount > free:
        raise InsufficientFundsError(
            f"nonce {address} holds {format_sol(nonce.lamports)} SOL, of which {format_sol(NONCE_RENT)} are its rent: "
            f"withdraw {format_sol(Lamports(max(0, free)))} SOL at most, or all of it, which closes it; nothing was "
            "sent",
            signature=None,
            reason="InsufficientFunds",
            instruction_index=None,
            logs=(),
            needed=amount,
            balance=max(0, free),
        )
    taking = WithdrawNonceAccountParams(
        nonce_pubkey=address, authorized_pubkey=wallet, to_pubkey=to or wallet, lamports=amount
    )
    return Plan(instructions=(withdraw_nonce_account(taking),), addresses={"nonce": address}, result=receipt_of)


def _own(address: Pubkey, wallet: Pubkey) -> Looking[Nonce]:
    seen = yield from look(address)
    nonce = Nonce.read(address, seen[address])
    if nonce.authority != wallet:
        raise WrongStateError(
            f"nonce {address} is of {nonce.authority}, not of {wallet}: that wallet has to do it", address=str(address)
        )
    return nonce


def _found(address: Pubkey, account: Account | None, authority: Pubkey) -> CreatedNonce:
    if account is None or not _is_of(account, address, authority):
        raise AlreadyExistsError(f"something else is at {address}; use another key", address=str(address))
    return CreatedNonce(receipt=None, nonce=address)


def _is_of(account: Account, address: Pubkey, authority: Pubkey) -> bool:
    try:
        return Nonce.read(address, account).authority == authority
    except NotFoundError:
        return False
