"""Actions of the jobs program, by who acts: builders, hosts, operators."""

from nosana_chain.programs.jobs.actions.hosts import Hosts
from nosana_chain.programs.jobs.actions.jobs import Jobs
from nosana_chain.programs.jobs.actions.markets import Markets

__all__ = ["Hosts", "Jobs", "Markets"]
