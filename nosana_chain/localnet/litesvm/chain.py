"""A chain in this process: it carries a transaction out the moment that it arrives, and remembers it."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from solders.account import Account
from solders.hash import Hash
from solders.litesvm import LiteSVM
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import FailedTransactionMetadata

from nosana_chain.localnet.genesis import Genesis
from nosana_chain.localnet.litesvm.answers import error_shown, meta_shown
from nosana_chain.models.nonce import NONCE_BYTES
from nosana_chain.units import UnixSeconds

_NONCE_HASH = slice(40, 72)  # of a nonce account: after version, state and authority


class InProcessChain:
    """The state of a network, and what happened to it.

    Each transaction has a slot of its own, and is final at once. Blockhashes are told, and never grow old.

    Args:
        genesis: the state that it starts from, at its moment.
        now: the time of its clock, which moves when `set_time` is called and never else.
        genesis_hash: tells this chain from others, in journals and by what follows from a key; its own when None.

    Attributes:
        svm: the runtime.
        slot: the slot of now.
        landed: what getTransaction tells, by signature, in the order of landing.
    """

    def __init__(self, genesis: Genesis, *, now: UnixSeconds, genesis_hash: str | None = None) -> None:
        # signatures are verified before: a trial run has none, and LiteSVM verifies for both or for neither
        self.svm = LiteSVM().with_sigverify(False).with_blockhash_check(False)
        for address, program in genesis.programs.items():
            self.svm.add_program(address, program)
        for address, account in genesis.accounts.items():
            self.svm.set_account(address, account)
        self.set_time(now)
        self.genesis_hash = genesis_hash or str(Hash.new_unique())
        self.slot = 1
        self.landed: dict[str, dict[str, Any]] = {}
        self._naming: dict[str, list[str]] = defaultdict(list)

    @property
    def now(self) -> UnixSeconds:
        """The time that programs see."""
        return UnixSeconds(self.svm.get_clock().unix_timestamp)

    def set_time(self, moment: int) -> None:
        """Set the clock, forward or back."""
        clock = self.svm.get_clock()
        clock.unix_timestamp = moment
        self.svm.set_clock(clock)

    @property
    def blockhash(self) -> str:
        """One that belongs to the slot of now."""
        return str(Hash(self.slot.to_bytes(32, "big")))

    def account(self, address: Pubkey) -> Account | None:
        """The account at `address`; None where there is none."""
        found = self.svm.get_account(address)
        return found if found and found.lamports else None

    def owned_by(self, program: Pubkey) -> list[tuple[Pubkey, Account]]:
        """Every account of a program."""
        return [(address, found) for address, found in self.svm.get_program_accounts(program) if found.lamports]

    def naming(self, address: str) -> Sequence[str]:
        """The signatures of the transactions that name an address, the latest one first."""
        return self._naming[address][::-1]

    def named(self) -> list[str]:
        """Every address that a transaction named."""
        return list(self._naming)

    def land(self, transaction: VersionedTransaction) -> str:
        """Carry a transaction out, unless that has happened; its signature."""
        signature = str(transaction.signatures[0])
        if signature in self.landed:
            return signature
        self.slot += 1
        keys = list(transaction.message.account_keys)
        before = [self.account(key) for key in keys]
        done = self.svm.send_transaction(transaction)
        self._age_nonces(keys)
        failed = done if isinstance(done, FailedTransactionMetadata) else None
        meta = meta_shown(
            done.meta() if isinstance(done, FailedTransactionMetadata) else done,
            error=failed and error_shown(failed.err()),
            before=before,
            after=[self.account(key) for key in keys],
        )
        raw = base64.b64encode(bytes(transaction)).decode()
        version = transaction.version()
        self.landed[signature] = {
            "slot": self.slot,
            "blockTime": self.now,
            "meta": meta,
            "transaction": [raw, "base64"],
            "version": version if isinstance(version, int) else "legacy",
        }
        for key in keys:
            self._naming[str(key)].append(signature)
        return signature

    def _age_nonces(self, keys: Sequence[Pubkey]) -> None:
        """All blocks have one blockhash here, and a nonce can't change twice in one: let each be of an earlier one."""
        for key in keys:
            found = self.account(key)
            if found and found.owner == SYSTEM_PROGRAM and len(found.data) == NONCE_BYTES:
                data = bytearray(found.data)
                data[_NONCE_HASH] = self.slot.to_bytes(32, "big")
                self.svm.set_account(key, Account(found.lamports, bytes(data), found.owner))
