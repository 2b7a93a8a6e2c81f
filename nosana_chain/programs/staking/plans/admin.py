"""Plans of the slashing authority, and of whoever creates the staking program's settings. Pure."""

from __future__ import annotations

from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.engine.looking import look
from nosana_chain.engine.plan import Plan, Planning, receipt_of
from nosana_chain.errors import AlreadyExistsError
from nosana_chain.models.presence import is_there
from nosana_chain.models.receipt import Receipt
from nosana_chain.networks import Network
from nosana_chain.programs.staking.instructions import init_ix, slash_ix, update_settings_ix
from nosana_chain.programs.staking.queries import SETTINGS, read_stake


def plan_init_settings(*, owner: Pubkey, network: Network) -> Planning[Receipt]:
    """Create the settings, once per cluster."""
    address = pda.settings_address(network=network)
    seen = yield from look(address)
    if is_there(seen[address]):
        raise AlreadyExistsError(
            f"{network.name} has its staking settings already, at {address}, and they are made once",
            address=str(address),
        )
    return Plan(
        instructions=(init_ix(authority=owner, network=network),),
        addresses={"settings": address},
        result=receipt_of,
    )


def plan_slash(staker: Pubkey, *, amount: int, admin: Pubkey, network: Network) -> Planning[Receipt]:
    """Take from a stake."""
    address = pda.settings_address(network=network)
    seen = yield from look(address, pda.stake_address(staker, network=network))
    settings, stake = SETTINGS.read(network, address, seen[address]), read_stake(network, staker, seen)
    slashing = slash_ix(
        staker=staker, amount=amount, token_account=settings.token_account, authority=admin, network=network
    )
    return Plan(instructions=(slashing,), addresses={"stake": stake.address}, result=receipt_of)


def plan_update_settings(
    *, authority: Pubkey | None, token_account: Pubkey | None, admin: Pubkey, network: Network
) -> Planning[Receipt]:
    """Replace what is given in the settings."""
    settings = yield from SETTINGS.look(network, pda.settings_address(network=network))
    updating = update_settings_ix(
        new_authority=authority or settings.authority,
        token_account=token_account or settings.token_account,
        authority=admin,
        network=network,
    )
    return Plan(instructions=(updating,), addresses={"settings": settings.address}, result=receipt_of)
