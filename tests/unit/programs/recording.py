"""A cluster that is a table of accounts, and a context that writes down what would be sent."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from solders.account import Account
from solders.clock import Clock
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.sysvar import CLOCK
from solders.token.state import TokenAccount, TokenAccountState

from nosana_chain.engine.fees import FeePolicy
from nosana_chain.models.receipt import Receipt
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.context import Context
from nosana_chain.wallet import Signer, Wallet
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.transport import RpcRequest

WALLET = Wallet.from_seed(bytes(32))
SYSVAR_OWNER = Pubkey.from_string("Sysvar1111111111111111111111111111111111111")
TOKEN_PROGRAM = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")


class AccountTable:
    """A transport that answers reads of accounts, filters included, and of the slot, and nothing else."""

    endpoint = "http://table"

    def __init__(self, accounts: Mapping[Pubkey, Account], *, slot: int) -> None:
        self.accounts = dict(accounts)
        self.slot = slot

    async def send(self, request: RpcRequest) -> bytes:
        body = json.loads(request.body)
        answer = getattr(self, request.method)(*body["params"])
        return json.dumps({"jsonrpc": "2.0", "id": body["id"], "result": answer}).encode()

    async def aclose(self) -> None:
        """Nothing is open."""

    def getAccountInfo(self, address: str, _config: Any) -> Any:  # noqa: N802  the method's name
        return self._in_context(self._shown(address))

    def getMultipleAccounts(self, addresses: list[str], _config: Any) -> Any:  # noqa: N802  the method's name
        return self._in_context([self._shown(address) for address in addresses])

    def getProgramAccounts(self, program: str, config: Any) -> Any:  # noqa: N802  the method's name
        filters = [(found["memcmp"]["offset"], bytes(found["memcmp"]["bytes"])) for found in config["filters"]]
        return [
            {"pubkey": str(address), "account": self._shown(str(address))}
            for address, account in self.accounts.items()
            if str(account.owner) == program
            and all(account.data[offset:].startswith(wanted) for offset, wanted in filters)
        ]

    def getSlot(self, *_config: Any) -> int:  # noqa: N802  the method's name
        return self.slot

    def _in_context(self, value: Any) -> Any:
        return {"context": {"slot": self.slot}, "value": value}

    def _shown(self, address: str) -> dict[str, Any] | None:
        account = self.accounts.get(Pubkey.from_string(address))
        return account and {
            "lamports": account.lamports,
            "owner": str(account.owner),
            "data": [base64.b64encode(account.data).decode(), "base64"],
            "executable": False,
            "rentEpoch": 0,
            "space": len(account.data),
        }


@dataclass(frozen=True, kw_only=True)
class RecordingContext(Context):
    """Keeps the instructions of each transaction in place of sending them."""

    sent: list[list[Instruction]] = field(default_factory=list)

    async def execute(self, instructions: Sequence[Instruction], *, signers: Sequence[Signer] = ()) -> Receipt:
        self.sent.append(list(instructions))
        return Receipt(signature=Signature.default(), slot=0, fee=0, compute_units=0, logs=())


def context_over(accounts: Mapping[Pubkey, Account], *, now: int, slot: int = 100) -> RecordingContext:
    """A wallet on a cluster with just these accounts, at a moment."""
    clock = Account(1, bytes(Clock(slot, 0, 0, 0, now)), SYSVAR_OWNER)
    table = AccountTable({**accounts, CLOCK: clock}, slot=slot)
    return RecordingContext(connection=Connection(LOCALNET, transport=table), wallet=WALLET, fees=FeePolicy())


def token_account(*, mint: Pubkey, owner: Pubkey, amount: int) -> Account:
    """A token account as SPL Token keeps it."""
    state = TokenAccount(
        mint=mint,
        owner=owner,
        amount=amount,
        delegate=None,
        state=TokenAccountState.Initialized,
        is_native=None,
        delegated_amount=0,
        close_authority=None,
    )
    return Account(2_039_280, bytes(state), TOKEN_PROGRAM)


def program_account(account: Any, owner: Pubkey) -> Account:
    """An account of a program, written by its bindings."""
    return Account(1, account.discriminator + account.layout.build(vars(account)), owner)
