"""Who pays in the wallet's place, where a program lets another signer do so."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from nosana_chain.engine.engine import Engine
from nosana_chain.wallet import Signer


@dataclass(frozen=True, slots=True)
class Roles:
    """Whose action it is, and who pays for it.

    Attributes:
        wallet: the authority: a job's project, a host.
        payer: pays the deposit out of its NOS account, and the rent, which comes back to it.
        funder: pays the rent of NOS accounts that are made on the way: the fee payer.
        cosigners: who signs beside wallet and fee payer.
    """

    wallet: Pubkey
    payer: Pubkey
    funder: Pubkey
    cosigners: tuple[Signer, ...] = ()

    @property
    def other_payer(self) -> Pubkey | None:
        """The payer, if it isn't the wallet."""
        return None if self.payer == self.wallet else self.payer


def roles_of(engine: Engine, payer: Signer | None = None) -> Roles:
    """The roles of an action that `payer` (default: the wallet) pays for."""
    wallet = engine.signer.address
    other = payer is not None and payer.address != wallet
    return Roles(
        wallet=wallet,
        payer=payer.address if payer else wallet,
        funder=engine.fee_signer.address,
        cosigners=(payer,) if payer and other else (),
    )
