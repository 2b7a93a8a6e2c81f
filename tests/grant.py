"""A published tree of claimants, and a distributor for it on a local network."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from solders.pubkey import Pubkey
from stage import Scene

from nosana_chain.client import NosanaClient
from nosana_chain.models.distributor import Distributor
from nosana_chain.programs.distributor.eligibility import Eligibility
from nosana_chain.programs.distributor.merkle import Leaf, MerkleTree, Proof
from nosana_chain.programs.distributor.terms import DistributorTerms
from nosana_chain.programs.distributor.tree_file import read_tree_file
from nosana_chain.programs.distributor.votes import Vote
from nosana_chain.units import DAY, HOUR

CLAIMANTS = ("host", "builder", "staker")
UNLOCKED, LOCKED = 1_000_003, 700_001  # base units of the first claimant; the others have twice and thrice as much
LENGTH = 100 * HOUR  # from start to end
VERSION = 7


def publish(folder: Path, tree: MerkleTree) -> Path:
    """Write tree_VERSION.json as the distributor's own tools do."""
    nodes = [
        {
            "claimant": list(bytes(leaf.claimant)),
            "amount": leaf.unlocked_amount,
            "locked_amount": leaf.locked_amount,
            "proof": [list(sibling) for sibling in tree.prove(leaf.claimant).siblings],
        }
        for leaf in tree.leaves
    ]
    content = {
        "merkle_root": list(tree.root),
        "airdrop_version": VERSION,
        "max_num_nodes": len(nodes),
        "max_total_claim": tree.total,
        "tree_nodes": nodes,
    }
    path = folder / f"tree_{VERSION}.json"
    path.write_text(json.dumps(content))
    return path


def tree_of(scene: Scene) -> MerkleTree:
    """A leaf for each claimant."""
    return MerkleTree(
        Leaf(claimant=scene.net.wallets[name].address, unlocked_amount=k * UNLOCKED, locked_amount=k * LOCKED)
        for k, name in enumerate(CLAIMANTS, start=1)
    )


@dataclass(frozen=True, slots=True)
class Grant:
    """A distributor of NOS that the operator made and filled."""

    scene: Scene
    tree: MerkleTree
    terms: DistributorTerms
    address: Pubkey

    def proof(self, name: str) -> Proof:
        return self.tree.prove(self.scene.net.wallets[name].address)

    async def fetch(self) -> Distributor:
        return await self.scene.operator.distributors.fetch_distributor(self.address)

    async def fetch_eligibility(self, name: str) -> Eligibility:
        return await self.scene.operator.distributors.fetch_eligibility(self.address, proof=self.proof(name))

    async def fetch_held(self) -> int:
        """Base units in the vault."""
        return await self.scene.operator.fetch_nos_balance(owner=self.address)

    async def fetch_votes(self, vote: Vote) -> int:
        """Base units that speak for an answer."""
        return await self.scene.operator.fetch_nos_balance(owner=vote.value)

    async def claim(self, claimant: NosanaClient, name: str, *, max_forgone: int = 0, vote: Vote = Vote.YES) -> None:
        """Claim the unlocked part of the leaf of `name`."""
        await claimant.distributors.claim_unlocked(
            self.address, proof=self.proof(name), vote=vote, max_forgone=max_forgone
        )


async def grant(scene: Scene, folder: Path, *, started: int = HOUR, deposit: int | None = None, **terms: Any) -> Grant:
    """Publish a tree, read it again, and make a distributor that started some seconds ago; `terms` replace others."""
    published = read_tree_file(publish(folder, tree_of(scene)))
    start = await scene.net.unix_time() - started
    planned = DistributorTerms.for_tree(
        published.tree,
        version=published.version,
        start_ts=start,
        end_ts=start + LENGTH,
        clawback_start_ts=start + LENGTH + DAY,
        closable=True,
    )
    chosen = replace(planned, **terms)
    created = await scene.operator.distributor_admin.create_distributor(
        chosen, mint=scene.net.network.nos_mint, deposit=published.tree.total if deposit is None else deposit
    )
    return Grant(scene, published.tree, chosen, created.distributor)
