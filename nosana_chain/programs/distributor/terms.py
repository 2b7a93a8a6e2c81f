"""What an administrator decides about a distributor."""

from __future__ import annotations

from dataclasses import dataclass, fields

from nosana_chain.errors import InputError
from nosana_chain.models.distributor import Distributor
from nosana_chain.programs.distributor.merkle import HASH_BYTES, MerkleTree
from nosana_chain.units import DAY, i64, u64

#: Least time between the end of vesting and the clawback (the distributor's public source, v0.0.2).
CLAWBACK_DELAY_MIN = DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributorTerms:
    """The terms of a new distributor. Only the enable slot can be changed later.

    Attributes:
        version: 0 to 2**64-1; tells several distributors of one mint apart, and is part of the address.
        root: root hash of the tree of claimants, 32 bytes.
        max_total_claim: most base units that may ever be claimed, 0 to 2**64-1: the sum of all leaves.
        max_num_nodes: most claims that may ever be made, 0 to 2**64-1: the number of leaves.
        start_ts: Unix time at which claims and vesting start; may be past.
        end_ts: Unix time at which all has vested; after the start, and not past.
        clawback_start_ts: Unix time from which anyone may claw back, at least a day after the end.
        closable: whether the admin may close the distributor, and take what is left, at any time.
        enable_slot: slot (not block height) from which claims are possible, 0 to 2**64-1.

    Raises:
        AmountError: a number out of its range, or times in the wrong order.
        InputError: a root that is no hash.
    """

    version: int
    root: bytes
    max_total_claim: int
    max_num_nodes: int
    start_ts: int
    end_ts: int
    clawback_start_ts: int
    closable: bool
    enable_slot: int = 0

    def __post_init__(self) -> None:
        for name in ("version", "max_total_claim", "max_num_nodes", "enable_slot"):
            u64(getattr(self, name), name)
        i64(self.start_ts, "start_ts")
        i64(self.end_ts, "end_ts", minimum=self.start_ts + 1)
        i64(self.clawback_start_ts, "clawback_start_ts", minimum=self.end_ts + CLAWBACK_DELAY_MIN)
        if len(self.root) != HASH_BYTES:
            raise InputError(f"a root is a hash of {HASH_BYTES} bytes; this one has {len(self.root)}")

    def fit(self, distributor: Distributor) -> bool:
        """Whether a distributor on chain is one that was created on these terms; its enable slot may have changed."""
        kept = (field.name for field in fields(self) if field.name != "enable_slot")
        return all(getattr(distributor, name) == getattr(self, name) for name in kept)

    @classmethod
    def for_tree(
        cls,
        tree: MerkleTree,
        *,
        version: int,
        start_ts: int,
        end_ts: int,
        clawback_start_ts: int,
        closable: bool,
        enable_slot: int = 0,
    ) -> DistributorTerms:
        """Terms under which every leaf of `tree` can be claimed, and nothing else."""
        return cls(
            version=version,
            root=tree.root,
            max_total_claim=tree.total,
            max_num_nodes=len(tree.leaves),
            start_ts=start_ts,
            end_ts=end_ts,
            clawback_start_ts=clawback_start_ts,
            closable=closable,
            enable_slot=enable_slot,
        )
