"""Borsh layouts of the programs' accounts, stated once, with the lengths that their creation allocates."""

import hashlib
from types import SimpleNamespace
from typing import Any, Self

from behaviour.builds import DISTRIBUTOR, JOBS, NODES, POOLS, REWARDS, STAKING
from solders.pubkey import Pubkey

Fields = tuple[tuple[str, str], ...]
INTEGER_SIZES = {"u8": 1, "u16": 2, "u32": 4, "u64": 8, "i64": 8, "u128": 16}
DISCRIMINATOR_SIZE = 8


def fields(text: str) -> Fields:
    """Read "name:type name:type"."""
    return tuple((name, kind) for name, kind in (field.split(":") for field in text.split()))


LAYOUTS = {
    "Market": fields(
        "authority:key job_expiration:i64 job_price:u64 job_timeout:i64 job_type:u8 vault:key vault_bump:u8 "
        "node_access_key:key node_xnos_minimum:u128 queue_type:u8 queue:keys",
    ),
    "Job": fields(
        "ipfs_job:key ipfs_result:key market:key node:key payer:key price:u64 project:key state:u8 "
        "time_end:i64 time_start:i64 timeout:i64",
    ),
    "Run": fields("job:key node:key payer:key state:u8 time:i64"),
    "Settings": fields("authority:key token_account:key"),
    "Stake": fields("amount:u64 authority:key duration:u64 time_unstake:i64 vault:key vault_bump:u8 xnos:u128"),
    "Reflection": fields("rate:u128 total_reflection:u128 total_xnos:u128 vault:key vault_bump:u8"),
    "Reward": fields("authority:key bump:u8 reflection:u128 xnos:u128"),
    "Pool": fields(
        "authority:key beneficiary:key claim_type:u8 claimed_tokens:u64 closeable:bool emission:u64 "
        "start_time:i64 vault:key vault_bump:u8",
    ),
    "Node": fields(
        "authority:key audited:bool architecture:u8 country:u16 cpu:u16 gpu:u16 memory:u16 iops:u16 storage:u16 "
        "endpoint:string icon:string version:string",
    ),
    "MerkleDistributor": fields(
        "bump:u8 version:u64 root:key mint:key token_vault:key max_total_claim:u64 max_num_nodes:u64 "
        "total_amount_claimed:u64 total_amount_forgone:u64 num_nodes_claimed:u64 start_ts:i64 end_ts:i64 "
        "clawback_start_ts:i64 clawback_receiver:key admin:key clawed_back:bool enable_slot:u64 closable:bool "
        "buffer_0:key buffer_1:key buffer_2:key",
    ),
    "ClaimStatus": fields(
        "claimant:key locked_amount:u64 locked_amount_withdrawn:u64 unlocked_amount:u64 "
        "unlocked_amount_claimed:u64 closable:bool distributor:key",
    ),
}
# 8 bytes and the size of the Rust struct on Solana's target, which aligns u128 to 8 bytes: not the Borsh length.
ALLOCATED = {
    "Market": 10224,
    "Job": 240,
    "Run": 120,
    "Settings": 72,
    "Stake": 120,
    "Reflection": 96,
    "Reward": 80,
    "Pool": 136,
    "Node": 128,
    "MerkleDistributor": 352,
    "ClaimStatus": 112,
}
OWNERS = {
    "Market": JOBS,
    "Job": JOBS,
    "Run": JOBS,
    "Settings": STAKING,
    "Stake": STAKING,
    "Reflection": REWARDS,
    "Reward": REWARDS,
    "Pool": POOLS,
    "Node": NODES,
    "MerkleDistributor": DISTRIBUTOR,
    "ClaimStatus": DISTRIBUTOR,
}


def _name(kind: str) -> str:
    """The name of an account's type in its program."""
    return kind if OWNERS[kind] == DISTRIBUTOR else f"{kind}Account"


DISCRIMINATORS = {
    kind: hashlib.sha256(f"account:{_name(kind)}".encode()).digest()[:DISCRIMINATOR_SIZE] for kind in LAYOUTS
}


class UndecodableError(Exception):
    """Bytes that are too few, or that no value of the type has."""


class Reader:
    """Takes Borsh values off the start of bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        """Take so many bytes."""
        end = self._at + size
        if end > len(self._data):
            raise UndecodableError
        taken, self._at = self._data[self._at : end], end
        return taken

    def read(self, kind: str) -> Any:
        """Take one value of a type."""
        if kind in INTEGER_SIZES:
            return int.from_bytes(self.take(INTEGER_SIZES[kind]), "little", signed=kind.startswith("i"))
        return getattr(self, f"_read_{kind}")()

    def _read_key(self) -> Pubkey:
        return Pubkey(self.take(Pubkey.LENGTH))

    def _read_keys(self) -> list[Pubkey]:
        return [self._read_key() for _ in range(self.read("u32"))]

    def _read_bool(self) -> bool:
        value = self.read("u8")
        if value > 1:
            raise UndecodableError
        return bool(value)

    def _read_string(self) -> str:
        try:
            return self.take(self.read("u32")).decode()
        except UnicodeDecodeError as error:
            raise UndecodableError from error


def encode(kind: str, value: Any) -> bytes:
    """Write one value of a type."""
    if kind in INTEGER_SIZES:
        return int(value).to_bytes(INTEGER_SIZES[kind], "little", signed=kind.startswith("i"))
    if kind == "string":
        text: bytes = value.encode()
        return encode("u32", len(text)) + text
    if kind == "keys":
        return encode("u32", len(value)) + b"".join(map(bytes, value))
    return bytes([value]) if kind == "bool" else bytes(value)


def read_fields(reader: Reader, wanted: Fields) -> dict[str, Any]:
    """Take values one after the other, by name."""
    return {name: reader.read(kind) for name, kind in wanted}


def _zero(kind: str) -> Any:
    return {"key": Pubkey.default(), "keys": [], "bool": False, "string": ""}.get(kind, 0)


class Record(SimpleNamespace):
    """A decoded account: its kind, and its fields as attributes."""

    kind: str

    @classmethod
    def zero(cls, kind: str, **values: Any) -> Self:
        """An account whose fields are zero but for those given."""
        return cls(kind=kind, **{name: _zero(of) for name, of in LAYOUTS[kind]} | values)

    @classmethod
    def decode(cls, kind: str, body: bytes) -> Self:
        """Read the fields of an account from what follows its discriminator."""
        return cls(kind=kind, **read_fields(Reader(body), LAYOUTS[kind]))

    def encode(self) -> bytes:
        """The discriminator and the fields, without the room behind them."""
        body = (encode(kind, getattr(self, name)) for name, kind in LAYOUTS[self.kind])
        return DISCRIMINATORS[self.kind] + b"".join(body)

    def allocated(self) -> bytes:
        """The data of an account of this kind: the fields, and zeros up to its allocated length."""
        return self.encode().ljust(ALLOCATED[self.kind], b"\0")
