"""What somebody is about to sign, and instructions for those who build transactions of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import base58
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain.models.explanation import Explanation
from nosana_chain.one_line import one_line


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """An exported transaction, decoded: what it says, who has signed it and who is missing.

    Attributes:
        explanation: its instructions with arguments and accounts; `print` it before you sign.
        fee_payer: who pays its fee.
        signed: who has signed, each signature verified.
        missing: who has to sign yet.
        nonce: the durable nonce by which it lives; None for a blockhash, which lives for about a minute.
        blockhash: that, or the nonce's value, in base58.
    """

    explanation: Explanation
    fee_payer: Pubkey
    signed: tuple[Pubkey, ...]
    missing: tuple[Pubkey, ...]
    nonce: Pubkey | None
    blockhash: str

    @property
    def is_complete(self) -> bool:
        """Whether everybody has signed, so that it can be sent."""
        return not self.missing

    def as_json(self) -> dict[str, Any]:
        """The review as plain JSON values."""
        return {
            "explanation": self.explanation.as_json(),
            "fee_payer": str(self.fee_payer),
            "signed": [str(address) for address in self.signed],
            "missing": [str(address) for address in self.missing],
            "nonce": None if self.nonce is None else str(self.nonce),
            "blockhash": self.blockhash,
        }

    def __str__(self) -> str:
        """The review as a block of lines."""
        life = f"nonce {self.nonce}" if self.nonce else f"blockhash {self.blockhash}, about a minute"
        return "\n".join(
            (
                str(self.explanation),
                f"fee payer: {self.fee_payer}",
                f"signed by: {_names(self.signed)}",
                f"missing: {_names(self.missing)}",
                f"lives by: {life}",
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedAccount:
    """An account of an exported instruction."""

    address: str
    signer: bool
    writable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedInstruction:
    """An instruction for somebody else's transaction, such as a multisig's proposal.

    Attributes:
        program: address of the program, in base58.
        accounts: in the instruction's order.
        data: in base58.
    """

    program: str
    accounts: tuple[ExportedAccount, ...]
    data: str

    @classmethod
    def of(cls, instruction: Instruction) -> ExportedInstruction:
        """An instruction as it is exported."""
        return cls(
            program=str(instruction.program_id),
            accounts=tuple(
                ExportedAccount(address=str(meta.pubkey), signer=meta.is_signer, writable=meta.is_writable)
                for meta in instruction.accounts
            ),
            data=base58.b58encode(bytes(instruction.data)).decode(),
        )

    def as_json(self) -> dict[str, Any]:
        """The instruction as plain JSON values."""
        accounts = [{"address": one.address, "signer": one.signer, "writable": one.writable} for one in self.accounts]
        return {"program": self.program, "accounts": accounts, "data": self.data}


def _names(addresses: tuple[Pubkey, ...]) -> str:
    return ", ".join(map(str, addresses)) or "nobody"
