"""`nosana-chain distributor`: tokens for a published list of claimants, some of which vest; and Nosana's votes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from nosana_chain.cli.columns import Column, base_units, columns_of, flag, moment, number, text
from nosana_chain.cli.grammar import Noun
from nosana_chain.cli.options import reads, writes
from nosana_chain.cli.parsing import ADDRESS, MOMENT, token_amount
from nosana_chain.cli.session import Session
from nosana_chain.cli.writing import Writing

_SHOWN = ("address", "version", "mint", "max_total_claim", "total_amount_claimed", "start_ts", "end_ts")
_STATUS_SHOWN = ("claimant", "unlocked_amount_claimed", "locked_amount_withdrawn", "locked_amount", "distributor")
_PAID = (base_units("amount"),)
_AT = "nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7"
_TREE = click.argument("tree", type=click.Path(path_type=Path))


@click.group(cls=Noun, example="distributor list")
def noun() -> None:
    """Tokens for a published list of claimants; Nosana votes with them."""


def _columns(under: str = "") -> tuple[Column, ...]:
    from nosana_chain.models.distributor import Distributor

    return columns_of(Distributor, shown=_SHOWN, under=under)


def _status_columns() -> tuple[Column, ...]:
    from nosana_chain.models.distributor import ClaimStatus

    return (*columns_of(ClaimStatus, shown=_STATUS_SHOWN), base_units("forgone"))


def _tree(path: Path) -> Any:
    from nosana_chain.programs.distributor.tree_file import read_tree_file

    return read_tree_file(path)


# ---------------------------------------------------------------- looking


@noun.command(example=f"distributor show {_AT}")
@click.argument("address", type=ADDRESS)
@reads
def show(session: Session, address: Any) -> None:
    """A distributor: what it has, and when."""
    session.show_one(
        session.run(lambda client: client.distributors.fetch_distributor(address), wallet=False), *_columns()
    )


@noun.command("list", example=f"distributor list\ndistributor list --mint {_AT}")
@click.option("--mint", type=ADDRESS, help="Only those of this mint.")
@click.option("--admin", type=ADDRESS, help="Only those of this administrator.")
@reads
def list_distributors(session: Session, mint: Any, admin: Any) -> None:
    """The distributors of the cluster."""
    found = session.run(lambda client: client.distributors.find_distributors(mint=mint, admin=admin), wallet=False)
    session.show_rows(found, *_columns(), empty="no distributors")


@noun.command(example=f"distributor claimed {_AT}")
@click.argument("address", type=ADDRESS)
@click.option("--claimant", type=ADDRESS, help="Whose claim. Default: the wallet's.")
@reads
def claimed(session: Session, address: Any, claimant: Any) -> None:
    """What a claimant took from a distributor."""
    found = session.run(
        lambda client: client.distributors.fetch_claim_status(address, claimant=claimant), wallet=claimant is None
    )
    session.show_one(found, *_status_columns())


@noun.command(example=f"distributor claims\ndistributor claims --distributor {_AT} --output csv")
@click.option("--distributor", type=ADDRESS, help="Only those of this distributor.")
@click.option("--claimant", type=ADDRESS, help="Only those of this claimant.")
@reads
def claims(session: Session, distributor: Any, claimant: Any) -> None:
    """All claims that were made."""
    found = session.run(
        lambda client: client.distributors.find_claim_statuses(distributor=distributor, claimant=claimant),
        wallet=False,
    )
    session.show_rows(found, *_status_columns(), empty="no claims")


@noun.command(example=f"distributor eligible {_AT} tree_1.json")
@click.argument("address", type=ADDRESS)
@_TREE
@click.option("--claimant", type=ADDRESS, help="Whose. Default: the wallet's.")
@reads
def eligible(session: Session, address: Any, tree: Path, claimant: Any) -> None:
    """What a claimant of TREE, a published tree file, can have now, and would lose by claiming now."""
    published = _tree(tree).tree

    async def look(client: Any) -> Any:
        proof = published.prove(claimant or client.wallet.address)
        return await client.distributors.fetch_eligibility(address, proof=proof)

    session.show_one(
        session.run(look, wallet=claimant is None),
        text("claimant", "proof.leaf.claimant"),
        base_units("unlocked_amount", "proof.leaf.unlocked_amount"),
        base_units("locked_amount", "proof.leaf.locked_amount"),
        flag("open", "is_open"),
        flag("claimed", lambda row: row.status is not None),
        base_units("unlocked"),
        base_units("forgone"),
        base_units("locked"),
        moment("now"),
        number("slot"),
    )


# ---------------------------------------------------------------- claiming


@noun.command(example=f"distributor claim {_AT} tree_1.json --vote yes")
@click.argument("address", type=ADDRESS)
@_TREE
@click.option("--vote", type=click.Choice(("yes", "no")), help="Pay the wallet that stands for this answer.")
@click.option("--max-forgone", default="0", show_default=True, help="Base units that claiming now may lose for good.")
@writes
def claim(writing: Writing, address: Any, tree: Path, vote: str | None, max_forgone: str) -> None:
    """Claim the unlocked part of the wallet's leaf in TREE, once and for all."""
    from nosana_chain.programs.distributor.votes import Vote

    proof = _tree(tree).tree.prove(writing.load_signer().address)
    chosen = None if vote is None else Vote[vote.upper()]
    most = token_amount(max_forgone, in_base_units=True, name="--max-forgone")
    writing.do(
        lambda client: client.distributors.claim_unlocked(address, proof=proof, vote=chosen, max_forgone=most),
        *_PAID,
        base_units("forgone"),
    )


@noun.command("claim-locked", example=f"distributor claim-locked {_AT}")
@click.argument("address", type=ADDRESS)
@writes
def claim_locked(writing: Writing, address: Any) -> None:
    """Take what has vested of the wallet's locked part since the last time."""
    writing.do(lambda client: client.distributors.claim_locked(address), *_PAID)


# ---------------------------------------------------------------- for administrators


@noun.command(
    example=f"distributor create tree_1.json --mint {_AT} --start 2027-01-01 --end 2027-06-30 "
    "--clawback-start 2027-07-31 --deposit all"
)
@_TREE
@click.option("--mint", type=ADDRESS, required=True, help="Of the tokens.")
@click.option("--start", type=MOMENT, required=True, help="When claims and vesting start.")
@click.option("--end", type=MOMENT, required=True, help="When all has vested.")
@click.option(
    "--clawback-start", type=MOMENT, required=True, help="When what is left may go back; a day after the end."
)
@click.option("--clawback-to", type=ADDRESS, help="Wallet that gets it. Default: yours.")
@click.option("--closable", is_flag=True, help="Let the administrator close it, and take what is left, at any time.")
@click.option("--enable-slot", type=click.IntRange(0), default=0, help="Slot from which claims are possible.")
@click.option("--version", "number", type=click.IntRange(0), help="Its number for the mint. Default: the tree's.")
@click.option(
    "--deposit", default="all", show_default=True, help="Base units that move into it: all that can be claimed."
)
@writes
def create(
    writing: Writing, tree: Path, *, mint: Any, number: int | None, deposit: str, clawback_to: Any, **times: Any
) -> None:
    """Create a distributor for TREE, a published tree file, and fill it."""
    from nosana_chain.programs.distributor.terms import DistributorTerms

    published = _tree(tree)
    terms = DistributorTerms.for_tree(
        published.tree,
        version=published.version if number is None else number,
        start_ts=times["start"],
        end_ts=times["end"],
        clawback_start_ts=times["clawback_start"],
        closable=times["closable"],
        enable_slot=times["enable_slot"],
    )
    whole = deposit == "all"
    amount = published.tree.total if whole else token_amount(deposit, in_base_units=True, name="--deposit")
    writing.do(
        lambda client: client.distributor_admin.create_distributor(
            terms, mint=mint, deposit=amount, clawback_to=clawback_to
        ),
        text("distributor"),
    )


@noun.command("enable-from", example=f"distributor enable-from {_AT} 300000000")
@click.argument("address", type=ADDRESS)
@click.argument("slot", type=click.IntRange(0))
@writes
def enable_from(writing: Writing, address: Any, slot: int) -> None:
    """Let claims be possible from SLOT on (not block height)."""
    writing.do(lambda client: client.distributor_admin.set_enable_slot(address, slot=slot))


@noun.command("clawback-to", example=f"distributor clawback-to {_AT} {_AT}")
@click.argument("address", type=ADDRESS)
@click.argument("wallet", type=ADDRESS)
@writes
def clawback_to(writing: Writing, address: Any, wallet: Any) -> None:
    """Let a clawback pay WALLET."""
    writing.do(lambda client: client.distributor_admin.set_clawback_receiver(address, to=wallet))


@noun.command("hand-over", example=f"distributor hand-over {_AT} {_AT}")
@click.argument("address", type=ADDRESS)
@click.argument("wallet", type=ADDRESS)
@writes
def hand_over(writing: Writing, address: Any, wallet: Any) -> None:
    """Make WALLET the administrator. Only that wallet can undo it."""
    writing.do(lambda client: client.distributor_admin.set_admin(address, to=wallet))


@noun.command(example=f"distributor clawback {_AT}")
@click.argument("address", type=ADDRESS)
@writes
def clawback(writing: Writing, address: Any) -> None:
    """Send all that is left to the clawback receiver, which ends all claims. Anyone may, once it is time."""
    writing.do(lambda client: client.distributor_admin.claw_back(address), *_PAID)


@noun.command(example=f"distributor close {_AT}")
@click.argument("address", type=ADDRESS)
@writes
def close(writing: Writing, address: Any) -> None:
    """Close a closable distributor. The wallet gets all tokens that are left."""
    writing.do(lambda client: client.distributor_admin.close_distributor(address), *_PAID)


@noun.command("close-claim", example=f"distributor close-claim {_AT} {_AT}")
@click.argument("address", type=ADDRESS)
@click.argument("claimant", type=ADDRESS)
@writes
def close_claim(writing: Writing, address: Any, claimant: Any) -> None:
    """Close the record of a claim. The program's public source always aborts here; a build may do otherwise."""
    writing.do(lambda client: client.distributor_admin.close_claim_status(address, claimant=claimant))
