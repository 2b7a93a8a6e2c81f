"""The reference: a page for each room, whose names mkdocstrings reads out of the docstrings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nosana_chain._homes import HOMES


@dataclass(frozen=True)
class Room:
    """A page.

    Attributes:
        page: its file.
        title: its heading.
        homes: modules of `nosana_chain` (with what is below them) whose public names it shows.
        more: what else it shows, by its whole name: what is met through a client and needn't be imported.
    """

    page: str
    title: str
    homes: tuple[str, ...] = ()
    more: tuple[str, ...] = ()


_P = "nosana_chain.programs"
ROOMS = (
    Room("client", "Client", ("client", "config", "networks", "wallet", "addresses", "units", "cid", "notebook")),
    Room(
        "builders",
        "For builders: jobs",
        more=(
            f"{_P}.jobs.actions.jobs.Jobs",
            f"{_P}.jobs.actions.definitions.DefinedJobs",
            f"{_P}.jobs.actions.keeping.KeptJobs",
        ),
    ),
    Room("hosts", "For hosts", more=(f"{_P}.jobs.actions.hosts.Hosts", f"{_P}.nodes.actions.Nodes")),
    Room("operators", "For operators: markets", more=(f"{_P}.jobs.actions.markets.Markets",)),
    Room(
        "holders",
        "For token holders",
        more=(
            f"{_P}.staking.actions.Stakes",
            f"{_P}.rewards.actions.Rewards",
            f"{_P}.pools.actions.Pools",
            f"{_P}.distributor.actions.Distributors",
            f"{_P}.tokens.actions.Tokens",
        ),
    ),
    Room(
        "authorities",
        "For authorities",
        more=(f"{_P}.staking.actions.admin.StakingAuthority", f"{_P}.distributor.actions.admin.DistributorAdmin"),
    ),
    Room(
        "transactions",
        "Actions, transactions, journal",
        ("engine",),
        (
            f"{_P}.transactions.Transactions",
            f"{_P}.nonces.actions.Nonces",
            "nosana_chain.engine.resuming.WalletJournal",
            f"{_P}.address_search.Addresses",
        ),
    ),
    Room("models", "What you see: models", ("models",)),
    Room("results", "Terms, results, events", ("programs",)),
    Room("off-chain", "Off the chain: definitions, IPFS, services", ("job_definition", "ipfs", "web")),
    Room("sync", "Without async", ("sync",)),
    Room("sweep", "Sweep", ("sweep",)),
    Room("localnet", "Local network", ("localnet",)),
    Room("wire", "Endpoints", ("wire",)),
    Room("errors", "Errors", ("errors",)),
    Room(
        "instructions",
        "Instruction builders",
        more=tuple(
            f"{_P}.{program}.instructions"
            for program in ("jobs", "staking", "rewards", "pools", "nodes", "distributor")
        ),
    ),
)


def names_of(room: Room) -> list[str]:
    """The names that a page shows, as users import them."""
    public = sorted(name for name, home in HOMES.items() if any(_is_in(home, one) for one in room.homes))
    return [*(f"nosana_chain.{name}" for name in public), *room.more]


def reference_pages() -> Iterator[tuple[str, str]]:
    """Each page with its text."""
    for room in ROOMS:
        shown = "\n".join(f"::: {name}\n" for name in names_of(room))
        yield f"reference/{room.page}.md", f"# {room.title}\n\n{shown}"


def _is_in(home: str, room: str) -> bool:
    return home == room or home.startswith(f"{room}.")
