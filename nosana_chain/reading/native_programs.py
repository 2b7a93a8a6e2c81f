"""Programs that are no Nosana programs and stand in nearly every Nosana transaction: how to read their instructions.

Only what these transactions use. Sources: SystemInstruction and ComputeBudgetInstruction of the Solana SDK, and
the instruction modules of the SPL Token and Associated Token Account programs.
"""

from __future__ import annotations

from dataclasses import dataclass

from construct import PrefixedArray
from solders import compute_budget, system_program, token
from solders.pubkey import Pubkey
from spl.token.constants import ASSOCIATED_TOKEN_PROGRAM_ID

from nosana_chain.bindings._runtime import BorshPubkey, borsh

# These programs write an optional key as a byte, 0 or 1, and then the key if there is one: a list of at most one.
_OPTIONAL_KEY = PrefixedArray(borsh.U8, BorshPubkey)


@dataclass(frozen=True, slots=True)
class NativeInstruction:
    """One instruction, under the names that `InstructionInterface` has for those of the Nosana programs."""

    name: str
    discriminator: bytes
    roles: tuple[str, ...]
    layout: borsh.CStruct


def _system(number: int, name: str, roles: str, layout: borsh.CStruct) -> NativeInstruction:
    return NativeInstruction(name, number.to_bytes(4, "little"), tuple(roles.split()), layout)


def _numbered(number: int, name: str, roles: str = "", layout: borsh.CStruct | None = None) -> NativeInstruction:
    """An instruction of the programs that number theirs with one byte."""
    return NativeInstruction(name, bytes([number]), tuple(roles.split()), layout or borsh.CStruct())


def _amount() -> borsh.CStruct:
    return borsh.CStruct("amount" / borsh.U64)


def _checked_amount() -> borsh.CStruct:
    return borsh.CStruct("amount" / borsh.U64, "decimals" / borsh.U8)


def _owner() -> borsh.CStruct:
    return borsh.CStruct("owner" / BorshPubkey)


def _mint() -> borsh.CStruct:
    return borsh.CStruct("decimals" / borsh.U8, "mint_authority" / BorshPubkey, "freeze_authority" / _OPTIONAL_KEY)


_SYSTEM = (
    _system(
        0,
        "CreateAccount",
        "funding_account new_account",
        borsh.CStruct("lamports" / borsh.U64, "space" / borsh.U64, "owner" / BorshPubkey),
    ),
    _system(1, "Assign", "account", _owner()),
    _system(2, "Transfer", "source destination", borsh.CStruct("lamports" / borsh.U64)),
    _system(4, "AdvanceNonceAccount", "nonce recent_blockhashes authority", borsh.CStruct()),
    _system(
        5,
        "WithdrawNonceAccount",
        "nonce recipient recent_blockhashes rent authority",
        borsh.CStruct("lamports" / borsh.U64),
    ),
    _system(6, "InitializeNonceAccount", "nonce recent_blockhashes rent", borsh.CStruct("authority" / BorshPubkey)),
    _system(8, "Allocate", "account", borsh.CStruct("space" / borsh.U64)),
)

_TOKEN = (
    _numbered(0, "InitializeMint", "mint rent", _mint()),
    _numbered(1, "InitializeAccount", "account mint owner rent"),
    _numbered(3, "Transfer", "source destination authority", _amount()),
    _numbered(4, "Approve", "source delegate owner", _amount()),
    _numbered(5, "Revoke", "source owner"),
    _numbered(
        6,
        "SetAuthority",
        "account authority",
        borsh.CStruct("authority_type" / borsh.U8, "new_authority" / _OPTIONAL_KEY),
    ),
    _numbered(7, "MintTo", "mint destination mint_authority", _amount()),
    _numbered(8, "Burn", "account mint authority", _amount()),
    _numbered(9, "CloseAccount", "account destination authority"),
    _numbered(10, "FreezeAccount", "account mint freeze_authority"),
    _numbered(11, "ThawAccount", "account mint freeze_authority"),
    _numbered(12, "TransferChecked", "source mint destination authority", _checked_amount()),
    _numbered(14, "MintToChecked", "mint destination mint_authority", _checked_amount()),
    _numbered(15, "BurnChecked", "account mint authority", _checked_amount()),
    _numbered(16, "InitializeAccount2", "account mint rent", _owner()),
    _numbered(17, "SyncNative", "account"),
    _numbered(18, "InitializeAccount3", "account mint", _owner()),
    _numbered(20, "InitializeMint2", "mint", _mint()),
    _numbered(21, "GetAccountDataSize", "mint"),
    _numbered(22, "InitializeImmutableOwner", "account"),
)

_CREATE_ROLES = "payer associated_account owner mint system_program token_program"
_ASSOCIATED = (
    _numbered(0, "Create", _CREATE_ROLES),
    _numbered(1, "CreateIdempotent", _CREATE_ROLES),
    _numbered(
        2,
        "RecoverNested",
        "nested_account nested_mint destination owner_account owner_mint owner token_program",
    ),
)

_COMPUTE_BUDGET = (
    _numbered(1, "RequestHeapFrame", layout=borsh.CStruct("bytes" / borsh.U32)),
    _numbered(2, "SetComputeUnitLimit", layout=borsh.CStruct("units" / borsh.U32)),
    _numbered(3, "SetComputeUnitPrice", layout=borsh.CStruct("micro_lamports" / borsh.U64)),
    _numbered(4, "SetLoadedAccountsDataSizeLimit", layout=borsh.CStruct("bytes" / borsh.U32)),
)


@dataclass(frozen=True, slots=True)
class NativeProgram:
    """A program with the instructions of it that can be read.

    Attributes:
        name: what people call it.
        instructions: each told by its first bytes.
        empty_means: the data that an instruction without data stands for.
    """

    name: str
    instructions: tuple[NativeInstruction, ...]
    empty_means: bytes = b""


#: By program id.
NATIVE_PROGRAMS: dict[Pubkey, NativeProgram] = {
    system_program.ID: NativeProgram("system", _SYSTEM),
    token.ID: NativeProgram("token", _TOKEN),
    # before its instructions had numbers, Create had no data
    ASSOCIATED_TOKEN_PROGRAM_ID: NativeProgram("associated token account", _ASSOCIATED, empty_means=b"\0"),
    compute_budget.ID: NativeProgram("compute budget", _COMPUTE_BUDGET),
}
