"""What the chain in this process answers: a function for each method of JSON-RPC."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from solders.account import Account
from solders.hash import Hash
from solders.message import from_bytes_versioned
from solders.pubkey import Pubkey
from solders.rent import Rent
from solders.system_program import ID as SYSTEM_PROGRAM
from solders.system_program import TransferParams, transfer
from solders.token import ID as TOKEN_PROGRAM
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import FailedTransactionMetadata

from nosana_chain.engine.build import build_message, sign_message
from nosana_chain.localnet.genesis import local_wallet
from nosana_chain.localnet.litesvm.answers import account_shown, error_shown, inner_in_words, keyed, passes
from nosana_chain.localnet.litesvm.chain import InProcessChain
from nosana_chain.models.token_account import LENGTH

Params = Sequence[Any]
Method = Callable[[InProcessChain, Params], Any]

BLOCKHASH_BLOCKS = 150  # for which a blockhash is told to live
_LAMPORTS_PER_SIGNATURE = 5_000
_GIVERS_OWN = 10**9  # rent and fee of who gives
_MOST_SIGNATURES = 1_000
_OWNER = slice(32, 64)  # of a token account


class MethodError(Exception):
    """What a node answers in place of a result.

    Args:
        code: of JSON-RPC.
        message: for people.
        data: more of it, for programs.
    """

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.error = {"code": code, "message": message, **({} if data is None else {"data": data})}


def _dated(chain: InProcessChain, value: Any) -> dict[str, Any]:
    return {"context": {"slot": chain.slot}, "value": value}


def _options(params: Params, at: int = 1) -> Mapping[str, Any]:
    return params[at] if len(params) > at and params[at] else {}


def _shown(chain: InProcessChain, address: str) -> Any:
    account = chain.account(Pubkey.from_string(address))
    return None if account is None else account_shown(account)


def _account_info(chain: InProcessChain, params: Params) -> Any:
    return _dated(chain, _shown(chain, params[0]))


def _multiple_accounts(chain: InProcessChain, params: Params) -> Any:
    return _dated(chain, [_shown(chain, address) for address in params[0]])


def _balance(chain: InProcessChain, params: Params) -> Any:
    found = chain.account(Pubkey.from_string(params[0]))
    return _dated(chain, found.lamports if found else 0)


def _program_accounts(chain: InProcessChain, params: Params) -> Any:
    wanted = _options(params).get("filters") or []
    found = chain.owned_by(Pubkey.from_string(params[0]))
    listed = [keyed(*one) for one in found if all(passes(one[1], each) for each in wanted)]
    return _dated(chain, listed) if _options(params).get("withContext") else listed


def _token_accounts(chain: InProcessChain, params: Params) -> Any:
    owner, wanted = bytes(Pubkey.from_string(params[0])), _options(params)
    mint = bytes(Pubkey.from_string(wanted["mint"])) if "mint" in wanted else b""
    held = [one for one in chain.owned_by(TOKEN_PROGRAM) if len(one[1].data) == LENGTH]
    return _dated(chain, [keyed(*one) for one in held if _is_held(one[1], owner, mint)])


def _is_held(account: Account, owner: bytes, mint: bytes) -> bool:
    return account.data[_OWNER] == owner and account.data.startswith(mint)


def _latest_blockhash(chain: InProcessChain, _params: Params) -> Any:
    return _dated(chain, {"blockhash": chain.blockhash, "lastValidBlockHeight": chain.slot + BLOCKHASH_BLOCKS})


def _epoch_info(chain: InProcessChain, _params: Params) -> Any:
    told = {"absoluteSlot": chain.slot, "blockHeight": chain.slot, "epoch": 0, "slotIndex": chain.slot}
    return {**told, "slotsInEpoch": 432_000, "transactionCount": len(chain.landed)}


def _rent(_chain: InProcessChain, params: Params) -> int:
    return Rent.default().minimum_balance(params[0])


def _fee(chain: InProcessChain, params: Params) -> Any:
    message = from_bytes_versioned(base64.b64decode(params[0]))
    return _dated(chain, message.header.num_required_signatures * _LAMPORTS_PER_SIGNATURE)


def _simulate(chain: InProcessChain, params: Params) -> Any:
    return _dated(chain, _trial(chain, VersionedTransaction.from_bytes(base64.b64decode(params[0])), _options(params)))


def _trial(chain: InProcessChain, transaction: VersionedTransaction, options: Mapping[str, Any]) -> dict[str, Any]:
    tried = chain.svm.simulate_transaction(transaction)
    failed = tried if isinstance(tried, FailedTransactionMetadata) else None
    after = {} if isinstance(tried, FailedTransactionMetadata) else dict(tried.post_accounts())
    watched = [Pubkey.from_string(one) for one in (options.get("accounts") or {"addresses": []})["addresses"]]
    shown = [after[one] if one in after else chain.account(one) for one in watched]
    meta = tried.meta()
    return {
        "err": failed and error_shown(failed.err()),
        "logs": meta.logs(),
        "unitsConsumed": meta.compute_units_consumed(),
        "innerInstructions": list(inner_in_words(meta, transaction)) if options.get("innerInstructions") else None,
        "accounts": [account_shown(one) if one and one.lamports else None for one in shown],
    }


def _send(chain: InProcessChain, params: Params) -> str:
    transaction = VersionedTransaction.from_bytes(base64.b64decode(params[0]))
    if not all(transaction.verify_with_results()):
        raise MethodError(-32003, "Transaction signature verification failure")
    if not _options(params).get("skipPreflight"):
        tried = _trial(chain, transaction, {})
        if tried["err"] is not None:
            raise MethodError(-32002, "Transaction simulation failed", tried)
    return chain.land(transaction)


def _airdrop(chain: InProcessChain, params: Params) -> str:
    """A transfer of a wallet that always has what it gives, as the official validator's faucet."""
    giver = local_wallet("airdrop")
    chain.svm.set_account(giver.address, Account(params[1] + _GIVERS_OWN, b"", SYSTEM_PROGRAM))
    order = TransferParams(from_pubkey=giver.address, to_pubkey=Pubkey.from_string(params[0]), lamports=params[1])
    chain.slot += 1  # the same order again is another transaction
    message = build_message([transfer(order)], payer=giver.address, blockhash=Hash.from_string(chain.blockhash))
    return chain.land(sign_message(message, signers=[giver]))


def _statuses(chain: InProcessChain, params: Params) -> Any:
    return _dated(chain, [_status(chain, signature) for signature in params[0]])


def _status(chain: InProcessChain, signature: str) -> Any:
    told = chain.landed.get(signature)
    if told is None:
        return None
    error = told["meta"]["err"]
    status = {"Ok": None} if error is None else {"Err": error}
    return {
        "slot": told["slot"],
        "confirmations": None,
        "err": error,
        "status": status,
        "confirmationStatus": "finalized",
    }


def _signatures(chain: InProcessChain, params: Params) -> Any:
    options, named = _options(params), list(chain.naming(params[0]))
    if (before := options.get("before")) in named:
        named = named[named.index(before) + 1 :]
    if (until := options.get("until")) in named:
        named = named[: named.index(until)]
    return [_listed(chain, one) for one in named[: options.get("limit", _MOST_SIGNATURES)]]


def _listed(chain: InProcessChain, signature: str) -> dict[str, Any]:
    told = chain.landed[signature]
    return {
        "signature": signature,
        "slot": told["slot"],
        "err": told["meta"]["err"],
        "memo": None,
        "blockTime": told["blockTime"],
        "confirmationStatus": "finalized",
    }


#: Every method that there is; for others the answer is that of a node: method not found.
METHODS: Mapping[str, Method] = {
    "getAccountInfo": _account_info,
    "getBalance": _balance,
    "getBlockHeight": lambda chain, _params: chain.slot,
    "getBlockTime": lambda chain, _params: chain.now,
    "getEpochInfo": _epoch_info,
    "getFeeForMessage": _fee,
    "getFirstAvailableBlock": lambda _chain, _params: 0,
    "getGenesisHash": lambda chain, _params: chain.genesis_hash,
    "getHealth": lambda _chain, _params: "ok",
    "getLatestBlockhash": _latest_blockhash,
    "getMinimumBalanceForRentExemption": _rent,
    "getMultipleAccounts": _multiple_accounts,
    "getProgramAccounts": _program_accounts,
    "getRecentPrioritizationFees": lambda _chain, _params: [],
    "getSignatureStatuses": _statuses,
    "getSignaturesForAddress": _signatures,
    "getSlot": lambda chain, _params: chain.slot,
    "getTokenAccountsByOwner": _token_accounts,
    "getTransaction": lambda chain, params: chain.landed.get(params[0]),
    "isBlockhashValid": lambda chain, _params: _dated(chain, value=True),
    "requestAirdrop": _airdrop,
    "sendTransaction": _send,
    "simulateTransaction": _simulate,
}
