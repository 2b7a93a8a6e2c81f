"""What plannings see: a table of accounts in place of a cluster, and what comes of their plans."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from fault.wire import as_shown
from solders.account import Account
from solders.clock import Clock
from solders.instruction import AccountMeta, Instruction
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.sysvar import CLOCK
from solders.token import ID as TOKEN_PROGRAM
from solders.token.state import TokenAccount, TokenAccountState
from solders.transaction import VersionedTransaction

from nosana_chain.engine.action import Action
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.looking import Accounts, Found, Looking, Need, Sight
from nosana_chain.engine.plan import Landed, Plan, Series
from nosana_chain.errors import RpcUnreachableError
from nosana_chain.models.receipt import Receipt
from nosana_chain.networks import LOCALNET
from nosana_chain.reading.movements import TokenTransfer
from nosana_chain.units import Lamports, TokenUnits
from nosana_chain.wallet import Wallet
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.transport import RpcRequest

T = TypeVar("T")

WALLET = Wallet.from_seed(bytes(32))
ME = WALLET.address
SLOT = 100
#: What anybody can make of an address that is free.
SENT_THERE = Account(890_880, b"", Pubkey.default())

_SYSVAR_OWNER = Pubkey.from_string("Sysvar1111111111111111111111111111111111111")
_COMPUTE_BUDGET = Pubkey.from_string("ComputeBudget111111111111111111111111111111")
_BLOCKHASH = str(Pubkey(b"h" * 32))


def moment(unix_time: int, *, slot: int = SLOT) -> dict[Pubkey, Account]:
    """The account by which programs tell the time."""
    return {CLOCK: Account(1, bytes(Clock(slot, 0, 0, 0, unix_time)), _SYSVAR_OWNER)}


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


# ------------------------------------------------------------ looking and planning


def seen(looking: Looking[T], accounts: Mapping[Pubkey, Account]) -> T:
    """What follows from what `looking` asks to see, where there are just these accounts."""
    return looks(looking, accounts)[0]


def looks(looking: Looking[T], accounts: Mapping[Pubkey, Account]) -> tuple[T, int]:
    """The same, and how often it had to look."""
    answer: Sight | Found | None = None
    count = 0
    while True:
        try:
            need = looking.send(answer)
        except StopIteration as stop:
            return stop.value, count
        answer, count = _answer(need, accounts), count + 1


def _answer(need: Need, accounts: Mapping[Pubkey, Account]) -> Sight | Found:
    if isinstance(need, Accounts):
        return {address: accounts.get(address) for address in need.addresses}
    raise AssertionError(f"nobody may search here: {need}")


def plan_of(planning: Looking[Plan[T] | Series[T]], accounts: Mapping[Pubkey, Account]) -> Plan[T]:
    """The one plan that a planning comes to."""
    planned = seen(planning, accounts)
    assert isinstance(planned, Plan)
    return planned


def landed(*transfers: TokenTransfer, accounts: Mapping[Pubkey, Account | None] | None = None) -> Landed:
    """A plan that is on chain, and what it moved."""
    return Landed(receipt=RECEIPT, accounts=accounts or {}, transfers=transfers)


#: The same where the endpoint keeps no transactions, and has lost sight of the accounts too.
RECEIPT = Receipt(signature=Signature.default(), slot=SLOT, fee=Lamports(5_000), compute_units=1, logs=())
UNTOLD = Landed(receipt=RECEIPT, accounts={}, transfers=None)


def transfer(source: Pubkey, destination: Pubkey, amount: int, *, authority: Pubkey | None = None) -> TokenTransfer:
    """Tokens that a transaction moved, out of a program's vault or by `authority`."""
    return TokenTransfer(
        source=source, destination=destination, authority=authority or source, amount=TokenUnits(amount)
    )


# ------------------------------------------------------------ whole actions


class Cluster:
    """A transport that answers reads of accounts, finds in every simulation what `moved`, and sends nothing."""

    endpoint = "http://table"

    def __init__(self, accounts: Mapping[Pubkey, Account], *, moved: Sequence[TokenTransfer] = ()) -> None:
        self.accounts = dict(accounts)
        self.moved = moved

    async def send(self, request: RpcRequest) -> bytes:
        body = json.loads(request.body)
        answer = getattr(self, request.method)(*body["params"])
        return json.dumps({"jsonrpc": "2.0", "id": body["id"], "result": answer}).encode()

    async def aclose(self) -> None:
        """Nothing is open."""

    def getAccountInfo(self, address: str, _config: Any) -> Any:  # noqa: N802  the method's name
        return _in_context(self._shown(address))

    def getMultipleAccounts(self, addresses: list[str], _config: Any) -> Any:  # noqa: N802  the method's name
        return _in_context([self._shown(address) for address in addresses])

    def getProgramAccounts(self, program: str, config: Any) -> Any:  # noqa: N802  the method's name
        filters = [(found["memcmp"]["offset"], bytes(found["memcmp"]["bytes"])) for found in config["filters"]]
        return [
            {"pubkey": str(address), "account": self._shown(str(address))}
            for address, account in self.accounts.items()
            if str(account.owner) == program
            and all(account.data[offset:].startswith(wanted) for offset, wanted in filters)
        ]

    def simulateTransaction(self, _transaction: str, config: Any) -> Any:  # noqa: N802  the method's name
        watched = config.get("accounts", {"addresses": []})["addresses"]
        called = {"index": 0, "instructions": [_in_words(one) for one in self.moved]}
        return _in_context(
            {
                "err": None,
                "logs": [],
                "unitsConsumed": 1_000,
                "innerInstructions": [called],
                "accounts": [self._shown(address) for address in watched],
            }
        )

    def getRecentPrioritizationFees(self, _addresses: list[str]) -> Any:  # noqa: N802  the method's name
        return []

    def getLatestBlockhash(self, _config: Any) -> Any:  # noqa: N802  the method's name
        return _in_context({"blockhash": _BLOCKHASH, "lastValidBlockHeight": 200})

    def _shown(self, address: str) -> dict[str, Any] | None:
        account = self.accounts.get(Pubkey.from_string(address))
        return account and as_shown(account)


class Asked:
    """A transport that keeps what was asked, and answers nothing."""

    endpoint = "http://asked"

    def __init__(self) -> None:
        self.wallet = WALLET
        self.requests: list[tuple[str, list[Any]]] = []

    async def send(self, request: RpcRequest) -> bytes:
        self.requests.append((request.method, json.loads(request.body)["params"]))
        raise RpcUnreachableError("nobody answers", endpoint=self.endpoint, method=request.method)

    async def aclose(self) -> None:
        """Nothing is open."""


def _in_words(moved: TokenTransfer) -> dict[str, Any]:
    """A call of the token program as nodes write it."""
    names = {"source": moved.source, "destination": moved.destination, "authority": moved.authority}
    told = {name: str(address) for name, address in names.items()} | {"amount": str(moved.amount)}
    return {"programId": str(TOKEN_PROGRAM), "parsed": {"type": "transfer", "info": told}}


def _in_context(value: Any) -> Any:
    return {"context": {"slot": SLOT}, "value": value}


def engine_over(
    accounts: Mapping[Pubkey, Account], *, wallet: Wallet | None = WALLET, moved: Sequence[TokenTransfer] = ()
) -> Engine:
    """A wallet on a cluster with just these accounts, where programs would move this."""
    return Engine(connection=Connection(LOCALNET, transport=Cluster(accounts, moved=moved)), wallet=wallet)


async def instructions_of(action: Action[Any]) -> list[Instruction]:
    """The instructions of the transaction that an action would sign, but for the compute budget."""
    transaction = VersionedTransaction.from_bytes(base64.b64decode(await action.unsigned()))
    message = transaction.message
    assert isinstance(message, MessageV0)
    keys = message.account_keys
    return [
        Instruction(
            keys[one.program_id_index],
            bytes(one.data),
            [AccountMeta(keys[at], message.is_signer(at), message.is_maybe_writable(at)) for at in one.accounts],
        )
        for one in message.instructions
        if keys[one.program_id_index] != _COMPUTE_BUDGET
    ]
