"""Plans of those who set distributors up and wind them down. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.engine.looking import look
from nosana_chain.engine.plan import Plan, Planning, receipt_of
from nosana_chain.errors import AlreadyExistsError
from nosana_chain.models.distributor import Distributor
from nosana_chain.models.presence import is_there
from nosana_chain.models.receipt import Receipt
from nosana_chain.networks import Network
from nosana_chain.programs.amounts import tokens_moved
from nosana_chain.programs.distributor.instructions import (
    clawback_ix,
    close_claim_status_ix,
    close_distributor_ix,
    new_distributor_ix,
    set_admin_ix,
    set_clawback_receiver_ix,
    set_enable_slot_ix,
)
from nosana_chain.programs.distributor.queries import CLAIM_STATUS, DISTRIBUTOR
from nosana_chain.programs.distributor.results import CreatedDistributor, EmptiedDistributor
from nosana_chain.programs.distributor.terms import DistributorTerms
from nosana_chain.programs.token_accounts import create_token_account_ix, transfer_ix
from nosana_chain.programs.token_payments import payment_of_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """A distributor that shall be created and filled.

    Attributes:
        mint: of its tokens.
        deposit: base units that move from the admin to its vault.
        receiver: the wallet that a clawback pays.
    """

    terms: DistributorTerms
    mint: Pubkey
    deposit: int
    receiver: Pubkey


def plan_create_distributor(creation: Creation, *, admin: Pubkey, network: Network) -> Planning[CreatedDistributor]:
    """Create a distributor with its vault, and fill it."""
    terms, mint = creation.terms, creation.mint
    address = pda.distributor_address(mint, version=terms.version, network=network)
    vault, purse, receiver = (
        pda.token_account_address(owner, mint=mint) for owner in (address, admin, creation.receiver)
    )
    seen = yield from look(address, purse)
    if is_there(seen[address]):
        raise AlreadyExistsError(
            f"version {terms.version} of {mint} is there already, as distributor {address}: use another version",
            address=str(address),
        )
    payment = payment_of_tokens(
        seen[purse], owner=admin, mint=mint, to=vault, amount=creation.deposit, network=network, what="deposit"
    )
    accounts = [create_token_account_ix(owner=one, mint=mint, payer=admin) for one in (address, creation.receiver)]
    making = new_distributor_ix(mint=mint, terms=terms, clawback_receiver=receiver, admin=admin, network=network)
    filling = [transfer_ix(source=purse, target=vault, owner=admin, amount=creation.deposit)] if payment else []
    return Plan(
        instructions=(*accounts, making, *filling),
        payment=payment,
        addresses={"distributor": address},
        reads=(address,),
        proof=DISTRIBUTOR.made(network, address, lambda made: made.admin == admin and terms.fit(made)),
        result=lambda landed: CreatedDistributor(receipt=landed.receipt, distributor=address),
    )


def plan_set_enable_slot(distributor: Pubkey, *, slot: int, admin: Pubkey, network: Network) -> Planning[Receipt]:
    """Let claims be possible from a slot on."""
    yield from DISTRIBUTOR.look(network, distributor)
    change = set_enable_slot_ix(distributor=distributor, enable_slot=slot, admin=admin, network=network)
    return Plan(instructions=(change,), addresses={"distributor": distributor}, result=receipt_of)


def plan_set_clawback_receiver(
    distributor: Pubkey, *, to: Pubkey, admin: Pubkey, network: Network
) -> Planning[Receipt]:
    """Let a clawback pay another wallet."""
    mint = (yield from DISTRIBUTOR.look(network, distributor)).mint
    change = set_clawback_receiver_ix(
        distributor=distributor,
        new_clawback_account=pda.token_account_address(to, mint=mint),
        admin=admin,
        network=network,
    )
    return Plan(
        instructions=(create_token_account_ix(owner=to, mint=mint, payer=admin), change),
        addresses={"distributor": distributor},
        result=receipt_of,
    )


def plan_set_admin(distributor: Pubkey, *, to: Pubkey, admin: Pubkey, network: Network) -> Planning[Receipt]:
    """Hand a distributor over."""
    yield from DISTRIBUTOR.look(network, distributor)
    change = set_admin_ix(distributor=distributor, admin=admin, new_admin=to, network=network)
    return Plan(instructions=(change,), addresses={"distributor": distributor}, result=receipt_of)


def plan_claw_back(distributor: Pubkey, *, owner: Pubkey, network: Network) -> Planning[EmptiedDistributor]:
    """Send all that is left to the clawback receiver."""
    found = yield from DISTRIBUTOR.look(network, distributor)
    clawback = clawback_ix(
        distributor=distributor, mint=found.mint, to=found.clawback_receiver, claimant=owner, network=network
    )
    return _emptying(found, clawback)


def plan_close_distributor(distributor: Pubkey, *, admin: Pubkey, network: Network) -> Planning[EmptiedDistributor]:
    """Close a distributor, and take all that is left."""
    found = yield from DISTRIBUTOR.look(network, distributor)
    closing = close_distributor_ix(
        distributor=distributor,
        mint=found.mint,
        destination_token_account=pda.token_account_address(admin, mint=found.mint),
        admin=admin,
        network=network,
    )
    return _emptying(found, create_token_account_ix(owner=admin, mint=found.mint, payer=admin), closing)


def plan_close_claim_status(
    distributor: Pubkey, *, claimant: Pubkey, admin: Pubkey, network: Network
) -> Planning[Receipt]:
    """Close the record of a claim."""
    address = pda.claim_status_address(claimant, distributor=distributor, network=network)
    yield from CLAIM_STATUS.look(network, address)
    closing = close_claim_status_ix(distributor=distributor, claimant=claimant, admin=admin, network=network)
    return Plan(instructions=(closing,), addresses={"claim_status": address}, result=receipt_of)


def _emptying(found: Distributor, *instructions: Instruction) -> Plan[EmptiedDistributor]:
    return Plan(
        instructions=instructions,
        addresses={"distributor": found.address},
        result=lambda landed: EmptiedDistributor(
            receipt=landed.receipt, amount=tokens_moved(landed, source=found.token_vault)
        ),
    )
