"""A distributor of NOS for three wallets, called by role: each call ends in success or in the error it is told."""

from collections.abc import Mapping
from typing import Any

from behaviour.call import Outcome
from model.addresses import NOS, associated_token_address, claim_status_address, distributor_address
from model.distributor import CLAWBACK_DELAY, VOTES
from model.layouts import Record
from model.merkle import leaf_hash, tree
from model.states import mint_account, program_account, token_account, wallet
from solders.pubkey import Pubkey

from lives.chain import FIRST_SECOND, SUCCESS, Chain
from lives.town import address

PROGRAM = "merkle_distributor"
YES = associated_token_address(VOTES[0])
UNLOCKED, LOCKED = 1_000_003, 700_001  # base units of the first claimant; the next ones have twice and thrice as much
START, END = FIRST_SECOND, FIRST_SECOND + 365 * 86_400
NO_ROLES: Mapping[str, Pubkey] = {}


class Airdrop:
    """Three claimants, an admin, and a vault that holds what all leaves are worth."""

    def __init__(self) -> None:
        self.chain = Chain(PROGRAM)
        self.claimants = [self.wallet(f"claimant {k}") for k in (1, 2, 3)]
        self.admin = self.wallet("admin")
        self.amounts = {owner: (k * UNLOCKED, k * LOCKED) for k, owner in enumerate(self.claimants, start=1)}
        self.total = sum(map(sum, self.amounts.values()))
        root, proofs = tree([leaf_hash(owner, *amounts) for owner, amounts in self.amounts.items()])
        self.root, self.proofs = root, dict(zip(self.claimants, proofs, strict=True))
        self.address = distributor_address(NOS, 0)
        self.vault = associated_token_address(self.address)
        self.chain.place({NOS: mint_account(10**14), self.vault: token_account(self.address, self.total)})
        self.chain.place({associated_token_address(vote): token_account(vote) for vote in VOTES})

    def wallet(self, name: str) -> Pubkey:
        """A wallet with SOL, and an empty token account."""
        owner = address(name)
        self.chain.place({owner: wallet(), associated_token_address(owner): token_account(owner)})
        return owner

    @property
    def terms(self) -> dict[str, Any]:
        """The arguments of a distributor of a year."""
        return {
            "version": 0,
            "root": Pubkey(self.root),
            "max_total_claim": self.total,
            "max_num_nodes": len(self.claimants),
            "start_vesting_ts": START,
            "end_vesting_ts": END,
            "clawback_start_ts": END + CLAWBACK_DELAY,
            "enable_slot": 0,
            "closable": True,
        }

    def make(self, error: str | None = SUCCESS, roles: Mapping[str, Pubkey] = NO_ROLES, **terms: Any) -> Outcome:
        """Make the distributor."""
        return self.call("new_distributor", error, roles, **(self.terms | terms))

    def claim(
        self, of: Pubkey, error: str | None = SUCCESS, roles: Mapping[str, Pubkey] = NO_ROLES, **values: Any
    ) -> Outcome:
        """Claim a wallet's leaf for YES."""
        unlocked, locked = self.amounts.get(of, (0, 0))
        leaf = {"amount_unlocked": unlocked, "amount_locked": locked, "proof": self.proofs.get(of, [])}
        return self.call("new_claim", error, self._claimant(of) | {"to": YES} | dict(roles), **(leaf | values))

    def claim_locked(self, of: Pubkey, error: str | None = SUCCESS, roles: Mapping[str, Pubkey] = NO_ROLES) -> Outcome:
        """Claim what has vested of a wallet's locked part."""
        return self.call("claim_locked", error, self._claimant(of) | dict(roles))

    def claw_back(self, error: str | None = SUCCESS, roles: Mapping[str, Pubkey] = NO_ROLES) -> Outcome:
        """Claw back, by a claimant."""
        usual = {"to": associated_token_address(self.admin), "claimant": self.claimants[0]}
        return self.call("clawback", error, usual | dict(roles))

    def close_claim(self, of: Pubkey, error: str | None, roles: Mapping[str, Pubkey] = NO_ROLES) -> Outcome:
        """Close a wallet's claim, by the admin."""
        return self.call("close_claim_status", error, self._claimant(of) | dict(roles))

    def call(
        self, name: str, error: str | None = SUCCESS, roles: Mapping[str, Pubkey] = NO_ROLES, **values: Any
    ) -> Outcome:
        """Call an instruction with the usual accounts but for those given."""
        return self.chain.call(PROGRAM, name, self._usual() | dict(roles), error, **values)

    def _usual(self) -> dict[str, Pubkey]:
        to = associated_token_address(self.admin)
        vaults = {"token_vault": self.vault, "from": self.vault}
        return (
            vaults
            | {"distributor": self.address, "admin": self.admin}
            | dict.fromkeys(("clawback_receiver", "destination_token_account"), to)
        )

    def _claimant(self, of: Pubkey) -> dict[str, Pubkey]:
        return {"claimant": of, "claim_status": self.claim_address(of), "to": associated_token_address(of)}

    def claim_address(self, of: Pubkey) -> Pubkey:
        """Where a wallet's claim is."""
        return claim_status_address(of, self.address)

    @property
    def record(self) -> Record:
        """The distributor, decoded."""
        return self.chain.record(self.address)

    def claim_of(self, of: Pubkey) -> Record:
        """A wallet's claim, decoded."""
        return self.chain.record(self.claim_address(of))

    def forge(self, at: Pubkey, **fields: Any) -> None:
        """Give an account's fields values that no call has led to."""
        record = self.chain.record(at)
        values = {name: value for name, value in vars(record).items() if name != "kind"}
        self.chain.place({at: program_account(record.kind, **(values | fields))})
