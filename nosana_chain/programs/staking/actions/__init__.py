"""Actions of the staking program, by who acts: stakers, and whoever may slash."""

from nosana_chain.programs.staking.actions.admin import StakingAuthority
from nosana_chain.programs.staking.actions.stakers import Stakes

__all__ = ["Stakes", "StakingAuthority"]
