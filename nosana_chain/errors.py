"""Every exception of nosana-chain, in one tree.

Catch `NosanaError` for all of them. Each class has a stable dotted `code` for programs to branch on, and a
`retry` value that says what a second attempt would mean for money. The facts of a failure are attributes
(and `facts`), so nobody has to parse a message. Secrets are never among them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar


class Retry(StrEnum):
    """What may be done after an error without paying twice."""

    NEVER = "never"  #: the same call will fail again: change something first
    SAME = "same"  #: nothing was decided: the same call may be made again
    RESIGN = "resign"  #: the transaction can never land any more: signing a new one is safe
    CHECK_FIRST = "check-first"  #: it may have landed: look on chain before anything else


class NosanaError(Exception):
    """Base of every exception that this package raises on purpose.

    Args:
        message: the fact, the value, and the way out.
        **facts: what programs need to know, each also an attribute of the exception.
    """

    code: ClassVar[str] = "nosana"
    retry: ClassVar[Retry] = Retry.NEVER

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts
        self.__dict__.update(facts)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle with the facts: errors cross process boundaries in test runs and worker pools."""
        return _rebuild, (type(self), self.message, self.facts), self.__dict__

    def as_json(self) -> dict[str, Any]:
        """The error as plain JSON values, for `--output json` and structured logs."""
        facts = {name: _plain(value) for name, value in self.facts.items()}
        return {"code": self.code, "retry": self.retry.value, "message": self.message, **facts}


def _rebuild(kind: type[NosanaError], message: str, facts: dict[str, Any]) -> NosanaError:
    return kind(message, **facts)


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if isinstance(value, (str, int, bool, type(None))) else str(value)


# ---------------------------------------------------------------- input and configuration: nothing was sent


class InputError(NosanaError):
    """A value given by the caller can't be used; nothing was sent."""

    code = "input"


class AmountError(InputError):
    """An amount, price or duration is out of its range or not a number."""

    code = "input.amount"


class CidError(InputError):
    """A text is not a CIDv0, or a content can't have one."""

    code = "input.cid"


class JobFileError(InputError):
    """A job definition file is missing, too large, or not a JSON object."""

    code = "input.job_file"
    path: str


class TreeFileError(InputError):
    """A distributor's tree file is missing, too large, or not the tree that its root says."""

    code = "input.tree_file"
    path: str


class ConfigError(NosanaError):
    """A setting is missing or can't be understood."""

    code = "config"


class WalletError(ConfigError):
    """A key can't be read, or is readable by other users of the machine."""

    code = "config.wallet"


class WrongNetworkError(ConfigError):
    """The endpoint serves another cluster than the one that was asked for."""

    code = "config.wrong_network"


class NotFoundError(NosanaError):
    """No account of the expected kind stands at an address."""

    code = "not_found"
    address: str
    kind: str


class WrongStateError(NosanaError):
    """An account exists, but is not in a state in which the action makes sense; nothing was sent."""

    code = "wrong_state"
    address: str


# ---------------------------------------------------------------- the wire


class RpcError(NosanaError):
    """The RPC endpoint could not be reached, or did not do what was asked."""

    code = "rpc"
    endpoint: str
    method: str


class RpcUnreachableError(RpcError):
    """No answer: refused, dropped or timed out. A request that only reads may be repeated."""

    code = "rpc.unreachable"
    retry = Retry.SAME


class RpcRateLimitError(RpcError):
    """The endpoint refused the request for now (HTTP 429 or 503)."""

    code = "rpc.rate_limit"
    retry = Retry.SAME


class RpcResponseError(RpcError):
    """The endpoint answered with a JSON-RPC error, or with something that is no answer to the request."""

    code = "rpc.response"
    rpc_code: int | None


class RpcEndpointError(RpcResponseError):
    """The endpoint failed at a request that only reads, for a reason of its own: asked again it may do better."""

    code = "rpc.endpoint"
    retry = Retry.SAME


class RpcClosedError(RpcError):
    """The client was closed before the request, or while it was on its way."""

    code = "rpc.closed"


class RpcLoopError(RpcError):
    """The client belongs to another event loop or thread; nothing was sent."""

    code = "rpc.event_loop"


# ---------------------------------------------------------------- transactions


class TransactionError(NosanaError):
    """A transaction did not do what it was sent for."""

    code = "transaction"
    signature: str | None


class BlockhashExpiredError(TransactionError):
    """The transaction's blockhash is too old and it is not on chain: it can never land."""

    code = "transaction.expired"
    retry = Retry.RESIGN


class OutcomeUnknownError(TransactionError):
    """The transaction was sent and nobody could be asked what became of it: it may still land."""

    code = "transaction.outcome_unknown"
    retry = Retry.CHECK_FIRST


class TransactionFailedError(TransactionError):
    """The chain refused the transaction.

    `signature` is None when a simulation caught it: nothing was sent then, and nothing spent. `explanation` is a
    block of lines for people: every instruction with its arguments and accounts, and marks where it failed. It is
    not among the facts, which are for programs; empty when the transaction itself is out of reach.
    """

    code = "transaction.failed"
    explanation: str = ""
    reason: str
    instruction_index: int | None
    logs: tuple[str, ...]


class InsufficientFundsError(TransactionFailedError):
    """A SOL or token balance doesn't cover what the transaction takes."""

    code = "transaction.insufficient_funds"


class ProgramError(TransactionFailedError):
    """A program refused its instruction with an error that it names in its log.

    There is one subclass for each error, in `nosana_chain.bindings.program_errors`, generated from idl/.
    The class is chosen by the name in the log line, since numbers collide between programs.
    """

    code = "program"
    number: ClassVar[int]  #: as in `Custom(number)`
    name: ClassVar[str]  #: as in the log line
    summary: ClassVar[str]  #: the fact and the way out
    program: str  #: jobs, staking, rewards, ...
    instruction: str | None  #: PascalCase, from the log
    account: str | None  #: snake_case name of the account that the log blames


# ---------------------------------------------------------------- the local network


class LocalnetError(NosanaError):
    """The local network could not be started, or stopped by itself."""

    code = "localnet"


class MissingDependencyError(LocalnetError):
    """Something that the local network runs on isn't installed (Node.js, Surfpool)."""

    code = "localnet.missing_dependency"


class PortInUseError(LocalnetError):
    """A port that the local network was told to use is taken."""

    code = "localnet.port_in_use"
    port: int
