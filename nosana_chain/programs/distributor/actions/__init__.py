"""Actions on merkle distributors, by who acts: claimants, and whoever sets one up."""

from nosana_chain.programs.distributor.actions.admin import DistributorAdmin
from nosana_chain.programs.distributor.actions.claimants import Distributors

__all__ = ["DistributorAdmin", "Distributors"]
