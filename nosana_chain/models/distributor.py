"""A merkle distributor: tokens set aside for a fixed list of claimants; and what one of them has claimed."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime.layout import key
from nosana_chain.bindings.layouts.distributor import CLAIM_STATUS, MERKLE_DISTRIBUTOR
from nosana_chain.models.by_position import by_position
from nosana_chain.one_line import one_line
from nosana_chain.units import TokenUnits, UnixSeconds

_read_distributor = MERKLE_DISTRIBUTOR.reader(
    "version",
    "root",
    "mint",
    "token_vault",
    "max_total_claim",
    "max_num_nodes",
    "total_amount_claimed",
    "total_amount_forgone",
    "num_nodes_claimed",
    "start_ts",
    "end_ts",
    "clawback_start_ts",
    "clawback_receiver",
    "admin",
    "clawed_back",
    "enable_slot",
    "closable",
)
_read_claim_status = CLAIM_STATUS.reader(
    "claimant",
    "locked_amount",
    "locked_amount_withdrawn",
    "unlocked_amount",
    "unlocked_amount_claimed",
    "closable",
    "distributor",
)


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Distributor:
    """A distributor account. All amounts are base units of its mint.

    Attributes:
        version: tells several distributors of one mint apart.
        root: root hash of the tree of claimants, 32 bytes.
        token_vault: token account with the tokens.
        max_total_claim: most that may ever be claimed.
        max_num_nodes: most claims that may ever be made.
        total_amount_claimed: paid so far.
        total_amount_forgone: lost to early claims so far; it stays in the vault.
        num_nodes_claimed: claims made so far.
        start_ts: when claims and vesting start.
        end_ts: when all has vested.
        clawback_start_ts: from when anyone may claw back; claims go on until someone does.
        clawback_receiver: token account that a clawback pays.
        admin: who may change enable slot, clawback receiver and admin, and close the distributor if it is closable.
        clawed_back: whether the clawback was made, which ended all claims.
        enable_slot: slot (not block height) from which claims are possible.
        closable: whether the admin may close the distributor.
    """

    address: Pubkey
    version: int
    root: bytes
    mint: Pubkey
    token_vault: Pubkey
    max_total_claim: TokenUnits
    max_num_nodes: int
    total_amount_claimed: TokenUnits
    total_amount_forgone: TokenUnits
    num_nodes_claimed: int
    start_ts: UnixSeconds
    end_ts: UnixSeconds
    clawback_start_ts: UnixSeconds
    clawback_receiver: Pubkey
    admin: Pubkey
    clawed_back: bool
    enable_slot: int
    closable: bool

    @classmethod
    def decode(cls, address: Pubkey, data: bytes) -> Distributor:
        """Read a distributor from the bytes of its account."""
        version, root, mint, token_vault, *amounts, receiver, admin, clawed_back, enable_slot, closable = (
            _read_distributor(data)
        )
        return _distributor(
            address,
            version,
            root,
            key(mint),
            key(token_vault),
            *amounts,
            key(receiver),
            key(admin),
            clawed_back,
            enable_slot,
            closable,
        )


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimStatus:
    """What a claimant took from a distributor; it exists from the claim of the unlocked part on.

    Attributes:
        locked_amount: the leaf's locked part, which vests between start and end.
        locked_amount_withdrawn: how much of it was paid.
        unlocked_amount: the leaf's unlocked part.
        unlocked_amount_claimed: how much of it was paid; the rest was forgone.
        closable: copied from the distributor when the claim was made.
    """

    address: Pubkey
    claimant: Pubkey
    distributor: Pubkey
    locked_amount: TokenUnits
    locked_amount_withdrawn: TokenUnits
    unlocked_amount: TokenUnits
    unlocked_amount_claimed: TokenUnits
    closable: bool

    @classmethod
    def decode(cls, address: Pubkey, data: bytes) -> ClaimStatus:
        """Read a claim status from the bytes of its account."""
        claimant, *amounts, closable, distributor = _read_claim_status(data)
        return _claim_status(address, key(claimant), key(distributor), *amounts, closable)

    @property
    def forgone(self) -> TokenUnits:
        """What claiming before the end cost the claimant, for good."""
        return TokenUnits(self.unlocked_amount - self.unlocked_amount_claimed)


_distributor, _claim_status = by_position(Distributor), by_position(ClaimStatus)
