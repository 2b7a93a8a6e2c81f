"""What somebody who means well would pass to each instruction: the accounts by role, and the arguments."""

from collections.abc import Callable, Mapping
from typing import Any

from behaviour.builds import REWARDS
from behaviour.call import SYSTEM_PROGRAM
from model.addresses import (
    ASSOCIATED_TOKEN_PROGRAM,
    NOS,
    REFLECTION,
    RENT_SYSVAR,
    REWARDS_VAULT,
    SETTINGS,
    TOKEN_PROGRAM,
)
from solders.pubkey import Pubkey

from fidelity.life import Life

Roles = dict[str, Pubkey]
Values = Mapping[str, Any]
Intent = Callable[[Life], tuple[Roles, Values]]

NO_VALUES: Values = {}
INTENTS: dict[tuple[str, str], Intent] = {}
FIXED_ROLES: Roles = {
    "mint": NOS,
    "rent": RENT_SYSVAR,
    "system_program": SYSTEM_PROGRAM,
    "token_program": TOKEN_PROGRAM,
    "associated_token_program": ASSOCIATED_TOKEN_PROGRAM,
    "rewards_program": REWARDS,
    "rewards_reflection": REFLECTION,
    "rewards_vault": REWARDS_VAULT,
    "reflection": REFLECTION,
    "settings": SETTINGS,
}


def intent(interface: str, *names: str) -> Callable[[Intent], Intent]:
    """Register what is meant by one or several instructions."""

    def register(made: Intent) -> Intent:
        INTENTS.update({(interface, name): made for name in names})
        return made

    return register
