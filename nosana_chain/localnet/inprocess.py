"""The local network's genesis inside this process, on LiteSVM: for tests of programs and of instruction builders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from solders.account import Account
from solders.instruction import Instruction
from solders.litesvm import LiteSVM
from solders.pubkey import Pubkey
from solders.transaction_metadata import FailedTransactionMetadata

from nosana_chain.engine.build import build_message, sign_message
from nosana_chain.localnet.genesis import Genesis, standard_genesis
from nosana_chain.reading.explain_transaction import explained_failure
from nosana_chain.units import UnixSeconds, i64
from nosana_chain.wallet import LocalSigner

#: A test's clock should not be that of the machine it runs on. 2026-01-01T00:00:00Z
START = UnixSeconds(1_767_225_600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Executed:
    """A transaction that succeeded."""

    logs: tuple[str, ...]
    compute_units: int


class InProcess:
    """A chain in this process: one transaction at a time, no slots, and a clock that only `warp` moves.

    Args:
        genesis: the state to start from; `standard_genesis()` when None.
        now: time of the clock at the start.

    Raises:
        LocalnetError: a program of the genesis isn't built.
    """

    def __init__(self, genesis: Genesis | None = None, *, now: UnixSeconds = START) -> None:
        self.genesis = (genesis or standard_genesis()).starting_at(now)
        self.network = self.genesis.network
        self.wallets = self.genesis.wallets
        self._svm = LiteSVM()
        for address, program in self.genesis.programs.items():
            self._svm.add_program(address, program)
        for address, account in self.genesis.accounts.items():
            self.set_account(address, account)
        self._set_clock(now)

    def send(
        self, instructions: Sequence[Instruction], signers: Sequence[LocalSigner], payer: Pubkey | None = None
    ) -> Executed:
        """Run `instructions` as one transaction.

        Args:
            instructions: at least one.
            signers: every key that must sign, in any order.
            payer: pays the fee, and is one of the signers; the first of them when None.

        Raises:
            InputError: a signer is missing or not needed, or the transaction is larger than 1,232 bytes.
            TransactionFailedError: it failed, and left nothing behind but its fee; a subclass says why.

        Safe to retry: yes, after an error: the outcome is always known.
        """
        message = build_message(instructions, payer=payer or signers[0].address, blockhash=self._svm.latest_blockhash())
        transaction = sign_message(message, signers=signers)
        result = self._svm.send_transaction(transaction)
        self._svm.expire_blockhash()  # the same call again is another transaction, as on a chain that moves on
        if isinstance(result, FailedTransactionMetadata):
            meta = result.meta()
            raise explained_failure(
                result.err(),
                logs=meta.logs(),
                network=self.network,
                transaction=transaction,
                signature=meta.signature(),
            )
        return Executed(logs=tuple(result.logs()), compute_units=result.compute_units_consumed())

    def account(self, address: Pubkey) -> Account | None:
        """The account at `address`; None where there is none."""
        found = self._svm.get_account(address)
        return found if found and found.lamports else None

    def set_account(self, address: Pubkey, account: Account) -> None:
        """Put `account` at `address`, whatever was there: a cheat, with no transaction."""
        self._svm.set_account(address, account)

    def unix_time(self) -> UnixSeconds:
        """The time that programs see."""
        return UnixSeconds(self._svm.get_clock().unix_timestamp)

    def warp(self, seconds: int) -> UnixSeconds:
        """Move the clock forward, and return its new time.

        Args:
            seconds: how far, 1 or more.

        Raises:
            AmountError: less than 1 second: time doesn't go back.
        """
        self._set_clock(self.unix_time() + i64(seconds, "seconds", minimum=1))
        return self.unix_time()

    def _set_clock(self, now: int) -> None:
        clock = self._svm.get_clock()
        clock.unix_timestamp = now
        self._svm.set_clock(clock)
