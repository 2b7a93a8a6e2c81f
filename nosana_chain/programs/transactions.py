"""Transactions of the caller's own making."""

from __future__ import annotations

from collections.abc import Sequence

from solders.instruction import Instruction

from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.context import Context
from nosana_chain.wallet import Signer


class Transactions:
    """Sending instructions that the caller built, with the same care as every action."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def send(self, instructions: Sequence[Instruction], *, signers: Sequence[Signer] = ()) -> Receipt:
        """Simulate, sign, send and confirm one transaction; the wallet pays and signs, and so do `signers`.

        Network: 1 transaction. Safe to retry: as far as the instructions are; see `retry` of the error.

        Raises:
            TransactionFailedError: refused; `signature` is None when the simulation caught it and nothing was sent.
            BlockhashExpiredError: not on chain, and can't land any more.
            OutcomeUnknownError: may still land; look at `signature` before anything else.
        """
        return await self._context.execute(instructions, signers=signers)
