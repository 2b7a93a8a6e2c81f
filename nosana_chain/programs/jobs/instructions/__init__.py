"""Pure builders of the jobs program's instructions, by who signs them: operators, builders, hosts.

Nothing here asks the network or checks a balance: the addresses that follow from others are derived, the rest
is the caller's. Every builder takes the `network`, since the program id and the NOS mint depend on it.
"""

from nosana_chain.programs.jobs.instructions.job import (
    assign_ix,
    clean_admin_ix,
    clean_ix,
    delist_ix,
    end_ix,
    extend_ix,
    list_ix,
    recover_ix,
)
from nosana_chain.programs.jobs.instructions.market import (
    close_market_admin_ix,
    close_market_ix,
    open_market_ix,
    update_market_ix,
)
from nosana_chain.programs.jobs.instructions.run import (
    claim_ix,
    complete_ix,
    finish_ix,
    quit_admin_ix,
    quit_ix,
    stop_ix,
    work_ix,
)

__all__ = [
    "assign_ix",
    "claim_ix",
    "clean_admin_ix",
    "clean_ix",
    "close_market_admin_ix",
    "close_market_ix",
    "complete_ix",
    "delist_ix",
    "end_ix",
    "extend_ix",
    "finish_ix",
    "list_ix",
    "open_market_ix",
    "quit_admin_ix",
    "quit_ix",
    "recover_ix",
    "stop_ix",
    "update_market_ix",
    "work_ix",
]
