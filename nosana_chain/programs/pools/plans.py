"""Plans of those who open pools, and of those whom pools pay. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.engine.looking import look
from nosana_chain.engine.plan import Plan, Planning, already_done, receipt_of
from nosana_chain.errors import AlreadyExistsError, NothingDueError, TermsDifferError, WrongStateError
from nosana_chain.models.pool import ClaimType, Pool
from nosana_chain.models.presence import is_there
from nosana_chain.models.receipt import Receipt
from nosana_chain.networks import Network
from nosana_chain.programs.amounts import tokens_moved
from nosana_chain.programs.pools.formulas import PoolClaim
from nosana_chain.programs.pools.instructions import (
    claim_fee_ix,
    claim_transfer_ix,
    close_pool_ix,
    open_pool_ix,
    update_beneficiary_ix,
)
from nosana_chain.programs.pools.queries import (
    POOL,
    PoolVault,
    look_for_pool_and_vault,
    pool_claim_addresses,
    read_pool_and_vault,
    read_pool_claim,
)
from nosana_chain.programs.pools.results import ClaimedPool, ClosedPool, OpenedPool
from nosana_chain.programs.pools.terms import PoolTerms
from nosana_chain.programs.rewards.queries import read_rewards_pool, require_members
from nosana_chain.programs.token_accounts import create_token_account_ix, transfer_ix
from nosana_chain.programs.token_payments import payment_of_tokens
from nosana_chain.wallet import Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A pool that shall be opened and filled.

    Attributes:
        mint: of its tokens.
        pays: the wallet that it pays; None for the members of the rewards pool.
        deposit: base units that move from the opener to its vault.
    """

    terms: PoolTerms
    mint: Pubkey
    pays: Pubkey | None
    deposit: int

    @property
    def claim_type(self) -> ClaimType:
        """How it pays."""
        return ClaimType.ADD_FEE if self.pays is None else ClaimType.TRANSFER

    def beneficiary(self, network: Network) -> Pubkey:
        """The token account that it pays."""
        if self.pays is None:
            return pda.rewards_vault_address(network=network)
        return pda.token_account_address(self.pays, mint=self.mint)

    def is_it(self, pool: Pool, *, owner: Pubkey) -> bool:
        """Whether a pool on chain is this one, opened by `owner`; who it pays may have changed since."""
        return pool.authority == owner and self.terms.fit(pool, claim_type=self.claim_type)


def plan_open_pool(opening: Opening, *, pool: Signer, owner: Pubkey, network: Network) -> Planning[OpenedPool]:
    """Open a pool at the address of `pool`, unless it is there already, and fill it."""
    address, mint = pool.address, opening.mint
    purse, vault = pda.token_account_address(owner, mint=mint), pda.pool_vault_address(address, network=network)
    seen = yield from look(address, vault, purse)
    if is_there(seen[address]):
        return already_done(_found(opening, *read_pool_and_vault(network, address, seen), owner=owner))
    payment = payment_of_tokens(
        seen[purse], owner=owner, mint=mint, to=vault, amount=opening.deposit, network=network, what="deposit"
    )
    opening_ix = open_pool_ix(
        pool=address,
        authority=owner,
        beneficiary=opening.beneficiary(network),
        claim_type=opening.claim_type,
        terms=opening.terms,
        network=network,
        mint=mint,
    )
    creating = [] if opening.pays is None else [create_token_account_ix(owner=opening.pays, mint=mint, payer=owner)]
    funding = [transfer_ix(source=purse, target=vault, owner=owner, amount=opening.deposit)] if payment else []
    return Plan(
        instructions=(*creating, opening_ix, *funding),
        signers=(pool,),
        payment=payment,
        addresses={"pool": address},
        reads=(address,),
        proof=POOL.made(network, address, lambda found: opening.is_it(found, owner=owner)),
        result=lambda landed: OpenedPool(receipt=landed.receipt, pool=address),
    )


def plan_fund_pool(address: Pubkey, *, amount: int, owner: Pubkey, network: Network) -> Planning[Receipt]:
    """Move tokens from the wallet to a pool's vault."""
    vault, nos_purse = pda.pool_vault_address(address, network=network), pda.nos_account_address(owner, network=network)
    seen = yield from look(address, vault, nos_purse)
    _, (mint, _) = read_pool_and_vault(network, address, seen)
    purse = pda.token_account_address(owner, mint=mint)
    if purse not in seen:
        seen = yield from look(purse)
    return Plan(
        instructions=(transfer_ix(source=purse, target=vault, owner=owner, amount=amount),),
        payment=payment_of_tokens(
            seen[purse], owner=owner, mint=mint, to=vault, amount=amount, network=network, what="payment"
        ),
        addresses={"pool": address},
        result=receipt_of,
    )


def plan_claim_pool(address: Pubkey, *, force: bool, owner: Pubkey, network: Network) -> Planning[ClaimedPool]:
    """Pay what is due to the pool's beneficiary."""
    reflection = pda.reflection_address(network=network)
    seen = yield from look(*pool_claim_addresses(network, address), reflection)
    claim = read_pool_claim(network, address, seen)
    if claim.pool.claim_type is ClaimType.ADD_FEE:
        require_members(read_rewards_pool(network, seen))
        if claim.forfeited and not force:
            raise _forfeiting(claim)
    if not claim.paid and not claim.forfeited and claim.pool.claim_type is not ClaimType.UNKNOWN:
        raise _nothing_due(claim)
    return Plan(
        instructions=(_claim_ix(claim.pool, owner, network),),
        addresses={"pool": address},
        result=lambda landed: ClaimedPool(receipt=landed.receipt, amount=tokens_moved(landed, source=claim.pool.vault)),
    )


def plan_close_pool(address: Pubkey, *, owner: Pubkey, network: Network) -> Planning[ClosedPool]:
    """Close a pool, and take all that its vault holds."""
    pool, vault = yield from look_for_pool_and_vault(network, address)
    purse = pda.token_account_address(owner, mint=vault.mint)
    closing = close_pool_ix(pool=address, user=purse, authority=owner, network=network)
    return Plan(
        instructions=(create_token_account_ix(owner=owner, mint=vault.mint, payer=owner), closing),
        addresses={"pool": address},
        result=lambda landed: ClosedPool(
            receipt=landed.receipt, amount=tokens_moved(landed, source=pool.vault, destination=purse)
        ),
    )


def plan_change_beneficiary(address: Pubkey, *, to: Pubkey, owner: Pubkey, network: Network) -> Planning[Receipt]:
    """Let a pool pay another wallet."""
    pool, vault = yield from look_for_pool_and_vault(network, address)
    change = update_beneficiary_ix(
        pool=address,
        beneficiary=pool.beneficiary,
        new_beneficiary=pda.token_account_address(to, mint=vault.mint),
        authority=owner,
        network=network,
    )
    return Plan(
        instructions=(create_token_account_ix(owner=to, mint=vault.mint, payer=owner), change),
        addresses={"pool": address},
        result=receipt_of,
    )


def _found(opening: Opening, pool: Pool, vault: PoolVault, *, owner: Pubkey) -> OpenedPool:
    """The result for a pool that an earlier attempt opened."""
    if pool.authority != owner:
        raise AlreadyExistsError(
            f"the address {pool.address} is taken by another pool, of {pool.authority}; nothing was sent",
            address=str(pool.address),
        )
    if not opening.is_it(pool, owner=owner) or vault.mint != opening.mint:
        raise _other_terms(opening, pool, vault)
    return OpenedPool(receipt=None, pool=pool.address)


def _other_terms(opening: Opening, pool: Pool, vault: PoolVault) -> TermsDifferError:
    recorded = _in_words(PoolTerms.of(pool), pool.claim_type, vault.mint)
    asked = _in_words(opening.terms, opening.claim_type, opening.mint)
    differing = [name for name in asked if recorded[name] != asked[name]]
    told = ", ".join(f"{name} {recorded[name]}, not {asked[name]}" for name in differing)
    return TermsDifferError(
        f"this key's pool {pool.address} was opened with other terms: {told}; nothing was sent: use another key",
        verb="open_pool",
        key="",
        recorded={name: recorded[name] for name in differing},
        asked={name: asked[name] for name in differing},
        pool=str(pool.address),
    )


def _in_words(terms: PoolTerms, claim_type: ClaimType, mint: Pubkey) -> dict[str, str | int]:
    return {**asdict(terms), "claim_type": claim_type.name, "mint": str(mint)}


def _claim_ix(pool: Pool, caller: Pubkey, network: Network) -> Instruction:
    if pool.claim_type is ClaimType.ADD_FEE:
        return claim_fee_ix(pool=pool.address, authority=caller, network=network)
    return claim_transfer_ix(pool=pool.address, beneficiary=pool.beneficiary, authority=caller, network=network)


def _forfeiting(claim: PoolClaim) -> WrongStateError:
    return WrongStateError(
        f"claiming from pool {claim.pool.address} now would count {claim.forfeited} base units as claimed and pay "
        f"nothing: that is less than one second's emission ({claim.pool.emission}); wait, fund the pool, or force it",
        address=str(claim.pool.address),
        forfeited=claim.forfeited,
    )


def _nothing_due(claim: PoolClaim) -> NothingDueError:
    pool, due_at = claim.pool, claim.due_at
    return NothingDueError(
        f"pool {pool.address} has nothing to pay: {_why(claim, due_at)}; nothing was sent",
        address=str(pool.address),
        due_at=due_at,
    )


def _why(claim: PoolClaim, due_at: int | None) -> str:
    emission = claim.pool.emission
    if due_at is not None:
        return f"a second's emission is due at {due_at} (Unix time)"
    if not emission:
        return "it emits nothing"
    if claim.vault_balance < emission:
        return f"its vault holds {claim.vault_balance} base units, and a second's emission is {emission}; fund it"
    return "what it emits has outgrown 2**64-1, where the program aborts; only closing it brings its tokens back"
