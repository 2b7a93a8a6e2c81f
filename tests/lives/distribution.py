"""A distributor on LiteSVM, called with our client's builders; every call is metered."""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress

from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.token.state import TokenAccount

from nosana_chain import pda
from nosana_chain.bindings.interfaces import instructions_of
from nosana_chain.errors import TransactionFailedError
from nosana_chain.localnet.genesis import Genesis
from nosana_chain.localnet.inprocess import InProcess
from nosana_chain.models.distributor import ClaimStatus, Distributor
from nosana_chain.programs.distributor import instructions as build
from nosana_chain.programs.distributor.merkle import Leaf, MerkleTree
from nosana_chain.programs.distributor.terms import DistributorTerms
from nosana_chain.programs.distributor.votes import Vote
from nosana_chain.programs.token_accounts import create_token_account_ix, transfer_ix
from nosana_chain.units import DAY
from nosana_chain.wallet import Wallet

CLAIMANTS = ("host", "builder", "staker")
UNLOCKED, LOCKED = 1_000_003, 700_001  # base units of the first claimant: primes show where a division rounds
WEEK, YEAR = 7 * DAY, 365 * DAY

_NAMES = {interface.discriminator: interface.function for interface in instructions_of("distributor")}
_CONSUMED = re.compile(r"consumed (\d+) of \d+ compute units")


class Distribution:
    """A filled distributor of NOS, from the start of its year.

    Attributes:
        chain: what it is on; nothing but `chain.warp` moves the clock.
        admin: the wallet that makes it.
        units: compute units of every call so far, by instruction; of a failed one, what it used until then.
    """

    def __init__(self, genesis: Genesis | None = None, *, admin: str = "operator") -> None:
        self.chain = InProcess(genesis)
        self.admin = admin
        self.units: dict[str, list[int]] = defaultdict(list)
        self.start = self.chain.unix_time()
        self.end = self.start + YEAR
        self.tree = MerkleTree(
            Leaf(claimant=self.wallet(name).address, unlocked_amount=k * UNLOCKED, locked_amount=k * LOCKED)
            for k, name in enumerate(CLAIMANTS, start=1)
        )
        self.network, self.mint = self.chain.network, self.chain.network.nos_mint
        self.address = pda.distributor_address(self.mint, version=0, network=self.network)
        self._set_up()

    def wallet(self, name: str) -> Wallet:
        return self.chain.wallets[name]

    def tokens(self, owner: Pubkey) -> int:
        """Base units in a wallet's token account."""
        account = self.chain.account(self.account_of(owner))
        return TokenAccount.from_bytes(account.data).amount if account else 0

    def account_of(self, owner: Pubkey) -> Pubkey:
        return pda.token_account_address(owner, mint=self.mint)

    @property
    def distributor(self) -> Distributor:
        return Distributor.decode(self.address, self._data(self.address))

    def status(self, name: str) -> ClaimStatus:
        address = pda.claim_status_address(self.wallet(name).address, distributor=self.address, network=self.network)
        return ClaimStatus.decode(address, self._data(address))

    def claim_unlocked(self, name: str, receiver: Pubkey = Vote.YES.value) -> int:
        """Claim a wallet's unlocked part, for YES unless told otherwise, and give what was paid."""
        before = self.tokens(receiver)
        proof, to = self.tree.prove(self.wallet(name).address), self.account_of(receiver)
        self.call(
            build.new_claim_ix(distributor=self.address, mint=self.mint, proof=proof, to=to, network=self.network), name
        )
        return self.tokens(receiver) - before

    def close_status(self, name: str) -> None:
        """Close a wallet's claim, by the admin."""
        own = {"distributor": self.address, "network": self.network}
        claimant, admin = self.wallet(name).address, self.wallet(self.admin).address
        self.call(build.close_claim_status_ix(**own, claimant=claimant, admin=admin), self.admin)

    def claim_locked(self, name: str) -> int:
        """Claim what has vested of a wallet's locked part, and give what was paid."""
        claimant = self.wallet(name).address
        before = self.tokens(claimant)
        self.call(
            build.claim_locked_ix(distributor=self.address, mint=self.mint, claimant=claimant, network=self.network),
            name,
        )
        return self.tokens(claimant) - before

    def call(self, instruction: Instruction, signer: str) -> None:
        """Run one instruction as a transaction of its own, and note what it used."""
        name = _NAMES[instruction.data[:8]]
        try:
            used = self.chain.send([instruction], [self.wallet(signer)]).compute_units
        except TransactionFailedError as error:
            self.units[name].append(_consumed(error.logs))
            raise
        self.units[name].append(used)

    def _set_up(self) -> None:
        payer, admin = self.wallet("operator").address, self.wallet(self.admin).address
        owners = (self.address, *(vote.value for vote in Vote))
        accounts = [create_token_account_ix(owner=owner, mint=self.mint, payer=payer) for owner in owners]
        filling = transfer_ix(
            source=self.account_of(payer), target=self.account_of(self.address), owner=payer, amount=self.tree.total
        )
        self.chain.send([*accounts, filling], [self.wallet("operator")])
        terms = DistributorTerms.for_tree(
            self.tree,
            version=0,
            start_ts=self.start,
            end_ts=self.end,
            clawback_start_ts=self.end + DAY,
            closable=True,
        )
        receiver = self.account_of(admin)
        self.call(
            build.new_distributor_ix(
                mint=self.mint, terms=terms, clawback_receiver=receiver, admin=admin, network=self.network
            ),
            self.admin,
        )

    def _data(self, address: Pubkey) -> bytes:
        account = self.chain.account(address)
        assert account is not None, f"nothing at {address}"
        return account.data


def whole_life() -> Distribution:
    """A year of claims every week, then another admin, who winds it all up: every instruction at least once."""
    life = Distribution()
    for name in CLAIMANTS:
        life.claim_unlocked(name)
    for _week in range(YEAR // WEEK):
        life.chain.warp(WEEK)
        for name in CLAIMANTS:
            life.claim_locked(name)
    _hand_over(life)
    _wind_up(life)
    return life


def _hand_over(life: Distribution) -> None:
    """Let the authority be the admin, and be paid by the clawback."""
    heir, account = life.wallet("authority").address, life.account_of(life.wallet("authority").address)
    old = {"distributor": life.address, "admin": life.wallet("operator").address, "network": life.network}
    life.call(build.set_enable_slot_ix(**old, enable_slot=0), "operator")
    life.call(build.set_clawback_receiver_ix(**old, new_clawback_account=account), "operator")
    life.call(build.set_admin_ix(**old, new_admin=heir), "operator")


def _wind_up(life: Distribution) -> None:
    """Claw back and close, by the authority; closing a claim's record always aborts."""
    own, heir = {"distributor": life.address, "network": life.network}, life.wallet("authority").address
    account, life.admin = life.account_of(heir), "authority"
    with suppress(TransactionFailedError):
        life.close_status(CLAIMANTS[0])
    life.chain.warp(2 * DAY)
    life.call(build.clawback_ix(**own, mint=life.mint, to=account, claimant=heir), "authority")
    life.call(
        build.close_distributor_ix(**own, mint=life.mint, destination_token_account=account, admin=heir), "authority"
    )


def _consumed(logs: tuple[str, ...]) -> int:
    (line,) = filter(None, map(_CONSUMED.search, logs))
    return int(line[1])
